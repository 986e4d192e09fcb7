import type { Precision } from '../../compute/catalogue.ts'
import type { Device } from '../../compute/device.ts'
import type { Recomputation, ZeroStage } from '../../compute/layout/layout.ts'
import { fusesAttention, type TrainingStack } from '../../compute/training-time/training-stack.ts'
import type { PartialLayout } from '../../compute/training-time/typical-layout.ts'
import type { MeasuredSetup } from './measurement.ts'

/** The number format that a free text such as `fp16/bf16`, `mxfp8` or `nvfp4` names, as far as a device has it. */
export function trainingPrecision(text: string | undefined, device: Device): Precision {
  const name = (text ?? '').toLowerCase()
  const wide: Precision = device.peak.bf16 === undefined ? 'fp16' : 'bf16'
  if (/fp4/.test(name) && device.peak.fp4 !== undefined) return 'fp4'
  if (/fp4|fp8|float8|e4m3/.test(name) && device.peak.fp8 !== undefined) return 'fp8'
  if (/tf32/.test(name) && device.peak.tf32 !== undefined) return 'tf32'
  if (/fp32|float32/.test(name) && !/16/.test(name)) return device.peak.fp32 === undefined ? wide : 'fp32'
  return wide
}

/** Whether a setup trains in fp16 as such, as was done before bfloat16. */
function isClassic({ precision }: MeasuredSetup): boolean {
  const name = (precision ?? '').toLowerCase()
  return /fp16|float16|half|amp|mixed/.test(name) && !/bf16|bfloat|fp8|float8|e4m3|fp4/.test(name)
}

function zeroOf(setup: MeasuredSetup): ZeroStage | undefined {
  const stated = setup.zero ?? Number(/zero-?([0-3])/.exec((setup.optimizer_stage ?? '').toLowerCase())?.[1])
  if (stated === 0 || stated === 1 || stated === 2 || stated === 3) return stated
  if (setup.fsdp === undefined) return undefined
  return /grad_op/i.test(setup.fsdp) ? 2 : 3
}

/**
 * Selective recomputation is that of the attention core, but that of all except attention and every second product
 * where weights are fully sharded, as PyTorch calls it.
 */
function recomputationOf(text: string | undefined, sharded: boolean): Recomputation | undefined {
  if (text === undefined) return undefined
  if (/\bfull|\ball\b|\bblock|uniform|^(true|yes|on)$/i.test(text)) return 'full'
  if (!/select|partial|core|attn|attention/i.test(text)) return 'none'
  return sharded ? 'products' : 'selective'
}

/**
 * Bytes of a gradient, where a setup tells: those of DeepSpeed's fp16 optimizers are of 16 bits, and its bfloat16
 * optimizer keeps the 16-bit gradients beside their sums.
 */
function gradientBytesOf(setup: MeasuredSetup, zeroStage: ZeroStage | undefined): number | undefined {
  const deepspeed = /deepspeed/i.test(setup.framework ?? '')
  if (/fp32.?grad/i.test(setup.optimizer_stage ?? '')) return deepspeed ? 6 : 4
  if (!deepspeed) return undefined
  if (isClassic(setup)) return 2
  return zeroStage === 3 ? undefined : 6
}

/**
 * What a row tells of its layout, by what it says and by what the stack that it names does by default; the rest is
 * left to `typicalLayout`. Training in fp16 without fused attention is taken to drop activations at random, as models
 * of that time were trained.
 */
export function toldLayout(
  setup: MeasuredSetup,
  stack: TrainingStack,
  family: string | undefined,
): PartialLayout {
  const zeroStage = zeroOf(setup) ?? stack.zeroStage ?? undefined
  const recompute = recomputationOf(setup.recompute, zeroStage === 3)
  // Computing attention's scores again is of use only where they are kept.
  const keepsScores = recompute === 'selective' && stack.fusedAttention !== 'always'
  const flashAttention = !keepsScores && fusesAttention(stack, family, setup.framework)
  return {
    sequence: setup.seq,
    tensor: setup.tp,
    pipeline: setup.pp,
    data: setup.dp,
    context: setup.cp,
    expert: setup.ep,
    virtualStages: setup.vp ?? setup.interleave,
    microBatch: setup.micro_batch,
    globalBatch: setup.global_batch,
    zeroStage: zeroOf(setup),
    recompute,
    flashAttention,
    dropout: !flashAttention && isClassic(setup),
    gradientBytes: gradientBytesOf(setup, zeroStage) ?? stack.gradientBytes,
    ...(/sequence.?par|\bsp\b|selsp/i.test(setup.recompute ?? '') && { sequenceParallel: true }),
  }
}
