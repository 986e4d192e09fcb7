import type { Warning } from '../estimate.ts'
import type { Alternative } from './alternatives.ts'

/** What a reader must know of how distributions met the sheets. */
export function uncertaintyWarnings(
  alternatives: readonly Pick<Alternative, 'idle' | 'kept' | 'place'>[],
  outputs: readonly string[],
): Warning[] {
  const idle = alternatives.flatMap(({ idle: pointers, place }) => pointers.map(pointer => place + pointer))
  const kept = alternatives.flatMap(({ kept: pointers, place }) => pointers.map(pointer => place + pointer))
  const warnings: Warning[] = []
  if (idle.length > 0) {
    warnings.push({
      code: 'idle-distribution',
      message: {
        en: `No quantity depends on ${idle.slice(0, 10).join(', ')}; its distribution changes nothing here.`,
        zh: `没有任何量取决于 ${idle.slice(0, 10).join('、')}，其分布在此不起作用。`,
      },
    })
  }
  if (kept.length > 0) {
    warnings.push({
      code: 'choices-kept',
      message: {
        en: `Over the range of ${kept.slice(0, 10).join(', ')} the estimator would also choose differently, such as another plan. The choices made at the medians are kept in every sample.`,
        zh: `在 ${kept.slice(0, 10).join('、')} 的取值范围内，估算器的选择（如部署方案）也会改变。各样本均沿用中位数下的选择。`,
      },
    })
  }
  if (outputs.length === 0) {
    warnings.push({
      code: 'nothing-varies',
      message: {
        en: 'No result depends on a distribution of this request.',
        zh: '没有任何结果取决于本请求中的分布。',
      },
    })
  }
  return warnings
}
