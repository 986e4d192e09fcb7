import { flopFormulas, valueHeadDim } from '../architecture/flop.ts'
import type { Transformer } from '../architecture/transformer.ts'
import type { ParallelLayout } from '../layout/layout.ts'
import type { TrainingConstants } from './training-constants.ts'
import type { TrainingStack } from './training-stack.ts'
import type { TrainingSystem } from './training-system.ts'

/** Five products instead of two, as scores are computed again, at 0.85 of the forward rate (FlashAttention 2). */
const fusedBackward = 2.5 / 0.85
/** Bytes a score is read and written in: product, masked softmax, dropout and its mask, next product. */
const scoreBytesForward = 13
const scoreBytesBackward = 19
/** Tensor cores take 16-bit operands whose rows are multiples of 16 bytes; others run at some third. */
const alignedHead = 8
const misaligned = 3

/** Seconds of the attention core of one layer, forward and backward, into `out`. */
export function attentionCoreTimes(
  t: Transformer,
  layout: ParallelLayout,
  stack: TrainingStack,
  rows: number,
  wideRate: number,
  bandwidth: number,
  system: TrainingSystem,
  c: TrainingConstants,
  out: { forward: number; backward: number },
): void {
  const { sequence, tensor } = layout
  const values = valueHeadDim(t)
  const heads = t.heads / tensor
  const slow = t.headDim % alignedHead === 0 ? 1 : misaligned
  if (layout.flashAttention) {
    const whole = flopFormulas.causalContext.fn(sequence)
    const windowed = t.windowedLayers / Math.max(1, t.attentionLayers)
    const seen =
      windowed === 0
        ? whole
        : (1 - windowed) * whole + windowed * flopFormulas.windowContext.fn(t.window, sequence)
    const flop = rows * flopFormulas.attentionCore.fn(heads, t.headDim, values, seen)
    const { earlyAttention: early, portableAttention: portable } = stack
    const late = early ? system.family !== 'nvidia-ampere' : portable && system.family === 'nvidia-hopper'
    const written = (early ? c.earlyAttention : 1) * (late ? c.portableAttention : 1)
    const rate = system.widePeak * system.matmulCeiling * c.attention * written
    const narrowHead = (1 + c.halfHead / t.headDim) * (1 + c.halfContext / (2 * seen))
    out.forward = (slow * flop * narrowHead) / rate + c.launch
    out.backward = fusedBackward * (out.forward - c.launch) + 3 * c.launch
    return
  }
  // Two batched products over all pairs, and the scores through memory between them.
  const scores = rows * sequence * heads
  const products = (2 * scores * t.headDim * (1 + c.halfDepth / t.headDim) + 2 * scores * values) / wideRate
  out.forward = slow * products + (scoreBytesForward * scores * c.scores) / bandwidth + 5 * c.launch
  out.backward = 2 * slow * products + (scoreBytesBackward * scores * c.scores) / bandwidth + 10 * c.launch
}
