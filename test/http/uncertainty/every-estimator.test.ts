import { describe, expect, it } from 'vitest'
import { estimatorIds, estimatorOf } from '../../../src/domain/estimators.ts'
import { replacedAt, valueAt } from '../../../src/domain/uncertainty/pointer.ts'
import { estimatorComponents, estimatorRequests } from '../../../src/schemas/estimators.ts'
import { numericMembers } from '../../../src/schemas/numeric-members.ts'
import { useService } from '../../support/service.ts'

const service = useService()

interface Code {
  readonly code: string
}

interface Spread {
  readonly value: number
  readonly p5: number
  readonly p95: number
}

/** Every number, and not integer, of the illustrations of an estimator, with the illustration. */
const numbers = estimatorIds.flatMap(id =>
  estimatorOf(id).illustrations.flatMap((request, illustration) =>
    numericMembers(estimatorComponents, estimatorRequests[id], request).flatMap(
      ({ pointer, integer, minimum, maximum }) => {
        const value = valueAt(request, pointer)
        return integer || typeof value !== 'number' || value === 0
          ? []
          : [{ id, illustration, request, pointer, value, minimum, maximum }]
      },
    ),
  ),
)

describe('every number of every estimator may be a distribution', () => {
  it('is found', () => {
    expect(new Set(numbers.map(({ id }) => id)).size).toBeGreaterThan(3)
    expect(numbers.length).toBeGreaterThan(40)
  })

  it.each(numbers)(
    '$id $illustration $pointer',
    async ({ id, request, pointer, value, minimum, maximum }) => {
      const [low, high] = [value * 0.99, value * 1.01].toSorted((a, b) => a - b) as [number, number]
      const range = { low: Math.max(minimum, low), high: Math.min(maximum, high) }
      const inputs = replacedAt(request, pointer, { uniform: range })
      const { body: plain } = await service.http
        .post(`/v1/estimates/${id}`)
        .send(inputs as object)
        .expect(200)
      expect(plain.warnings[0].code).toBe('medians-used')
      const { body } = await service.http
        .post(`/v1/estimates/${id}/simulate`)
        .send({ inputs, samples: 256, histogramBins: 0 })
        .expect(200)
      // A size outside the window of a market moves nothing, and the answer says so.
      const still = body.warnings.some(
        ({ code }: Code) => code === 'nothing-varies' || code === 'idle-distribution',
      )
      expect(Object.keys(body.results).length === 0).toBe(still)
      for (const [quantity, { value: atMedians, p5, p95 }] of Object.entries<Spread>(body.results)) {
        expect(atMedians, quantity).toBe(plain.results[quantity].value)
        expect(p5, quantity).toBeLessThanOrEqual(p95)
        // Copies are whole, so the wait for one goes up and down between them; far below this it is none.
        const none = /^(waitProbability|meanWait)$/.test(quantity) ? 1e-12 : 0
        const slack = 1e-9 * Math.abs(atMedians) + none
        expect(atMedians, quantity).toBeGreaterThanOrEqual(p5 - slack)
        expect(atMedians, quantity).toBeLessThanOrEqual(p95 + slack)
      }
    },
  )
})

describe('a plan', () => {
  it('takes numbers alone, though it shares its model with the estimators', async () => {
    const model = { parameters: { uniform: { low: 1e9, high: 2e9 } } }
    const { body } = await service.http.post('/v1/plans').send({ model }).expect(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain('/model/parameters')
  })
})
