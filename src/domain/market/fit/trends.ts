import { formula } from '../../sheet/formula.ts'
import { type CurveModel, straightLine } from './curve-model.ts'

const numbers = <const N extends readonly string[]>(symbols: N) =>
  symbols.map(() => '1') as unknown as { readonly [K in keyof N]: '1' }

/** A straight line over time. */
export const linear: CurveModel = {
  label: { en: 'Linear trend', zh: '线性趋势' },
  formula: formula({
    text: 'a + b · x',
    symbols: ['a', 'b', 'x'],
    inputUnits: numbers(['a', 'b', 'x']),
    unit: '1',
    fn: (a, b, x) => a + b * x,
  }),
  parameters: [
    {
      id: 'level',
      symbol: 'a',
      label: { en: 'Level at the origin', zh: '原点水平' },
      unit: 'data',
      zero: 'possible',
    },
    {
      id: 'slope',
      symbol: 'b',
      label: { en: 'Change a year', zh: '年变化量' },
      unit: 'data/year',
      zero: 'possible',
    },
  ],
  consequences: [],
  onLogScale: false,
  exists: () => true,
  value: (p, x) => (p[0] as number) + (p[1] as number) * x,
  slopes: (p, x, into, at) => {
    into[at] = 1
    into[at + 1] = x
    return (p[0] as number) + (p[1] as number) * x
  },
  starts: ({ x, y }) => [straightLine(x, y) ?? [0, 0]],
}

/** Growth at a constant rate: a straight line through the logarithms. */
export const logLinear: CurveModel = {
  label: { en: 'Log-linear trend', zh: '对数线性趋势' },
  formula: formula({
    text: 'exp(a + b · x)',
    symbols: ['a', 'b', 'x'],
    inputUnits: numbers(['a', 'b', 'x']),
    unit: '1',
    fn: (a, b, x) => Math.exp(a + b * x),
  }),
  parameters: [
    {
      id: 'logLevel',
      symbol: 'a',
      label: { en: 'Logarithm of the level at the origin', zh: '原点水平的对数' },
      unit: '1',
      zero: 'possible',
    },
    {
      id: 'logGrowth',
      symbol: 'b',
      label: { en: 'Growth of the logarithm a year', zh: '对数年增量' },
      unit: '1/year',
      zero: 'possible',
    },
  ],
  consequences: [
    {
      id: 'level',
      label: { en: 'Level of the trend at the origin', zh: '原点趋势水平' },
      unit: 'data',
      of: p => Math.exp(p[0] as number),
    },
    {
      id: 'growthRate',
      label: { en: 'Growth a year, as a share', zh: '年增长率' },
      unit: '1/year',
      of: p => Math.expm1(p[1] as number),
    },
  ],
  onLogScale: true,
  exists: () => true,
  value: linear.value,
  slopes: linear.slopes,
  starts: linear.starts,
}
