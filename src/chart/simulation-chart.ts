import type { Label } from '../domain/units.ts'
import type { Chart, NoChart } from './chart.ts'
import type { AskedChart } from './estimate-chart.ts'

/** What a chart needs of the answer of a simulation; its percentiles are members such as p5 and p97.5. */
export interface SimulatedResults {
  readonly results: Readonly<
    Record<
      string,
      {
        readonly label: Label
        readonly unit: string
        readonly mean: number
        readonly histogram: {
          readonly bins: readonly { readonly from: number; readonly to: number; readonly share: number }[]
        } | null
        readonly [percentile: `p${number}`]: number
      }
    >
  >
}

const meanLabel: Label = { en: 'mean', zh: '均值' }

/** The spread of one simulated quantity, the first unless one is asked for, with its mean and percentiles. */
export function simulationChart({ results }: SimulatedResults, asked: AskedChart): Chart | NoChart {
  const { title, language } = asked
  const quantity = Object.entries(results).find(([id]) => id === (asked.quantity ?? id))?.[1]
  if (quantity === undefined) return { missing: 'quantity', quantities: Object.keys(results) }
  if (quantity.histogram === null) return { missing: 'histogram', quantities: Object.keys(results) }
  const percentiles = Object.entries(quantity).filter(([name]) => /^p\d/.test(name)) as [string, number][]
  return {
    kind: 'spread',
    title: `${title} · ${quantity.label[language]}`,
    language,
    unit: quantity.unit,
    bins: quantity.histogram.bins,
    marks: [
      ...percentiles.map(([name, value]) => ({ name, value })),
      { name: meanLabel[language], value: quantity.mean },
    ],
  }
}
