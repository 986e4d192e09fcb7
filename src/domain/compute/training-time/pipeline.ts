import { formula } from '../../sheet/formula.ts'

/** Pipeline schedules, each formula written once. */
export const pipelineFormulas = {
  /** Idle time over computing time of a step in 1F1B, interleaved over v chunks a rank. */
  bubble: formula({
    text: '(p − 1) / (v · m)',
    symbols: ['p', 'v', 'm'],
    inputUnits: ['count', 'count', 'count'],
    unit: '1',
    fn: (pipeline, chunks, batches) => (pipeline - 1) / (chunks * batches),
    source: 'narayanan-2021',
  }),
} as const

/**
 * Layers of the fullest stage in mean layers, the head counted as `head` layers. Stages that divide the layers evenly
 * hold the same number and the last one the head too; otherwise the layers are dealt so that the fullest holds least.
 */
export function fullestStage(layers: number, pipeline: number, head: number): number {
  if (pipeline === 1) return layers + head
  if (layers % pipeline === 0) return layers / pipeline + head
  const others = pipeline - 1
  let least = Number.POSITIVE_INFINITY
  const most = Math.ceil(layers / pipeline)
  for (let last = Math.max(0, most - Math.ceil(head) - 1); last <= most; last++) {
    const fullest = Math.max(Math.ceil((layers - last) / others), last + head)
    if (fullest < least) least = fullest
  }
  return least
}
