import type { Warning } from '../../estimate.ts'
import type { Series } from './series.ts'

/** What a reader must know of the data of a fit. */
export function seriesWarnings({ points, dataset }: Series): Warning[] {
  const warnings: Warning[] = []
  const forecasts = points.filter(({ observation }) => observation?.status === 'forecast')
  if (forecasts.length > 0) {
    const named = forecasts.map(({ period }) => period).slice(0, 20)
    warnings.push({
      code: 'fitted-to-forecasts',
      message: {
        en: `These values of ${dataset?.id} are forecasts, so the curve repeats what others expected: ${named.join(', ')}.`,
        zh: `${dataset?.id} 的以下数值为预测值，曲线因此重复他人预期：${named.join('、')}。`,
      },
    })
  }
  const recalled = points.filter(({ observation }) => observation?.provenance === 'recalled')
  if (recalled.length > 0) {
    const named = recalled.map(({ period }) => period).slice(0, 20)
    warnings.push({
      code: 'recalled-values',
      message: {
        en: `These values of ${dataset?.id} are recalled, not read in their source: ${named.join(', ')}.`,
        zh: `${dataset?.id} 的以下数值为回忆所得，未核对原文：${named.join('、')}。`,
      },
    })
  }
  return warnings
}
