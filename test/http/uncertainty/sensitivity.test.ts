import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService()
const analyse = (body: object) => service.http.post('/v1/estimates/training/sensitivity').send(body)

const inputs = {
  model: { parameters: 175e9 },
  tokens: { lognormal: { meanLog: Math.log(300e9), sdLog: 0.4 } },
  throughput: { flopPerSecond: 28e12 },
  price: { perDeviceHour: { lognormal: { meanLog: 1, sdLog: 0.2 } } },
}

interface Entry {
  readonly input: string
}
const of = <T extends Entry>(entries: readonly T[], input: string): T => {
  const found = entries.find(entry => entry.input === input)
  if (found === undefined) throw new Error(`There is nothing about ${input}.`)
  return found
}

describe('POST /v1/estimates/{estimator}/sensitivity', () => {
  it("gives the Sobol' indices that theory gives for a product of lognormals, within their intervals", async () => {
    const { body } = await analyse({ inputs, outputs: ['trainingCost'], samples: 32_768 }).expect(200)
    const [{ indices, ranks }] = body.results
    // Of a product, with v = e^{σ²} − 1: S = v / ((1 + v)(1 + w) − 1) and T = v (1 + w) over the same.
    const [v, w] = [Math.exp(0.16) - 1, Math.exp(0.04) - 1]
    const whole = (1 + v) * (1 + w) - 1
    const expected = {
      trainingTokens: [v / whole, (v * (1 + w)) / whole],
      perDeviceHour: [w / whole, (w * (1 + v)) / whole],
    } as const
    for (const [input, [first, total]] of Object.entries(expected)) {
      const found = of<{ input: string; first: Record<string, number>; total: Record<string, number> }>(
        indices,
        input,
      )
      expect(found.first.value).toBeCloseTo(first, 2)
      expect(found.total.value).toBeCloseTo(total, 2)
      expect(found.first.low).toBeLessThan(first + 0.01)
      expect(found.first.high).toBeGreaterThan(first - 0.01)
    }
    // On the logarithms the product is a sum of normals, whose ranks correlate as (6/π) asin(r/2).
    const r = 0.4 / Math.hypot(0.4, 0.2)
    const spearman = of<{ input: string; spearman: number }>(ranks, 'trainingTokens').spearman
    expect(spearman).toBeCloseTo((6 / Math.PI) * Math.asin(r / 2), 2)
    expect(body.indicesOf).toBe('request')
  })

  it('moves each input by itself, the widest first', async () => {
    const { body } = await analyse({ inputs, outputs: ['trainingCost'], percent: 20, samples: 256 }).expect(
      200,
    )
    const [{ tornado, steps, value }] = body.results
    expect(tornado.map(({ input }: Entry) => input)).toEqual(['trainingTokens', 'perDeviceHour'])
    // z at 90 % is 1.2815515655446004.
    expect(tornado[0].atTo / value).toBeCloseTo(Math.exp(0.4 * 1.2815515655446004), 9)
    expect(tornado[0].atFrom / value).toBeCloseTo(Math.exp(-0.4 * 1.2815515655446004), 9)
    const throughput = of<{ input: string; atFrom: number; atTo: number }>(steps, 'effectiveFlopPerSecond')
    expect(throughput.atFrom / value).toBeCloseTo(1 / 0.8, 9)
    expect(throughput.atTo / value).toBeCloseTo(1 / 1.2, 9)
    expect(steps[0].input).toBe('effectiveFlopPerSecond')
  })

  it('says of correlated inputs that the indices are those of independent ones', async () => {
    const correlations = [{ between: ['trainingTokens', 'perDeviceHour'], spearman: 0.8 }]
    const ask = { inputs, outputs: ['trainingCost'], samples: 1024 }
    const [alone, together] = await Promise.all([analyse(ask), analyse({ ...ask, correlations })])
    expect(together.body.indicesOf).toBe('independent-inputs')
    expect(together.body.warnings[0].code).toBe('indices-of-independent-inputs')
    expect(together.body.results[0].indices).toEqual(alone.body.results[0].indices)
    const ranks = together.body.results[0].ranks as { input: string; spearman: number }[]
    expect(of(ranks, 'perDeviceHour').spearman).toBeGreaterThan(0.8)
  })

  it('needs no distribution for the steps', async () => {
    const { body } = await analyse({
      inputs: { ...inputs, tokens: 3e11, price: { perDeviceHour: 3 } },
    }).expect(200)
    expect(body.results[0]).toMatchObject({ tornado: [], ranks: [], indices: [] })
    expect(body.results[0].steps.length).toBeGreaterThan(3)
  })

  it.each([
    [{ inputs, outputs: ['nothing'] }, 'unknown-quantity', '/outputs/0'],
    [{ inputs, samples: 300 }, 'out-of-range', '/samples'],
    [{ inputs: { ...inputs, tokens: -1 } }, 'invalid-request', '/inputs/tokens'],
  ])('refuses %j', async (request, code, pointer) => {
    const { body } = await analyse(request).expect(422)
    expect([body.code, body.errors[0].pointer]).toEqual([code, pointer])
  })
})
