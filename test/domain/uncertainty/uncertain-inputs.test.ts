import { describe, expect, it } from 'vitest'
import type { BuiltEstimate, Estimator } from '../../../src/domain/estimate.ts'
import { formula } from '../../../src/domain/sheet/formula.ts'
import { given, quantity } from '../../../src/domain/sheet/quantity.ts'
import { samplerOf } from '../../../src/domain/sheet/random/sampler.ts'
import { Sheet } from '../../../src/domain/sheet/sheet.ts'
import { chunksOf, Draw } from '../../../src/domain/sheet/simulation/draw.ts'
import { SheetSamples } from '../../../src/domain/uncertainty/sheet-samples.ts'
import { uncertainEstimate } from '../../../src/domain/uncertainty/uncertain-inputs.ts'
import { marketLookup } from '../../support/market.ts'

interface Request {
  readonly hours?: unknown
  readonly rate?: unknown
  readonly share?: unknown
  readonly size?: unknown
  readonly note?: unknown
}

const one = (id: string) => quantity(id, '1', id, id)
const product = formula({
  text: 'a · b',
  symbols: ['a', 'b'],
  inputUnits: ['1', '1'],
  unit: '1',
  fn: (a, b) => a * b,
})
const root = formula({ text: 'sqrt(a)', symbols: ['a'], inputUnits: ['1'], unit: '1', fn: a => Math.sqrt(a) })

/** An estimator whose inputs reach the sheet in every way that one can. */
const estimator: Estimator<Request> = {
  id: 'training',
  label: { en: '', zh: '' },
  description: { en: '', zh: '' },
  needs: () => [],
  illustrations: [],
  build: ({ hours, rate, share, size }): BuiltEstimate => {
    const sheet = new Sheet()
    const h = sheet.input(one('seconds'), 3600 * Number(hours ?? 1), given)
    const r = sheet.input(one('rate'), Number(rate ?? 1), given)
    const s = sheet.input(one('share'), Number(share ?? 0.5) * Number(rate ?? 1), given)
    // A plan that is chosen by size: it changes in steps.
    const p = sheet.input(one('plan'), Number(size ?? 1) > 10 ? 2 : 1, given)
    const area = sheet.input(one('area'), Number(size ?? 1), given)
    const cost = sheet.derive(one('cost'), product, [h, r])
    const last = sheet.derive(one('last'), product, [cost, s])
    const shaped = Number(size ?? 1) > 100 ? [sheet.derive(one('root'), root, [area])] : []
    const planned = sheet.derive(one('planned'), product, [p, area])
    return { sheet, results: [last, planned, ...shaped], warnings: () => [] }
  },
}

const lookup = marketLookup()
const uniform = (low: number, high: number) => ({ uniform: { low, high } })
const read = (request: Request) => uncertainEstimate(estimator, request, lookup)

describe('uncertainEstimate', () => {
  it('finds the input that a number reaches, and by what multiple', () => {
    const { inputs, request } = read({ hours: uniform(2, 4), share: uniform(0.2, 0.4) })
    expect(request).toEqual({ hours: 3, share: expect.closeTo(0.3, 15) })
    expect(inputs.map(({ id, pointer }) => [id, pointer])).toEqual([
      ['seconds', '/hours'],
      ['share', '/share'],
    ])
    expect(inputs[0]?.feeds).toEqual([{ handle: 0, offset: 0, factor: 3600 }])
  })

  it('finds every input that a number reaches', () => {
    const [input] = read({ rate: uniform(2, 4) }).inputs
    expect(input?.feeds.map(({ handle, factor }) => [handle, factor])).toEqual([
      [1, 1],
      [2, 0.5],
    ])
  })

  it('says which distributions lead to nothing, and which would change other choices', () => {
    expect(read({ note: uniform(1, 2) }).idle).toEqual(['/note'])
    expect(read({ size: uniform(1, 5) }).kept).toEqual([])
    expect(read({ size: uniform(1, 15) }).kept).toEqual(['/size'])
    expect(read({ size: uniform(50, 110) }).kept).toEqual(['/size'])
  })

  it('refuses two distributions that meet before the sheet', () => {
    expect(() => read({ rate: uniform(1, 2), share: uniform(0.1, 0.2) })).toThrow(
      /\/rate and \/share .* meet in share/,
    )
  })
})

describe('SheetSamples', () => {
  it('are the same in whatever order the chunks are worked out, and however they are shared out', () => {
    const estimate = read({ hours: uniform(2, 4), size: { normal: { mean: 3, sd: 0.2 } } })
    const samples = 2 ** 14
    const sampler = samplerOf('sobol', 's', samples, 4)
    const columns = (workers: number) => {
      const whole = [new Float64Array(samples), new Float64Array(samples)]
      // Each worker draws for itself, from the last chunk to the first, and keeps what is its own.
      for (let worker = 0; worker < workers; worker++) {
        const draw = new Draw(samplerOf('sobol', 's', samples, 4), 2, null)
        const own = new SheetSamples(estimate, estimate.inputs, ['last', 'planned'], samples)
        const chunks = chunksOf(sampler).filter((_, index) => index % workers === worker)
        for (const chunk of chunks.toReversed()) {
          draw.next(chunk)
          own.take(draw.columns, chunk)
          const { start, count } = chunk
          for (const [index, column] of whole.entries())
            column.set((own.columns[index] as Float64Array).subarray(start, start + count), start)
        }
      }
      return whole
    }
    const [one, two, four] = [1, 2, 4].map(columns)
    expect(two).toEqual(one)
    expect(four).toEqual(one)
    expect(new Set(one?.[0]).size).toBeGreaterThan(samples / 2)
  })

  it('names the quantity that is not finite in some sample, with the values that lead to it', () => {
    const estimate = read({ size: { normal: { mean: 101, sd: 0.1 } } })
    const wild = {
      ...estimate,
      inputs: estimate.inputs.map(input => ({ ...input, feeds: [{ handle: 4, offset: -1000, factor: 1 }] })),
    }
    const draw = new Draw(samplerOf('sobol', 's', 256, 1), 1, null)
    const samples = new SheetSamples(wild, wild.inputs, ['root'], 256)
    draw.next({ start: 0, count: 256 })
    expect(() => samples.take(draw.columns, { start: 0, count: 256 })).toThrow(
      /root = sqrt\(a\) is NaN with area = -\d+/,
    )
  })
})
