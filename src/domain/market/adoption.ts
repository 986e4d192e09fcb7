import { DomainError } from '../errors.ts'
import { formula } from '../sheet/formula.ts'
import type { FittedPenetration } from './fitted-adoption.ts'
import { perYears, type YearValue } from './window.ts'

/** A path of penetration through two anchors, below a ceiling (default 1). */
export interface AdoptionCurve {
  readonly from: YearValue
  readonly to: YearValue
  readonly ceiling?: number
}

/** How much of a segment is reached: one share for all years, a path through two anchors, or a fitted curve. */
export type Penetration =
  | { readonly constant: number }
  | { readonly linear: AdoptionCurve }
  | { readonly logistic: AdoptionCurve }
  | { readonly gompertz: AdoptionCurve }
  | FittedPenetration

export const curveKinds = ['linear', 'logistic', 'gompertz'] as const
export type CurveKind = (typeof curveKinds)[number]

const ratios = ['1', '1', '1'] as const

/** `−k` over a number of years, as it stands in an exponent. */
const decay = (years: number): string =>
  years === 1 ? '−k' : years === -1 ? 'k' : years > 0 ? `−${years} · k` : `${-years} · k`

/**
 * The curves, each by its constant (`rate`, from the anchors and the years between them) and by a step from the
 * share of one year to that of another, back for negative years, so that every year reads like the next line
 * of a sum on paper. At an anchor a path has the anchor's own value. Past its anchors a path goes on: the
 * S-curves towards 0 and the ceiling, the line until it meets them.
 */
export const curves = {
  linear: {
    rate: perYears(years =>
      formula({
        text: `(b − a) / ${years}`,
        symbols: ['a', 'b'],
        inputUnits: ['1', '1'],
        unit: '1',
        fn: (a, b) => (b - a) / years,
      }),
    ),
    step: perYears(years =>
      formula({
        text: `min(K, max(0, p ${years > 0 ? '+' : '−'} ${Math.abs(years) === 1 ? '' : `${Math.abs(years)} · `}k))`,
        symbols: ['p', 'k', 'K'],
        inputUnits: ratios,
        unit: '1',
        fn: (share, rate, ceiling) => Math.min(ceiling, Math.max(0, share + years * rate)),
      }),
    ),
  },
  logistic: {
    rate: perYears(years =>
      formula({
        text: `(ln(b / (K − b)) − ln(a / (K − a))) / ${years}`,
        symbols: ['a', 'b', 'K'],
        inputUnits: ratios,
        unit: '1',
        fn: (a, b, ceiling) => (Math.log(b / (ceiling - b)) - Math.log(a / (ceiling - a))) / years,
        source: 'mansfield-1961',
      }),
    ),
    step: perYears(years =>
      formula({
        text: `K / (1 + (K / p − 1) · exp(${decay(years)}))`,
        symbols: ['p', 'k', 'K'],
        inputUnits: ratios,
        unit: '1',
        fn: (share, rate, ceiling) => ceiling / (1 + (ceiling / share - 1) * Math.exp(-years * rate)),
        source: 'mansfield-1961',
      }),
    ),
  },
  gompertz: {
    rate: perYears(years =>
      formula({
        text: `(ln(−ln(a / K)) − ln(−ln(b / K))) / ${years}`,
        symbols: ['a', 'b', 'K'],
        inputUnits: ratios,
        unit: '1',
        fn: (a, b, ceiling) => (Math.log(-Math.log(a / ceiling)) - Math.log(-Math.log(b / ceiling))) / years,
        source: 'gompertz-1825',
      }),
    ),
    step: perYears(years =>
      formula({
        text: `K · (p / K)^exp(${decay(years)})`,
        symbols: ['p', 'k', 'K'],
        inputUnits: ratios,
        unit: '1',
        fn: (share, rate, ceiling) => ceiling * (share / ceiling) ** Math.exp(-years * rate),
        source: 'gompertz-1825',
      }),
    ),
  },
} as const

/**
 * Refuses anchors that a curve cannot pass through: `inconsistent-inputs` when they are not in order of time,
 * `out-of-range` for a value above the ceiling, or, on the S-curves, one that is not strictly between 0 and it.
 */
export function checkCurve(kind: CurveKind, { from, to, ceiling = 1 }: AdoptionCurve, pointer: string): void {
  if (to.year <= from.year) {
    throw new DomainError(
      'inconsistent-inputs',
      `The path leads from ${from.year} to ${to.year}; its second anchor must be in a later year than its first.`,
      { pointer: `${pointer}/to/year`, facts: { from: from.year, to: to.year } },
    )
  }
  for (const [name, { value }] of [['from', from] as const, ['to', to] as const]) {
    const inside = kind === 'linear' ? value <= ceiling : value > 0 && value < ceiling
    if (inside) continue
    throw new DomainError(
      'out-of-range',
      kind === 'linear'
        ? `${name}.value is ${value}, but the ceiling is ${ceiling}; lower the value or raise the ceiling.`
        : `${name}.value is ${value}, but a ${kind} path runs strictly between 0 and its ceiling, ${ceiling}, and never reaches either; move the value inside, or take a linear path.`,
      { pointer: `${pointer}/${name}/value`, facts: { [name]: value, ceiling } },
    )
  }
}
