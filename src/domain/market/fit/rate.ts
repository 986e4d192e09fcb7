import { DomainError } from '../../errors.ts'
import { engineVersion } from '../../estimate.ts'
import { formula } from '../../sheet/formula.ts'
import { type FitAnswer, largestProjection } from './fit-answer.ts'
import type { FitRequest } from './fit-request.ts'
import { seriesWarnings } from './fit-warnings.ts'
import { placementOf } from './placement.ts'
import { inWords, type Series, type SeriesPoint } from './series.ts'

/** The constant rate that leads from one value to another over some years. */
const averageRate = formula({
  text: '(V / V0)^(1 / n) − 1',
  symbols: ['V', 'V0', 'n'],
  inputUnits: ['1', '1', '1'],
  unit: '1',
  fn: (end, start, years) => (end / start) ** (1 / years) - 1,
})

/** What a value has grown to some years on, or had been before when the years are negative. */
export const grown = formula({
  text: 'V0 · (1 + g)^n',
  symbols: ['V0', 'g', 'n'],
  inputUnits: ['1', '1', '1'],
  unit: '1',
  fn: (start, rate, years) => start * (1 + rate) ** years,
})

/**
 * Growth at a constant rate through the first and the last value (CAGR), or at the rate given; values of other
 * years follow forwards and backwards. Throws `out-of-range` for a value that is not above 0 at either end.
 */
export function cagrAnswer(request: FitRequest, series: Series): FitAnswer {
  if (request.origin !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `The origin is ${request.origin}, but growth counts from the first value; leave the origin out.`,
      { pointer: '/origin', facts: { origin: request.origin } },
    )
  }
  const placement = placementOf(series, 'cagr', undefined)
  const fixed = rateGiven(request)
  const first = series.points[0] as SeriesPoint
  const last = series.points.at(-1) as SeriesPoint
  checkEnd(first, series)
  checkEnd(last, series)
  if (fixed === undefined && last === first) {
    throw new DomainError(
      'missing-value',
      'There is one value; a rate needs two. Add one, or give the rate as fixed.rate.',
      { pointer: '/data', facts: { points: 1 } },
    )
  }
  const rate = fixed ?? averageRate.fn(last.value, first.value, last.x - first.x)
  if (
    !Number.isFinite(rate) ||
    !series.points.every(({ x }) => Number.isFinite(grown.fn(first.value, rate, x - first.x)))
  ) {
    throw new DomainError(
      'non-finite-quantity',
      `From ${first.value} to ${last.value} ${series.unit} in ${last.x - first.x} leaves the range of numbers; give values nearer to one another.`,
      { pointer: '/data', facts: { first: first.value, last: last.value } },
    )
  }
  const at = (x: number): number => grown.fn(first.value, rate, x - first.x)
  return {
    engineVersion,
    model: 'cagr',
    label: { en: 'Average growth a year (CAGR)', zh: '年均复合增长率（CAGR）' },
    formula: grown.text,
    source: null,
    unit: series.unit,
    place: {
      en: `n is the years since the first value, ${first.period ?? first.x}`,
      zh: `n 为自首个数值（${first.period ?? first.x}）起的年数`,
    },
    identified: true,
    reasons: [],
    parameters: {
      level: {
        label: { en: 'First value', zh: '首个数值' },
        symbol: 'V0',
        value: first.value,
        standardError: null,
        unit: series.unit,
        status: 'fixed',
      },
      rate: {
        label: { en: 'Growth a year, as a share', zh: '年增长率' },
        symbol: 'g',
        value: rate,
        standardError: null,
        unit: placement.unit('1/year', series.unit),
        status: fixed === undefined ? 'fitted' : 'fixed',
      },
    },
    derived: {},
    statistics: null,
    convergence: null,
    points: series.points.map(({ period, x, value }) => ({
      ...{ period, x, value, fitted: at(x), residual: value - at(x) },
    })),
    projections: (request.project ?? []).map((place, index) => {
      const pointer = `/project/${index}`
      const { shown } = placement.place(place, pointer)
      const value = at(shown)
      if (!(Math.abs(value) <= largestProjection))
        refuseOverflow(place.period ?? String(place.x), rate, pointer)
      return { period: place.period ?? null, x: shown, value, standardError: null, predictionError: null }
    }),
    penetration: null,
    dataset: series.dataset === null ? null : { id: series.dataset.id, version: series.dataset.version },
    warnings: seriesWarnings(series),
  }
}

function rateGiven({ fixed = {} }: FitRequest): number | undefined {
  const [unknown] = Object.keys(fixed).filter(id => id !== 'rate')
  if (unknown !== undefined) {
    throw new DomainError('unknown-quantity', `Growth has no parameter "${unknown}" to fix; it has rate.`, {
      pointer: `/fixed/${unknown}`,
      facts: { id: unknown, known: ['rate'] },
    })
  }
  if (fixed.rate !== undefined && fixed.rate <= -1) {
    throw new DomainError(
      'out-of-range',
      `The rate is ${fixed.rate}; a value cannot shrink by all of itself: give more than −1.`,
      {
        pointer: '/fixed/rate',
        facts: { rate: fixed.rate, least: -1 },
      },
    )
  }
  return fixed.rate
}

function checkEnd({ value, period, x, pointer, observation }: SeriesPoint, { unit }: Series): void {
  if (value > 0) return
  throw new DomainError(
    'out-of-range',
    `The value of ${period ?? x} is ${inWords(value, unit)}; growth is a ratio of values above 0. Start and end at values above 0, or fit a linear trend.`,
    { pointer: observation === null ? `${pointer}/value` : pointer, facts: { value, least: 0 } },
  )
}

function refuseOverflow(place: string, rate: number, pointer: string): never {
  throw new DomainError(
    'non-finite-quantity',
    `A growth of ${rate} a year leaves the range of numbers by ${place}; project nearer to the data.`,
    { pointer, facts: { place, rate } },
  )
}
