import type { Provenance } from '../sheet/quantity.ts'
import type { Dataset, Observation } from './dataset.ts'

const firmness = {
  actual: { en: 'actual', zh: '实际值' },
  estimate: { en: 'estimate', zh: '估计值' },
  forecast: { en: 'forecast', zh: '预测值' },
} as const

/** Where an observation of a dataset is from, in words. */
export function observedProvenance(
  { title }: Dataset,
  { period, status, vintage, source, provenance }: Observation,
): Provenance {
  const { en, zh } = firmness[status]
  return {
    status: 'catalogue',
    source,
    provenance,
    note: {
      en: `${title.en}, ${period}, ${en}${vintage === null ? '' : `, published ${vintage}`}`,
      zh: `${title.zh}，${period}，${zh}${vintage === null ? '' : `，${vintage} 发布`}`,
    },
  }
}
