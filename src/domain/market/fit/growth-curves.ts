import { formula } from '../../sheet/formula.ts'
import { type CurveModel, type CurveParameter, type CurvePoints, startsByLines } from './curve-model.ts'

const ceiling: CurveParameter = {
  id: 'ceiling',
  symbol: 'K',
  label: { en: 'Ceiling that the curve approaches', zh: '曲线趋近的上限' },
  unit: 'data',
  zero: 'degenerate',
}
const offset: CurveParameter = {
  id: 'offset',
  symbol: 'b',
  label: { en: 'Exponent at the origin', zh: '原点处的指数' },
  unit: '1',
  zero: 'possible',
}
const rate: CurveParameter = {
  id: 'rate',
  symbol: 'r',
  label: { en: 'Rate a year', zh: '年速率' },
  unit: '1/year',
  zero: 'degenerate',
}
const midpoint = (en: string, zh: string) => ({
  id: 'midpoint',
  label: { en, zh },
  unit: 'x' as const,
  of: (p: ArrayLike<number>) => (p[1] as number) / (p[2] as number),
})
const largestValue = ({ y }: CurvePoints): number => Math.max(...y)

/** Growth that slows as it nears a ceiling, alike on both sides of the middle. */
export const logistic: CurveModel = {
  label: { en: 'Logistic curve', zh: '逻辑斯蒂曲线' },
  formula: formula({
    text: 'K / (1 + exp(b − r · x))',
    symbols: ['K', 'b', 'r', 'x'],
    inputUnits: ['1', '1', '1', '1'],
    unit: '1',
    fn: (k, b, r, x) => k / (1 + Math.exp(b - r * x)),
    source: 'mansfield-1961',
  }),
  parameters: [ceiling, offset, rate],
  consequences: [midpoint('Where half of the ceiling is reached', '达到上限一半的时点')],
  onLogScale: false,
  exists: p => (p[0] as number) > 0,
  value: (p, x) => (p[0] as number) / (1 + Math.exp((p[1] as number) - (p[2] as number) * x)),
  slopes: (p, x, into, at) => {
    const grown = 1 / (1 + Math.exp((p[1] as number) - (p[2] as number) * x))
    const bend = (p[0] as number) * grown * (1 - grown)
    into[at] = grown
    into[at + 1] = -bend
    into[at + 2] = bend * x
    return (p[0] as number) * grown
  },
  starts: points =>
    startsByLines(
      points,
      (y, k) => Math.log(k / y - 1),
      (k, a, b) => [k, a, -b],
    ),
  ceiling: { index: 0, largest: largestValue },
}

/** Growth that slows as it nears a ceiling, fastest at 37 % of it. */
export const gompertz: CurveModel = {
  label: { en: 'Gompertz curve', zh: '龚珀兹曲线' },
  formula: formula({
    text: 'K · exp(−exp(b − r · x))',
    symbols: ['K', 'b', 'r', 'x'],
    inputUnits: ['1', '1', '1', '1'],
    unit: '1',
    fn: (k, b, r, x) => k * Math.exp(-Math.exp(b - r * x)),
    source: 'gompertz-1825',
  }),
  parameters: [ceiling, offset, rate],
  consequences: [midpoint('Where growth is fastest, at 1/e of the ceiling', '增长最快的时点（上限的 1/e）')],
  onLogScale: false,
  exists: p => (p[0] as number) > 0,
  value: (p, x) => (p[0] as number) * Math.exp(-Math.exp((p[1] as number) - (p[2] as number) * x)),
  slopes: (p, x, into, at) => {
    const left = Math.exp((p[1] as number) - (p[2] as number) * x)
    const grown = Math.exp(-left)
    // A vanishing `grown` outweighs any `left`, also one that has overflowed.
    const bend = grown === 0 ? 0 : (p[0] as number) * grown * left
    into[at] = grown
    into[at + 1] = -bend
    into[at + 2] = bend * x
    return (p[0] as number) * grown
  },
  starts: points =>
    startsByLines(
      points,
      (y, k) => Math.log(-Math.log(y / k)),
      (k, a, b) => [k, a, -b],
    ),
  ceiling: { index: 0, largest: largestValue },
}

/** Exponents of Richards' curve that searches start from: the logistic curve and one on each side of it. */
const bendGuesses = [0.3, 1, 3]

/** A logistic curve whose two sides may differ. */
export const richards: CurveModel = {
  label: { en: 'Richards curve (generalised logistic)', zh: '理查兹曲线（广义逻辑斯蒂）' },
  formula: formula({
    text: 'K / (1 + exp(b − r · x))^(1 / v)',
    symbols: ['K', 'b', 'r', 'v', 'x'],
    inputUnits: ['1', '1', '1', '1', '1'],
    unit: '1',
    fn: (k, b, r, v, x) => k / (1 + Math.exp(b - r * x)) ** (1 / v),
    source: 'richards-1959',
  }),
  parameters: [
    ceiling,
    offset,
    rate,
    {
      id: 'asymmetry',
      symbol: 'v',
      label: {
        en: 'Exponent that sets the sides apart; 1 is the logistic curve',
        zh: '不对称指数；1 即逻辑斯蒂曲线',
      },
      unit: '1',
      zero: 'degenerate',
    },
  ],
  consequences: [],
  onLogScale: false,
  exists: p => (p[0] as number) > 0 && (p[3] as number) > 0,
  value: (p, x) =>
    (p[0] as number) / (1 + Math.exp((p[1] as number) - (p[2] as number) * x)) ** (1 / (p[3] as number)),
  slopes: (p, x, into, at) => {
    const v = p[3] as number
    const left = Math.exp((p[1] as number) - (p[2] as number) * x)
    const grown = (1 + left) ** (-1 / v)
    const bend = (((p[0] as number) / v) * grown * left) / (1 + left)
    into[at] = grown
    into[at + 1] = -bend
    into[at + 2] = bend * x
    into[at + 3] = ((p[0] as number) * grown * Math.log1p(left)) / v ** 2
    return (p[0] as number) * grown
  },
  starts: points =>
    bendGuesses.flatMap(v =>
      startsByLines(
        points,
        (y, k) => Math.log((k / y) ** v - 1),
        (k, a, b) => [k, a, -b, v],
      ),
    ),
  ceiling: { index: 0, largest: largestValue },
}

/** Growth that is fastest at the origin and slows from there on. */
export const exponentialSaturation: CurveModel = {
  label: { en: 'Exponential saturation', zh: '指数饱和曲线' },
  formula: formula({
    text: 'K · (1 − exp(−r · x))',
    symbols: ['K', 'r', 'x'],
    inputUnits: ['1', '1', '1'],
    unit: '1',
    fn: (k, r, x) => k * (1 - Math.exp(-r * x)),
  }),
  parameters: [ceiling, rate],
  consequences: [],
  onLogScale: false,
  exists: () => true,
  value: (p, x) => -(p[0] as number) * Math.expm1(-(p[1] as number) * x),
  slopes: (p, x, into, at) => {
    const grown = -Math.expm1(-(p[1] as number) * x)
    into[at] = grown
    into[at + 1] = (p[0] as number) * (1 - grown) * x
    return (p[0] as number) * grown
  },
  starts: points =>
    startsByLines(
      points,
      (y, k) => Math.log(1 - y / k),
      (k, _, b) => [k, -b],
    ),
  ceiling: { index: 0, largest: largestValue },
}
