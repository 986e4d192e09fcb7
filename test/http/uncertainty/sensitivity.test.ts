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

  it('divides the variance among correlated inputs by Shapley effects, as theory does', async () => {
    const correlations = [{ between: ['trainingTokens', 'perDeviceHour'], spearman: 0.8 }]
    const ask = { inputs, outputs: ['trainingCost'], samples: 16_384, correlations }
    const { body } = await analyse(ask).expect(200)
    expect(body.shapleyBy).toBe('every-set')
    // Of a product of lognormals whose scores correlate by r: what E[y | x] spreads, and the whole.
    const [a, b, r] = [0.4, 0.2, 2 * Math.sin((Math.PI * 0.8) / 6)]
    const spread = (square: number) => Math.exp(square) * (Math.exp(square) - 1)
    const explained = (own: number, other: number) =>
      Math.exp(other ** 2 * (1 - r ** 2)) * spread((own + other * r) ** 2)
    const whole = spread(a ** 2 + b ** 2 + 2 * r * a * b)
    const expected = {
      trainingTokens: (explained(a, b) + whole - explained(b, a)) / 2 / whole,
      perDeviceHour: (explained(b, a) + whole - explained(a, b)) / 2 / whole,
    }
    const { shapley } = body.results[0]
    expect(shapley.map(({ input }: Entry) => input)).toEqual(['trainingTokens', 'perDeviceHour'])
    for (const [input, effect] of Object.entries(expected)) {
      const found = of<{ input: string; effect: Record<string, number> }>(shapley, input)
      expect(found.effect.value).toBeCloseTo(effect, 2)
      expect(found.effect.low).toBeLessThan(effect + 0.003)
      expect(found.effect.high).toBeGreaterThan(effect - 0.003)
    }
    expect((await analyse({ ...ask, shapley: false })).body.results[0].shapley).toEqual([])
  })

  it('finds Shapley effects of independent inputs only when asked', async () => {
    const ask = { inputs, outputs: ['trainingCost'], samples: 4_096 }
    const [quiet, asked] = await Promise.all([analyse(ask), analyse({ ...ask, shapley: true })])
    expect([quiet.body.shapleyBy, quiet.body.results[0].shapley]).toEqual([null, []])
    const [{ indices, shapley }] = asked.body.results
    for (const { input, effect } of shapley) {
      // Of two independent inputs: half-way between the first index and the total.
      const { first, total } = of<Entry & Record<'first' | 'total', { value: number }>>(indices, input)
      expect(effect.value).toBeCloseTo((first.value + total.value) / 2, 2)
    }
  })

  it('takes random orders where inputs have too many sets', async () => {
    const segments = Array.from({ length: 12 }, (_, index) => ({
      id: `s${index}`,
      size: { value: { normal: { mean: 100, sd: index + 1 } } },
      penetration: { constant: 1 },
    }))
    const { body } = await service.http
      .post('/v1/estimates/market/sensitivity')
      .send({
        inputs: { region: 'CN', unit: '亿元', baseYear: 2021, targetYear: 2021, segments },
        outputs: ['total'],
        samples: 4_096,
        shapley: true,
      })
      .expect(200)
    expect(body.shapleyBy).toBe('random-orders')
    // Of a sum, each has the share of its own variance.
    const whole = segments.reduce((sum, _, index) => sum + (index + 1) ** 2, 0)
    const effects = body.results[0].shapley as { input: string; effect: { value: number } }[]
    expect(effects).toHaveLength(12)
    for (const [place, { input, effect }] of effects.entries()) {
      expect(input).toContain(`s${11 - place}.`)
      expect(Math.abs(effect.value - (12 - place) ** 2 / whole)).toBeLessThan(0.01)
    }
  })

  it('refuses Shapley effects of more inputs than the samples allow, with the samples that they do', async () => {
    const segments = Array.from({ length: 30 }, (_, index) => ({
      id: `s${index}`,
      size: { value: { normal: { mean: 100, sd: 5 } } },
      penetration: { constant: 1 },
    }))
    const ask = {
      inputs: { region: 'CN', unit: '亿元', baseYear: 2021, targetYear: 2021, segments },
      outputs: ['total'],
      samples: 8_192,
      shapley: true,
    }
    const { body } = await service.http.post('/v1/estimates/market/sensitivity').send(ask).expect(422)
    expect([body.code, body.errors[0].pointer]).toEqual(['too-many', '/samples'])
    expect(body.detail).toContain('4096')
  })

  it('needs no distribution for the steps', async () => {
    const { body } = await analyse({
      inputs: { ...inputs, tokens: 3e11, price: { perDeviceHour: 3 } },
    }).expect(200)
    expect(body.results[0]).toMatchObject({ tornado: [], ranks: [], indices: [], shapley: [] })
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
