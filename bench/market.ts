import { readFileSync } from 'node:fs'
import type { ExchangeRate } from '../src/domain/compute/catalogue.ts'
import type { Lookup } from '../src/domain/estimate.ts'
import { searchCombinations } from '../src/domain/market/closure/search.ts'
import { fitCurve } from '../src/domain/market/fit/fit-curve.ts'
import { curveModels } from '../src/domain/market/fit/fit-request.ts'
import { type MarketRequest, market } from '../src/domain/market/sizing.ts'
import { evaluate } from '../src/domain/sheet/evaluate.ts'
import { alternate, type Comparison } from './measure.ts'

const rates = JSON.parse(
  readFileSync(new URL('../prisma/data/exchange-rates.json', import.meta.url), 'utf8'),
) as ExchangeRate[]

const lookup = {
  catalogue: { version: 'bench', exchangeRates: rates },
  datasets: new Map(),
} as unknown as Lookup

/** The report's six segments over ten years. */
const sizes = [358.5, 207, 865, 428.9, 1313.5, 2965.13]
const targets = [0.7, 0.6, 0.6, 0.5, 0.3, 0.25]
const request: MarketRequest = {
  baseYear: 2021,
  targetYear: 2030,
  segments: sizes.map((value, index) => ({
    id: `segment-${index}`,
    size: { value },
    growth: { cagr: 0.08 },
    valueCapture: 0.5,
    penetration: {
      logistic: { from: { year: 2021, value: 0.015 }, to: { year: 2025, value: targets[index] ?? 0.5 } },
    },
  })),
}

/** The totals of the ten years by hand: what no sheet can undercut. */
function byHand(): number {
  let total = 0
  for (let year = 2021; year <= 2030; year++) {
    total = 0
    for (let s = 0; s < 6; s++) {
      const to = targets[s] as number
      const start = Math.log(0.015 / 0.985)
      const rate = (Math.log(to / (1 - to)) - start) / 4
      const share = 1 / (1 + Math.exp(-(start + rate * (year - 2021))))
      total += (sizes[s] as number) * 1.08 ** (year - 2021) * share * 0.5
    }
  }
  return total
}

const airConditioners = [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500]
const sales = { x: airConditioners.map((_, index) => index + 1), y: airConditioners }

/** The candidates of the report's segments: 23,520 combinations. */
const candidates = [
  [267.2, 358.5, 389.3, 430.6, 436.1, 495.5, 498.7],
  [0, 207, 460, 598],
  [0, 753.3, 864.5],
  [180.2, 293.5, 387, 697, 1516, 1331.3, 1554.9, 2113.5],
  [1190.3, 1313.5, 2594, 2337.5, 7472.7, 7274.4, 12200],
  [2658.84, 2965.13, 3257.83, 3507.89, 3800.2],
].map((values, index) => ({
  contributions: Float64Array.from(values, value => value * (targets[index] ?? 1)),
  known: values.map(value => value > 0),
}))

/** Every sum of one of each list, one list after the other. */
const sums = (one: Float64Array, other: Float64Array): Float64Array => {
  const all = new Float64Array(one.length * other.length)
  let at = 0
  for (const a of one) for (const b of other) all[at++] = a + b
  return all
}

/** How many combinations close, by all sums in one array. */
function closingByHand(): number {
  let closing = 0
  for (const total of candidates
    .map(({ contributions }) => contributions)
    .reduce<Float64Array>(sums, new Float64Array(1)))
    if (Math.abs(total - 1600) <= 32) closing++
  return closing
}

/** Sizing, fitting and closing, each beside the same by hand. */
export function marketBenchmarks(): Comparison[] {
  const { sheet } = market.build(request, lookup)
  const total = sheet.find('total') ?? 0
  if (Math.abs((evaluate(sheet)[total] ?? 0) / byHand() - 1) > 1e-12)
    throw new Error('The two sides compute different numbers.')
  const into = new Float64Array(sheet.quantities.length)
  const evaluation = alternate(() => evaluate(sheet, sheet.inputs, into), byHand, { calls: 20_000 })
  const building = alternate(() => evaluate(market.build(request, lookup).sheet), byHand, { calls: 4_000 })
  const one = { starts: [[18_000, 0.01, 0.4]] }
  const fit = alternate(
    () => fitCurve(curveModels.bass, sales),
    () => fitCurve(curveModels.bass, sales, one),
    { calls: 100 },
  )
  if (searchCombinations(candidates, 1600, 0.02, 20).closing !== closingByHand())
    throw new Error('The two sides find different combinations.')
  const closing = alternate(() => searchCombinations(candidates, 1600, 0.02, 20), closingByHand, {
    calls: 50,
  })
  return [
    {
      name: 'evaluate six segments over ten years, µs (other: by hand)',
      ...evaluation,
      goal: 'under 20 µs',
      holds: evaluation.ours < 20,
    },
    {
      name: 'build and evaluate them, µs (other: by hand)',
      ...building,
      goal: 'under 120 µs',
      holds: building.ours < 120,
    },
    {
      name: 'fit Bass diffusion from twelve starts, µs (other: from one close start)',
      ...fit,
      goal: 'under 5000 µs',
      holds: fit.ours < 5_000,
    },
    {
      name: 'close a total by 23,520 combinations, µs (other: only counting)',
      ...closing,
      goal: 'under 50000 µs',
      holds: closing.ours < 50_000,
    },
  ]
}
