import type { Warning } from '../../estimate.ts'
import type { Accelerator, Catalogue, Precision } from '../catalogue.ts'
import type { ModelChoice } from '../model.ts'
import { median } from '../money/price.ts'

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`

/** From this utilisation on a throughput is a data sheet's peak in all but name: the best published runs stay below. */
const asGoodAsPeak = 0.95

/**
 * What a reader must know of a utilisation: that it is the peak itself, or above what any published run in the
 * catalogue reached. Names what the model's own run reached where that is known.
 */
export function throughputWarnings(
  mfu: number,
  accelerator: Accelerator,
  precision: Precision,
  model: ModelChoice | undefined,
  catalogue: Catalogue,
): Warning[] {
  const published = catalogue.publishedMfu
  const highest = published.at(-1)
  if (highest === undefined || mfu <= highest) return []
  const typical = median(published) as number
  const own = model !== undefined && 'id' in model ? catalogue.models.get(model.id) : undefined
  const ownMfu = own?.training?.mfu?.value
  const ownRun =
    own === undefined || ownMfu === undefined
      ? { en: '', zh: '' }
      : {
          en: ` The real run of ${own.name} reached ${percent(ownMfu)}.`,
          zh: `${own.name} 的实际训练为 ${percent(ownMfu)}。`,
        }
  const reached = {
    en: `The ${published.length} published training runs in the catalogue reached ${percent(published[0] as number)} to ${percent(highest)}, with a median of ${percent(typical)}.${ownRun.en}`,
    zh: `目录中 ${published.length} 个已公开训练任务的利用率为 ${percent(published[0] as number)} 至 ${percent(highest)}，中位数 ${percent(typical)}。${ownRun.zh}`,
  }
  const peak = `${precision} peak of ${accelerator.name}`
  return mfu >= asGoodAsPeak
    ? [
        {
          code: 'throughput-is-peak',
          message: {
            en: `This throughput is ${percent(mfu)} of the dense ${peak}: device time and cost are lower bounds, not estimates. ${reached.en}`,
            zh: `该吞吐量为 ${accelerator.name} 的 ${precision} 稠密峰值的 ${percent(mfu)}：所得设备时间与成本只是下限，并非估计值。${reached.zh}`,
          },
        },
      ]
    : [
        {
          code: 'throughput-above-published',
          message: {
            en: `This throughput is ${percent(mfu)} of the dense ${peak}, more than any published run reached. ${reached.en}`,
            zh: `该吞吐量为 ${accelerator.name} 的 ${precision} 稠密峰值的 ${percent(mfu)}，高于任何已公开的训练任务。${reached.zh}`,
          },
        },
      ]
}
