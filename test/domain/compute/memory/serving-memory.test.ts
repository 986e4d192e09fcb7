import { describe, expect, it } from 'vitest'
import { transformerOf } from '../../../../src/domain/compute/architecture/transformer.ts'
import { memoryModelOf } from '../../../../src/domain/compute/memory/held-parameters.ts'
import {
  kvCacheBytesOfSequence,
  kvCapacityTokens,
  maximumConcurrency,
  oneDevice,
  servedParameters,
  weightBytesPerDevice,
} from '../../../../src/domain/compute/memory/serving-memory.ts'
import { storageFormats } from '../../../../src/domain/compute/memory/storage-format.ts'
import { storageBytesOf } from '../../../../src/domain/evidence/backtest/storage-of-name.ts'
import { apart, countsOf, transformerRow } from '../../../support/models.ts'

const on = (tensor: number, pipeline = 1, expert = 1) => ({ tensor, pipeline, expert })

describe('the cache of a token', () => {
  it.each([
    // 2 · layers · key-value heads · width · 2 bytes.
    ['gpt-3-175b', 4_718_592],
    ['llama-3-70b', 327_680],
    ['llama-3-8b', 131_072],
    // 61 · (512 + 64) · 2: a latent vector in place of heads (DeepSeek-V3).
    ['deepseek-v3', 70_272],
  ])('%s: %d bytes in 16 bits', (id, bytes) => {
    expect(kvCacheBytesOfSequence(transformerRow(id), 1, 2)).toBe(bytes)
    expect(kvCacheBytesOfSequence(transformerRow(id), 1, 1)).toBe(bytes / 2)
  })

  it('is divided among ranks as far as there are heads, and repeated beyond', () => {
    const t = transformerRow('llama-3-70b')
    expect([1, 2, 8, 16].map(tensor => kvCacheBytesOfSequence(t, 1, 2, on(tensor)))).toEqual([
      327_680, 163_840, 40_960, 40_960,
    ])
  })

  it('of latent attention is the same on every tensor-parallel rank', () => {
    expect(kvCacheBytesOfSequence(transformerRow('deepseek-v3'), 1, 2, on(8))).toBe(70_272)
  })

  it('is that of the layers of a pipeline rank', () => {
    expect(kvCacheBytesOfSequence(transformerRow('llama-3-70b'), 1, 2, on(1, 4))).toBe(327_680 / 4)
  })
})

describe('the cache of a sequence', () => {
  const tiny = { layers: 4, hidden: 8, heads: 2, headDim: 4, ffn: 16, vocab: 10 }

  it('is capped by the window in windowed layers alone', () => {
    const t = transformerOf({ ...tiny, slidingWindow: 100, slidingWindowLayers: 3 })
    const perLayer = 2 * 2 * 4 * 2
    expect(kvCacheBytesOfSequence(t, 1000, 2)).toBe((3 * 100 + 1000) * perLayer)
    expect(kvCacheBytesOfSequence(t, 50, 2)).toBe(4 * 50 * perLayer)
  })

  it('of state-space layers does not grow with the sequence', () => {
    const t = transformerOf({ ...tiny, stateSpaceLayers: 3, stateSize: 8 })
    const states = 3 * 16 * (8 + 3) * 2
    expect(kvCacheBytesOfSequence(t, 10, 2)).toBe(states + 10 * 32)
    expect(kvCacheBytesOfSequence(t, 1000, 2)).toBe(states + 1000 * 32)
  })

  it('of an encoder-decoder is that of the decoder', () => {
    const t = transformerOf({ ...tiny, encoderLayers: 2, decoderLayers: 2 })
    expect(kvCacheBytesOfSequence(t, 100, 2)).toBe(2 * 100 * 32)
  })

  // A vLLM start-up log: 58.11 GiB of cache for Llama 3.1 8B are 476,016 tokens, in blocks of 16.
  it('says how many tokens and sequences a cache holds', () => {
    const t = transformerRow('llama-3-8b')
    expect(apart(kvCapacityTokens(t, 58.11 * 2 ** 30, 8192, 2), 476_016)).toBeLessThan(1e-4)
    expect(kvCapacityTokens(t, 58.11 * 2 ** 30, 8192, 2) % 16).toBe(0)
    // The same for Qwen3 14B: 41.94 GiB, 33.55 sequences of 8,192 tokens.
    const qwen = transformerRow('qwen3-14b')
    expect(maximumConcurrency(qwen, 41.94 * 2 ** 30, 8192, 2)).toBeCloseTo(33.55, 2)
  })
})

describe('weights on a device', () => {
  it.each(['llama-3-8b', 'mixtral-8x7b', 'deepseek-v3', 'gpt-3-175b'])(
    '%s: all of them on one device',
    id => {
      const { matrices, embeddings } = servedParameters(memoryModelOf(transformerRow(id)), oneDevice)
      expect(apart(matrices + embeddings, countsOf(id).total)).toBeLessThan(1e-9)
    },
  )

  it('block formats leave the tables in 16 bits', () => {
    const model = memoryModelOf(transformerRow('llama-3-8b'))
    const tables = 2 * model.t.vocab * 4096
    const expected = (model.counts.total - tables) * 0.5625 + tables * 2
    expect(weightBytesPerDevice(model, storageFormats.nvfp4)).toBeCloseTo(expected, 0)
  })

  it('key-value projections repeat beyond their heads', () => {
    const model = memoryModelOf(transformerRow('llama-3-70b'))
    const eight = servedParameters(model, on(8)).matrices
    const sixteen = servedParameters(model, on(16)).matrices
    // Each of 16 ranks still holds one key-value head of 8,192 × 128, twice, in each of 80 layers.
    const keyValue = 80 * 2 * 8192 * 128
    expect(sixteen - keyValue).toBeCloseTo((eight - keyValue) / 2, 0)
  })

  it('experts are divided among expert-parallel ranks', () => {
    const model = memoryModelOf(transformerRow('mixtral-8x7b'))
    const whole = servedParameters(model, on(1)).matrices
    const divided = servedParameters(model, on(1, 1, 8)).matrices
    expect(whole - divided).toBe(32 * 7 * 3 * 4096 * 14_336)
  })
})

describe('formats by the names that publishers use', () => {
  it.each([
    ['bf16', 2],
    ['fp16/bf16', 2],
    ['bfloat16', 2],
    ['float32', 4],
    ['fp8', 1],
    ['w8a8', 1],
    ['int8', 1],
    ['mxfp8', 1.03125],
    ['mxfp4', 0.53125],
    ['nvfp4', 0.5625],
    ['int4', 0.51953125],
    ['awq', 0.51953125],
    // A 16-bit scale and an 8-bit zero to 128 numbers.
    ['gptq-int8 (w8a16)', 1 + 3 / 128],
    ['gptq-int4 (w4a16)', 0.51953125],
    // A 32-bit scale to 64 numbers; doubly quantised, 0.127 bit a number (QLoRA).
    ['nf4 (w4a16)', 0.5625],
    ['nf4 double-quantised (w4a16)', 0.515875],
    ['bnb.nf4-dq', 0.515875],
    [undefined, 2],
  ])('%s: %d bytes', (name, bytes) => {
    expect(storageBytesOf(name)).toBe(bytes)
  })
})
