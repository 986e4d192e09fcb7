import type { Warning } from '../estimate.ts'
import type { PlacedDistribution } from './distributions-in-request.ts'

/** Distributions that the warning names; of more it says how many. */
const mostNamed = 10

/** Says that an estimate stands at the medians of the distributions given, and where to ask for the rest. */
export function mediansWarning(distributions: readonly PlacedDistribution[]): Warning {
  const named = distributions
    .slice(0, mostNamed)
    .map(({ pointer, median }) => `${pointer} = ${Number(median.toPrecision(6))}`)
    .join(', ')
  const more = distributions.length - mostNamed
  return {
    code: 'medians-used',
    message: {
      en: `This estimate takes the median of each distribution: ${named}${more > 0 ? `, and ${more} more` : ''}. How far results spread is answered by simulate.`,
      zh: `本估算取各分布的中位数：${named}${more > 0 ? `，另有 ${more} 个` : ''}。结果的离散程度请用 simulate 查询。`,
    },
  }
}
