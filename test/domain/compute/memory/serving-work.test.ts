import { describe, expect, it } from 'vitest'
import { memoryModelOf } from '../../../../src/domain/compute/memory/held-parameters.ts'
import { servingHabits } from '../../../../src/domain/compute/memory/serving-habits.ts'
import {
  kvCacheBytesOfSequence,
  oneDevice,
  servedParameters,
  weightBytesPerDevice,
} from '../../../../src/domain/compute/memory/serving-memory.ts'
import {
  servingActivationBytes,
  servingOverheads,
} from '../../../../src/domain/compute/memory/serving-overheads.ts'
import {
  largestMatrix,
  positionTableBytes,
  servingWorkBytes,
  widenedBytes,
} from '../../../../src/domain/compute/memory/serving-work.ts'
import { transformerRow } from '../../../support/models.ts'

const early = servingHabits('transformers-4.41')
const lit = servingHabits('litgpt')
const GiB = 2 ** 30

describe('a prompt of 14,336 tokens in a script of transformers 4.38', () => {
  // Qwen2's speed benchmark, 7B, BF16: 14.92 GB after a prompt of one token, 27.71 GB after one of 14,336 (of 1,024³
  // bytes); its layers have tables of 32,768 positions. The model is that of Qwen2.5.
  const t = transformerRow('qwen2.5-7b')
  const allocated = (prompt: number): number => {
    const step = { tokens: prompt, sequences: 1, bytes: 2, promptLogitBytes: early.promptLogitBytes }
    const cache = kvCacheBytesOfSequence(t, prompt + 2048, 2)
    const computed = servingActivationBytes(t, oneDevice, step, servingOverheads())
    return (
      weightBytesPerDevice(memoryModelOf(t), 2) +
      positionTableBytes(t, oneDevice, early, 32_768) +
      cache +
      servingWorkBytes(t, oneDevice, early, 2, computed, cache)
    )
  }

  it.each([
    [1, 14.92],
    [14_336, 27.71],
  ])('%i tokens: %d GB', (prompt, published) => {
    expect(Math.abs(allocated(prompt) / GiB / published - 1)).toBeLessThan(0.02)
  })

  it('is spent on logits, for more than nine tenths', () => {
    const grown = allocated(14_336) - allocated(1)
    expect((14_336 * 152_064 * 6) / grown).toBeGreaterThan(0.9)
  })
})

describe('weights of few bits', () => {
  const t = transformerRow('llama-2-7b')

  it('are widened a matrix at a time, of LitGPT the head with the layers', () => {
    expect(largestMatrix(t, oneDevice, early)).toBe(4096 * 11_008)
    expect(largestMatrix(t, { ...oneDevice, tensor: 2 }, early)).toBe((4096 * 11_008) / 2)
    expect(largestMatrix(t, oneDevice, lit)).toBe(4096 * 32_000)
    expect(widenedBytes(t, oneDevice, lit, 0.5625)).toBe(2 * 4096 * 32_000 * 2)
    expect(widenedBytes(t, oneDevice, lit, 2)).toBe(0)
    expect(widenedBytes(t, oneDevice, servingHabits(), 0.5625)).toBe(0)
  })

  // LitGPT's resource tables: 13.52 GB in bfloat16, 4.57 in NF4, 4.26 doubly quantised (of 1e9 bytes).
  it.each([
    [2, 13.52],
    [0.5625, 4.57],
    [0.5 + 0.127 / 8, 4.26],
  ])('%d bytes a weight of Llama 2 7B in LitGPT: %d GB', (weight, published) => {
    const cache = kvCacheBytesOfSequence(t, 56, 2)
    const step = { tokens: 6, sequences: 1, bytes: 2, promptLogitBytes: lit.promptLogitBytes }
    const computed = servingActivationBytes(t, oneDevice, step, servingOverheads())
    const held =
      weightBytesPerDevice(memoryModelOf(t), weight, oneDevice, lit) +
      cache +
      servingWorkBytes(t, oneDevice, lit, weight, computed, cache)
    expect(Math.abs(held / 1e9 / published - 1)).toBeLessThan(0.015)
  })

  it('a head that is the embedding is no matrix, unless it is copied', () => {
    const tied = memoryModelOf({ ...t, tiedEmbeddings: true })
    const table = 4096 * 32_000
    expect(servedParameters(tied, oneDevice, lit).embeddings).toBe(table)
    expect(servedParameters(tied, oneDevice, servingHabits('fastertransformer')).embeddings).toBe(2 * table)
  })
})

describe('tables of positions', () => {
  it('are those of the layers on a device, and of no model that adds positions to its input', () => {
    const t = transformerRow('llama-2-7b')
    expect(positionTableBytes(t, oneDevice, early, 4096)).toBe(32 * 2 * 4096 * 128 * 2)
    expect(positionTableBytes(t, { ...oneDevice, pipeline: 4 }, early, 4096)).toBe(8 * 2 * 4096 * 128 * 2)
    expect(positionTableBytes({ ...t, learnedPositions: 2048 }, oneDevice, early, 4096)).toBe(0)
    expect(positionTableBytes(t, oneDevice, servingHabits('transformers'), 4096)).toBe(0)
  })

  it('of latent attention hold its positional part alone', () => {
    const t = transformerRow('deepseek-v3')
    expect(positionTableBytes(t, oneDevice, early, 4096)).toBe(61 * 2 * 4096 * 64 * 2)
  })
})
