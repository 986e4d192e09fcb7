import { readFileSync } from 'node:fs'
import type { ExchangeRate } from '../src/domain/compute/catalogue.ts'
import type { Lookup } from '../src/domain/estimate.ts'
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

/** A sizing of six segments over ten years, beside the same sums by hand; and a fit of Bass's curve. */
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
  ]
}
