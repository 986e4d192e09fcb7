import { formula } from '../sheet/formula.ts'
import { byDefault, given } from '../sheet/quantity.ts'
import type { Handle, Sheet } from '../sheet/sheet.ts'
import { type SegmentName, segmentFamilies, segmentQuantity } from './segment-quantities.ts'
import { perYears, type Window } from './window.ts'

/** An S-curve by its own parameters, as a fit gives them: `x` counts years from `origin`. */
export interface FittedCurve {
  readonly origin: number
  readonly offset: number
  readonly rate: number
  /** Default: 1. */
  readonly ceiling?: number
}

/** Bass diffusion by its own parameters, as a fit to yearly data gives them: the year of the launch is period 1. */
export interface FittedDiffusion {
  readonly launch: number
  readonly innovation: number
  readonly imitation: number
  /** Default: 1. */
  readonly ceiling?: number
}

export type FittedPenetration =
  | { readonly fittedLogistic: FittedCurve }
  | { readonly fittedGompertz: FittedCurve }
  | { readonly bass: FittedDiffusion }

const ratios = ['1', '1', '1'] as const
const symbols = ['K', 'b', 'r'] as const

/** The share a number of years after the origin, before it for negative numbers. */
const fittedCurves = {
  fittedLogistic: perYears(years =>
    formula({
      text: `K / (1 + exp(b − ${exponent(years)}))`,
      symbols,
      inputUnits: ratios,
      unit: '1',
      fn: (ceiling, offset, rate) => ceiling / (1 + Math.exp(offset - years * rate)),
      source: 'mansfield-1961',
    }),
  ),
  fittedGompertz: perYears(years =>
    formula({
      text: `K · exp(−exp(b − ${exponent(years)}))`,
      symbols,
      inputUnits: ratios,
      unit: '1',
      fn: (ceiling, offset, rate) => ceiling * Math.exp(-Math.exp(offset - years * rate)),
      source: 'gompertz-1825',
    }),
  ),
} as const

/** `r` over a number of years, as it stands behind a minus. */
function exponent(years: number): string {
  return years < 0 ? `(−${-years}) · r` : `${years} · r`
}

/** The share at the end of a period since the launch, the first being 1. */
const diffusion = perYears(period =>
  formula({
    text: `K · (1 − exp(−${period} · (p + q))) / (1 + q / p · exp(−${period} · (p + q)))`,
    symbols: ['K', 'p', 'q'],
    inputUnits: ratios,
    unit: '1',
    fn: (ceiling, p, q) =>
      (ceiling * (1 - Math.exp(-period * (p + q)))) / (1 + (q / p) * Math.exp(-period * (p + q))),
    source: 'bass-1969',
  }),
)

const ceilingByDefault = byDefault('the whole segment', '整个细分市场')
const beforeLaunch = byDefault('before the launch', '上市之前')

/** Writes the shares of the years of a window by a fitted curve. */
export function writeFitted(
  sheet: Sheet,
  window: Window,
  name: SegmentName,
  penetration: FittedPenetration,
): ReadonlyMap<number, Handle<'1'>> {
  const input = (family: keyof typeof segmentFamilies, value: number): Handle<'1'> =>
    sheet.input(segmentQuantity(name, segmentFamilies[family], '1'), value, given)
  const ceilingOf = (ceiling: number | undefined): Handle<'1'> =>
    sheet.input(
      segmentQuantity(name, segmentFamilies.penetrationCeiling, '1'),
      ceiling ?? 1,
      ceiling === undefined ? ceilingByDefault : given,
    )
  const ofYear = (year: number) => segmentQuantity(name, segmentFamilies.penetrationOfYear, '1', year)
  if ('bass' in penetration) {
    const { launch, innovation, imitation, ceiling } = penetration.bass
    const operands = [
      ceilingOf(ceiling),
      input('innovation', innovation),
      input('imitation', imitation),
    ] as const
    return new Map(
      window.years.map(year => [
        year,
        year < launch
          ? sheet.input(ofYear(year), 0, beforeLaunch)
          : sheet.derive(ofYear(year), diffusion(year - launch + 1), operands),
      ]),
    )
  }
  const [kind, curve] =
    'fittedLogistic' in penetration
      ? (['fittedLogistic', penetration.fittedLogistic] as const)
      : (['fittedGompertz', penetration.fittedGompertz] as const)
  const operands = [
    ceilingOf(curve.ceiling),
    input('penetrationOffset', curve.offset),
    input('penetrationRate', curve.rate),
  ] as const
  return new Map(
    window.years.map(year => [
      year,
      sheet.derive(ofYear(year), fittedCurves[kind](year - curve.origin), operands),
    ]),
  )
}
