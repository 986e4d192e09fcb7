import { describe, expect, it } from 'vitest'
import type { ArchitectureDescription } from '../../../../src/domain/compute/architecture/transformer.ts'
import { deviceOf } from '../../../../src/domain/compute/device.ts'
import { transformerOfChoice } from '../../../../src/domain/compute/model.ts'
import {
  serveContinuously,
  servedWorkload,
  serveTogether,
} from '../../../../src/domain/compute/serving/batching.ts'
import { numberFormat } from '../../../../src/domain/compute/serving/number-format.ts'
import { servedModel } from '../../../../src/domain/compute/serving/served-model.ts'
import { constantKeys, servingConstants } from '../../../../src/domain/compute/serving/serving-constants.ts'
import {
  type ServingLayout,
  type ServingUnit,
  servingUnit,
} from '../../../../src/domain/compute/serving/serving-unit.ts'
import { softwareStack } from '../../../../src/domain/compute/serving/software-stack.ts'
import { stepFormulas } from '../../../../src/domain/compute/serving/step-formulas.ts'
import { stepCost, stepSeconds } from '../../../../src/domain/compute/serving/step-time.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'

const catalogue = catalogueOfFiles()
const constants = servingConstants({}, constantKeys([]))
const plain: ServingLayout = { tensor: 1, pipeline: 1, attentionReplicas: 1, expertParallel: false }

function unitOf(
  model: string | ArchitectureDescription,
  device: string,
  layout: Partial<ServingLayout> = {},
  precision = 'bf16',
): ServingUnit {
  const accelerator = catalogue.accelerators.get(device)
  if (accelerator === undefined) throw new Error(`no device ${device}`)
  const choice = typeof model === 'string' ? { id: model } : { architecture: model }
  const { t } = transformerOfChoice({ catalogue }, choice)
  const numbers = deviceOf(accelerator)
  const unit = servingUnit(
    servedModel(t),
    numbers,
    numberFormat(precision, numbers),
    2,
    { ...plain, ...layout },
    softwareStack(undefined),
  )
  if ('reason' in unit) throw new Error(unit.reason)
  return unit
}

const decode = (unit: ServingUnit, batch: number, context: number) =>
  stepSeconds(stepCost(), unit, constants, batch, context, 0, 0, 0)

describe('a step', () => {
  it('of a 16-bit Llama-3-8B reads its 15.0 GB of multiplied weights and 131,072 bytes a cached token', () => {
    const unit = unitOf('llama-3-8b', 'h100-sxm-80gb')
    // 32 layers of 218.1 M and a head of 128,256 × 4,096: 7.504 G parameters multiply (Llama 3 configuration).
    expect((unit.denseBytes + unit.headBytes) / 1e9).toBeCloseTo(15.01, 1)
    // 2 · 32 layers · 8 heads · 128 · 2 bytes.
    expect(unit.cacheBytes).toBe(131_072)
    const more = decode(unit, 8, 2_001).bytes - decode(unit, 8, 2_000).bytes
    expect(more).toBeCloseTo(8 * 131_072, -1)
  })

  it('is never faster than reading what it must at all of the bandwidth, nor than its FLOP at the peak', () => {
    for (const model of ['llama-3-8b', 'llama-3-70b', 'mixtral-8x7b', 'deepseek-v3', 'gpt-3-13b']) {
      for (const tensor of [1, 8]) {
        const unit = unitOf(model, 'h200-sxm-141gb', { tensor })
        for (const batch of [1, 16, 256]) {
          for (const context of [128, 8_192]) {
            const cost = decode(unit, batch, context)
            expect(cost.seconds).toBeGreaterThan(cost.bytes / unit.bandwidth)
            expect(cost.seconds).toBeGreaterThan(cost.flop / (unit.matmulPeak / 0.8))
            expect(cost.busy).toBeLessThan(cost.seconds)
          }
        }
      }
    }
  })

  it('of one token on a consumer card waits for memory, not for tiles that nobody fills', () => {
    // Measured with llama.cpp: 111.74 tokens a second (Xiongjie Dai, May 2024); nothing here was fitted.
    const unit = unitOf('llama-3-8b', 'rtx-3090-24gb', {}, 'q4_k_m')
    const measured = 1 / 111.74
    expect(Math.abs(Math.log(decode(unit, 1, 512).seconds / measured))).toBeLessThan(Math.log(1.35))
    // A tensor core takes 16 rows at a time: as many tokens, or fewer, are far from the price of 64.
    const product = (tokens: number) =>
      stepFormulas.matrices.fn(0, 1, 1, 1, tokens, 64, 16, 1, 1, 1) as number
    expect(product(1)).toBeLessThan(5)
    expect(product(1_000)).toBeCloseTo(1_063, 0)
  })

  it('takes longer with more sequences, context and prompts, and less with more devices', () => {
    const unit = unitOf('llama-3-70b', 'h100-sxm-80gb', { tensor: 4 })
    const base = decode(unit, 16, 1_000).seconds
    expect(decode(unit, 17, 1_000).seconds).toBeGreaterThan(base)
    expect(decode(unit, 16, 1_100).seconds).toBeGreaterThan(base)
    expect(stepSeconds(stepCost(), unit, constants, 16, 1_000, 100, 50, 1).seconds).toBeGreaterThan(base)
    const wider = unitOf('llama-3-70b', 'h100-sxm-80gb', { tensor: 8 })
    expect(decode(wider, 16, 1_000).seconds).toBeLessThan(base)
  })

  it('reaches as many experts as its tokens make likely: 1 − (1 − 2/8)^T of Mixtral', () => {
    const unit = unitOf('mixtral-8x7b', 'h100-sxm-80gb', { tensor: 2 })
    const perToken = decode(unit, 1, 1).bytes
    const all = decode(unit, 1_000, 1).bytes
    const experts = (32 * 8 * 3 * 4_096 * 14_336 * 2) / 2
    // Beside the experts a token adds its cache, its logits and its activations.
    const beside = (all - perToken - experts * 0.75) / 999
    expect(beside).toBeGreaterThan(0)
    expect(beside * 999).toBeLessThan(experts * 0.25)
  })

  it('reads no more than the window in layers that have one', () => {
    // Five of six layers see 1,024 tokens, as in Gemma 3.
    const shape = {
      layers: 48,
      hidden: 3_840,
      heads: 16,
      kvHeads: 8,
      headDim: 256,
      ffn: 15_360,
      vocab: 262_144,
    }
    const unit = unitOf({ ...shape, slidingWindow: 1_024, slidingWindowLayers: 40 }, 'h100-sxm-80gb')
    expect(unit.cacheBytes).toBe(2 * 8 * 256 * 2 * 8)
    expect(unit.windowedCacheBytes).toBe(5 * unit.cacheBytes)
    const far = decode(unit, 1, 100_000).bytes - decode(unit, 1, 99_999).bytes
    expect(far).toBeCloseTo(unit.cacheBytes, -1)
  })

  it('of an encoder-decoder reads the decoder alone, and the encoder where prompts come in', () => {
    const unit = unitOf('t5-small', 'h100-sxm-80gb')
    // 6 layers of width 512: attention 4 · 512², queries and output over the encoder 2 · 512², ffn 2 · 512 · 2048.
    expect(unit.denseBytes).toBe(2 * 6 * (6 * 512 ** 2 + 2 * 512 * 2_048))
    // 6 layers of the encoder, and the keys and values that the decoder's layers take from it.
    expect(unit.encoderBytes).toBe(2 * 6 * (6 * 512 ** 2 + 2 * 512 * 2_048))
    const alone = decode(unit, 1, 500)
    const read = stepSeconds(stepCost(), unit, constants, 1, 500, 100, 100, 1)
    expect(alone.bytes).toBeLessThan(1.02 * (unit.denseBytes + unit.headBytes + 500 * unit.cacheBytes))
    expect(read.bytes - alone.bytes).toBeGreaterThan(unit.encoderBytes)
    expect(read.seconds).toBeGreaterThan(alone.seconds)
  })

  it('passes every stage of a pipeline, which work on parts of the batch at the same time', () => {
    const flat = unitOf('llama-3-70b', 'h100-sxm-80gb', { tensor: 4 })
    const deep = unitOf('llama-3-70b', 'h100-sxm-80gb', { tensor: 4, pipeline: 2 })
    const alone = serveTogether(servedWorkload(), flat, constants, 1, 100, 100, 64)
    // One hand-over in the prefill and in each of 99 steps.
    expect(serveTogether(servedWorkload(), deep, constants, 1, 100, 100, 64).requestSeconds).toBeCloseTo(
      alone.requestSeconds + 100 * constants.stageLatency,
      9,
    )
    const one = serveTogether(servedWorkload(), flat, constants, 64, 100, 100, 64)
    const two = serveTogether(servedWorkload(), deep, constants, 64, 100, 100, 64)
    expect(two.requestSeconds).toBeLessThan(one.requestSeconds)
  })
})

describe('a batch', () => {
  it('larger than what fits runs in waves', () => {
    const unit = unitOf('llama-3-8b', 'a100-sxm-40gb')
    const whole = serveTogether(servedWorkload(), unit, constants, 16, 1_024, 1_024, 16).requestSeconds
    const waves = serveTogether(servedWorkload(), unit, constants, 64, 1_024, 1_024, 16).requestSeconds
    expect(waves).toBeCloseTo(4 * whole, 9)
  })

  it('that is refilled continuously prefills each prompt once while it makes its tokens', () => {
    const unit = unitOf('llama-3-8b', 'h100-sxm-80gb')
    const served = serveContinuously(servedWorkload(), unit, constants, 32, 1_000, 100)
    expect(served.inputTokensPerSecond / served.outputTokensPerSecond).toBeCloseTo(10, 9)
    expect(served.tokenSeconds).toBeGreaterThan(served.decodeSeconds)
    const cached = serveContinuously(servedWorkload(), unit, constants, 32, 1_000, 100, 0.9)
    expect(cached.tokenSeconds).toBeLessThan(served.tokenSeconds)
    expect(cached.prefillSeconds).toBeLessThan(served.prefillSeconds)
  })
})
