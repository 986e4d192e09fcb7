import type { Transformer } from '../../compute/architecture/transformer.ts'
import type { Precision } from '../../compute/catalogue.ts'
import type { ParallelLayout, Recomputation, ZeroStage } from '../../compute/layout/layout.ts'
import type { MeasuredSetup } from './measurement.ts'

/** Micro-batches for each pipeline rank where a setup does not give its batch: enough to fill the pipeline. */
const microBatchesPerRank = 4

/** Number format that a setup trains in, of the names that publishers use; 16 bits where none is known. */
export function trainingPrecisionOf(setup: MeasuredSetup): Precision {
  const name = (setup.precision ?? '').toLowerCase()
  if (/fp8|float8|e4m3|mxfp8/.test(name)) return 'fp8'
  if (/fp4/.test(name)) return 'fp4'
  if (/bf16|bfloat/.test(name)) return 'bf16'
  if (/fp16|float16|half|amp|mixed/.test(name)) return 'fp16'
  if (/tf32/.test(name)) return 'tf32'
  if (/fp32|float32|single/.test(name)) return 'fp32'
  return 'bf16'
}

function recomputationOf(setup: MeasuredSetup): Recomputation {
  const name = (setup.recompute ?? '').toLowerCase()
  if (/\bfull|\ball\b|\bblock|\buniform|^true$|^yes$/.test(name)) return 'full'
  return /sel|core|attn|attention/.test(name) ? 'selective' : 'none'
}

function zeroStageOf(setup: MeasuredSetup, classic: boolean): ZeroStage {
  const stated = setup.zero ?? Number(/zero-?([0-3])/.exec((setup.optimizer_stage ?? '').toLowerCase())?.[1])
  if (stated === 0 || stated === 1 || stated === 2 || stated === 3) return stated
  if (setup.fsdp !== undefined) return /grad_op|shard_grad/i.test(setup.fsdp) ? 2 : 3
  const framework = (setup.framework ?? '').toLowerCase()
  if (/fsdp|torchtitan|foundry|composer|maxtext|levanter/.test(framework)) return 3
  return classic ? 0 : 1
}

/** What is known of the stack that a setup names. Megatron-LM and what is built on it have a loss of their own. */
export function stackOf(setup: MeasuredSetup): { readonly bucketed: boolean; readonly unfusedLoss: boolean } {
  const framework = (setup.framework ?? '').toLowerCase()
  return {
    bucketed: framework.includes('deepspeed'),
    unfusedLoss: /titan|fsdp|composer|foundry|hugging|transformers|lightning|torchtune/.test(framework),
  }
}

/**
 * Bytes of a gradient: 16-bit alone in fp16 and where weights are gathered for each layer, else summed in 32 bits;
 * DeepSpeed's bfloat16 optimizer keeps the 16-bit gradients beside their sums.
 */
function gradientBytesOf(
  precision: Precision,
  gathers: boolean,
  bucketed: boolean,
  wideSums: boolean,
): number {
  if (!wideSums && (precision === 'fp16' || gathers)) return 2
  return bucketed ? 6 : 4
}

/**
 * The layout of a setup. What it does not say: data-parallel ranks fill the devices; one sequence at once; four
 * micro-batches a pipeline rank; no recomputation. Training in fp16 is taken to keep attention scores, to divide no
 * norms and to sum gradients in 16 bits, as before fused attention and bfloat16; any other to do the contrary, with
 * optimizer states divided among data-parallel ranks. Selective recomputation is that of the attention core, but that
 * of all except attention and every second product where weights are fully sharded, as PyTorch calls it.
 */
export function layoutOf(setup: MeasuredSetup, t: Transformer): ParallelLayout {
  const precision = trainingPrecisionOf(setup)
  const { bucketed } = stackOf(setup)
  const classic = precision === 'fp16'
  const tensor = setup.tp ?? 1
  const pipeline = setup.pp ?? 1
  const context = setup.cp ?? 1
  const data = setup.dp ?? Math.max(1, Math.floor((setup.n_gpus ?? 1) / (tensor * pipeline * context)))
  const expert = t.experts > 0 ? (setup.ep ?? 1) : 1
  const expertTensor = (tensor * context * data) % (expert * tensor) === 0 ? tensor : 1
  const microBatch = setup.micro_batch ?? 1
  const atOnce = microBatch * data
  const asked = setup.global_batch ?? atOnce * (pipeline > 1 ? microBatchesPerRank * pipeline : 1)
  const zeroStage = zeroStageOf(setup, classic)
  const wideSums = /fp32.?grad/i.test(setup.optimizer_stage ?? '')
  const statedSequenceParallel = /sequence.?par|\bsp\b|selsp/i.test(setup.recompute ?? '')
  const statedSelective = recomputationOf(setup) === 'selective'
  return {
    tensor,
    pipeline,
    data,
    context,
    expert,
    expertTensor,
    virtualStages: setup.vp ?? setup.interleave ?? 1,
    unevenStages: true,
    microBatch,
    globalBatch: Math.max(1, Math.round(asked / atOnce)) * atOnce,
    sequence: setup.seq ?? 2048,
    recompute: statedSelective && zeroStage === 3 ? 'products' : recomputationOf(setup),
    sequenceParallel: tensor > 1 && (statedSequenceParallel || !(classic || bucketed)),
    flashAttention: !(classic || bucketed || (statedSelective && zeroStage < 3)),
    dropout: classic,
    zeroStage,
    optimizer: 'adam',
    precision,
    gradientBytes: gradientBytesOf(precision, zeroStage === 3 && pipeline === 1, bucketed, wideSums),
  }
}
