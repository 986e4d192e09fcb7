import { formula } from '../../sheet/formula.ts'
import type { CurveConsequence, CurveModel, CurveParameter, CurvePoints } from './curve-model.ts'

/** Share of the market that has adopted by a time since the launch (Bass 1969, equation 2.1). */
function bassShare(p: number, q: number, time: number): number {
  const left = Math.exp(-(p + q) * time)
  return (1 - left) / (1 + (q / p) * left)
}

const shareText = (time: string): string =>
  `(1 − exp(−(p + q) · ${time})) / (1 + q / p · exp(−(p + q) · ${time}))`

const parameters: readonly CurveParameter[] = [
  {
    id: 'ceiling',
    symbol: 'm',
    label: { en: 'Market potential: all that will ever adopt', zh: '市场潜量：最终采用总量' },
    unit: 'data',
    zero: 'degenerate',
  },
  {
    id: 'innovation',
    symbol: 'p',
    label: { en: 'Coefficient of innovation', zh: '创新系数' },
    unit: '1/period',
    zero: 'degenerate',
  },
  {
    id: 'imitation',
    symbol: 'q',
    label: { en: 'Coefficient of imitation', zh: '模仿系数' },
    unit: '1/period',
    zero: 'possible',
  },
]

/** p and q, where imitation outweighs innovation: only then do additions rise before they fall. */
const coefficients = (at: ArrayLike<number>): readonly [p: number, q: number] | undefined =>
  (at[2] as number) > (at[1] as number) ? [at[1] as number, at[2] as number] : undefined

const consequences: readonly CurveConsequence[] = [
  {
    id: 'peakTime',
    label: { en: 'Periods from the launch to the peak of additions', zh: '上市至新增峰值的期数' },
    unit: '1',
    of: at => {
      const [p, q] = coefficients(at) ?? [Number.NaN, Number.NaN]
      return Math.log(q / p) / (p + q)
    },
  },
  {
    id: 'peakAdditions',
    label: { en: 'Additions a period at the peak', zh: '峰值期新增' },
    unit: 'data',
    of: at => {
      const [p, q] = coefficients(at) ?? [Number.NaN, Number.NaN]
      return ((at[0] as number) * (p + q) ** 2) / (4 * q)
    },
  },
]

const exists = (at: ArrayLike<number>): boolean =>
  (at[0] as number) > 0 && (at[1] as number) > 0 && (at[2] as number) >= 0

/** The share that has adopted, with its derivatives by p and q. */
function shareWithSlopes(
  p: number,
  q: number,
  time: number,
): readonly [share: number, byP: number, byQ: number] {
  const left = Math.exp(-(p + q) * time)
  const below = 1 + (q / p) * left
  const pull = time * left * below
  const gone = (1 - left) * left
  return [
    (1 - left) / below,
    (pull + gone * (q / p ** 2 + (q / p) * time)) / below ** 2,
    (pull + gone * ((q / p) * time - 1 / p)) / below ** 2,
  ]
}

/**
 * Searches start from coefficients across what diffusion studies report, and from potentials of some times what is
 * seen: all of the published series that the tests fit end at one curve from each of the twelve.
 */
const usual = [
  [0.02, 0.4],
  [0.005, 0.5],
  [0.03, 0.2],
  [0.003, 0.9],
] as const
const potentials = [1.1, 1.5, 3]

const startsAround = (total: number): (readonly number[])[] =>
  potentials.flatMap(multiple => usual.map(([p, q]) => [multiple * total, p, q]))

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Additions of each period: what adopted during it. */
export const bassAdditions: CurveModel = {
  label: { en: 'Bass diffusion, additions by period', zh: '巴斯扩散模型（各期新增）' },
  formula: formula({
    text: `m · (${shareText('x')} − ${shareText('(x − 1)')})`,
    symbols: ['m', 'p', 'q', 'x'],
    inputUnits: ['1', '1', '1', '1'],
    unit: '1',
    fn: (m, p, q, x) => m * (bassShare(p, q, x) - bassShare(p, q, x - 1)),
    source: 'srinivasan-mason-1986',
  }),
  parameters,
  consequences,
  onLogScale: false,
  exists,
  value: (at, x) =>
    (at[0] as number) *
    (bassShare(at[1] as number, at[2] as number, x) - bassShare(at[1] as number, at[2] as number, x - 1)),
  slopes: (at, x, into, from) => {
    const m = at[0] as number
    const [now, nowByP, nowByQ] = shareWithSlopes(at[1] as number, at[2] as number, x)
    const [before, beforeByP, beforeByQ] = shareWithSlopes(at[1] as number, at[2] as number, x - 1)
    into[from] = now - before
    into[from + 1] = m * (nowByP - beforeByP)
    into[from + 2] = m * (nowByQ - beforeByQ)
    return m * (now - before)
  },
  starts: ({ y }) => startsAround(sum(y)),
  ceiling: { index: 0, largest: ({ y }: CurvePoints) => sum(y) },
}

/** All that has adopted by the end of each period. */
export const bassCumulative: CurveModel = {
  label: { en: 'Bass diffusion, cumulative', zh: '巴斯扩散模型（累计）' },
  formula: formula({
    text: `m · ${shareText('x')}`,
    symbols: ['m', 'p', 'q', 'x'],
    inputUnits: ['1', '1', '1', '1'],
    unit: '1',
    fn: (m, p, q, x) => m * bassShare(p, q, x),
    source: 'bass-1969',
  }),
  parameters,
  consequences,
  onLogScale: false,
  exists,
  value: (at, x) => (at[0] as number) * bassShare(at[1] as number, at[2] as number, x),
  slopes: (at, x, into, from) => {
    const m = at[0] as number
    const [share, byP, byQ] = shareWithSlopes(at[1] as number, at[2] as number, x)
    into[from] = share
    into[from + 1] = m * byP
    into[from + 2] = m * byQ
    return m * share
  },
  starts: ({ y }) => startsAround(Math.max(...y)),
  ceiling: { index: 0, largest: ({ y }: CurvePoints) => Math.max(...y) },
}
