import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService()

/** Numbers that upset calculations. */
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, 1, -1, 0.3, 1e-300, 1e300, -1e300, 5e-324, 0.5, 2),
)
const truncate = fc.option(fc.record({ minimum: number, maximum: number }, { requiredKeys: [] }), {
  nil: undefined,
})
const distribution = fc.oneof(
  fc.record({ normal: fc.record({ mean: number, sd: number, truncate }) }),
  fc.record({
    lognormal: fc.record({ p5: number, p95: number, meanLog: number, sdLog: number }, { requiredKeys: [] }),
  }),
  fc.record({ uniform: fc.record({ low: number, high: number }) }),
  fc.record({ triangular: fc.record({ low: number, mode: number, high: number, truncate }) }),
  fc.record({ pert: fc.record({ low: number, mode: number, high: number, concentration: number }) }),
  fc.record({ beta: fc.record({ alpha: number, beta: number, low: number, high: number, truncate }) }),
  fc.record({
    discrete: fc.record({
      outcomes: fc.array(fc.record({ value: number, weight: number }), { maxLength: 4 }),
    }),
  }),
  fc.record({ empirical: fc.record({ sample: fc.array(number, { maxLength: 5 }) }) }),
  fc.record({
    metalog: fc.record({
      quantiles: fc.array(fc.record({ p: number, value: number }), { maxLength: 5 }),
      lower: number,
    }),
  }),
)
const request = fc.record({
  trainingFlop: fc.oneof(distribution, fc.constant(3.14e23)),
  throughput: fc.record({
    flopPerSecond: fc.oneof(distribution, fc.constant({ uniform: { low: 1e12, high: 9e12 } })),
  }),
  price: fc.record({
    perDeviceHour: fc.oneof(distribution, fc.constant({ empirical: { sample: [1, 2, 4] } })),
  }),
})

/** Whether an answer is one or a refusal that says where; anything else is a fault of the service. */
const answered = ({ status, body }: { status: number; body: { errors?: unknown[] } }): boolean =>
  status === 200 || (status === 422 && (body.errors?.length ?? 0) > 0)

describe('whatever distributions are asked for', () => {
  it('a simulation answers with finite numbers or refuses with a place', async () => {
    await fc.assert(
      fc.asyncProperty(request, async inputs => {
        const answer = await service.http
          .post('/v1/estimates/training/simulate')
          .send({ inputs, samples: 256 })
        expect(answered(answer), JSON.stringify([inputs, answer.body])).toBe(true)
        if (answer.status === 200) {
          for (const quantity of Object.values<{ mean: unknown; p95: unknown }>(answer.body.results))
            expect([quantity.mean, quantity.p95].every(Number.isFinite), JSON.stringify(inputs)).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('a search answers or refuses with a place', async () => {
    const inputs = {
      trainingFlop: 3.14e23,
      throughput: { flopPerSecond: 28e12 },
      price: { perDeviceHour: 3 },
    }
    const search = fc.record(
      {
        target: fc.record({
          quantity: fc.constantFrom('trainingCost', 'deviceDays', 'wallClockDays'),
          value: number,
        }),
        for: fc.constantFrom('trainingFlop', 'effectiveFlopPerSecond', 'perDeviceHour', 'devices'),
        between: fc.tuple(number, number),
      },
      { requiredKeys: ['target', 'for'] },
    )
    await fc.assert(
      fc.asyncProperty(search, async asked => {
        const answer = await service.http.post('/v1/estimates/training/solve').send({ inputs, ...asked })
        expect(answered(answer), JSON.stringify([asked, answer.body])).toBe(true)
        if (answer.status === 200)
          expect(Number.isFinite(answer.body.input.value), JSON.stringify(asked)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})
