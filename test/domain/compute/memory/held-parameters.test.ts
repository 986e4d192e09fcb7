import { describe, expect, it } from 'vitest'
import { transformerOf } from '../../../../src/domain/compute/architecture/transformer.ts'
import {
  expertLayersAmong,
  kvHeadsPerDevice,
  layerParameters,
  type MemoryModel,
  memoryModelOf,
} from '../../../../src/domain/compute/memory/held-parameters.ts'
import {
  kvCacheBytesOfSequence,
  servedParameters,
  weightBytesPerDevice,
} from '../../../../src/domain/compute/memory/serving-memory.ts'
import { apart, countsOf, transformerRow } from '../../../support/models.ts'

const on = (tensor: number, pipeline = 1, expert = 1) => ({ tensor, pipeline, expert })

describe('heads of keys and values on a device', () => {
  const t = transformerRow('llama-3-70b')

  it.each([
    [1, 8],
    [3, 3],
    [8, 1],
    [64, 1],
  ])('on %i ranks: %i of 8', (tensor, heads) => {
    expect(kvHeadsPerDevice(t, tensor)).toBe(heads)
  })
})

/** Parameters of a dense layer on a device, but for its feed-forward part. */
const attentionPerDevice = (model: MemoryModel, tensor: number): number =>
  layerParameters(model, 1, 0, tensor) - model.counts.denseFeedForward / tensor

describe('attention on a device', () => {
  it('of plain heads is divided, but for keys and values beyond their heads', () => {
    const model = memoryModelOf(transformerRow('llama-3-70b'))
    // Queries and output of 8,192 × 8,192; keys and values of 8,192 × 1,024.
    expect(attentionPerDevice(model, 1)).toBeCloseTo(2 * 8192 * 8192 + 2 * 8192 * 1024, 3)
    expect(attentionPerDevice(model, 8)).toBeCloseTo((2 * 8192 * 8192 + 2 * 8192 * 1024) / 8, 3)
    expect(attentionPerDevice(model, 64)).toBeCloseTo((2 * 8192 * 8192) / 64 + 2 * 8192 * 128, 3)
  })

  it('of latent vectors keeps the down-projections whole', () => {
    const model = memoryModelOf(transformerRow('deepseek-v3'))
    // From 7,168 to 1,536 for queries, and to 512 + 64 for keys and values (DeepSeek-V3, section 4.2).
    const down = 7168 * (1536 + 512 + 64)
    // 128 heads: queries of 128 + 64 from 1,536, keys and values of 128 each from 512, output of 128.
    const up = 128 * (1536 * (128 + 64) + 512 * (128 + 128) + 128 * 7168)
    expect(attentionPerDevice(model, 1) / (down + up)).toBeCloseTo(1, 3)
    expect(attentionPerDevice(model, 1) - attentionPerDevice(model, 2)).toBeCloseTo(
      (attentionPerDevice(model, 1) - down) / 2,
      0,
    )
  })
})

describe('layers of experts among the first', () => {
  it('follow the dense ones', () => {
    // The first three of 61 layers are dense.
    const t = transformerRow('deepseek-v3')
    expect([0, 3, 4, 61].map(layers => expertLayersAmong(t, layers))).toEqual([0, 0, 1, 58])
  })

  it('come each so many layers', () => {
    const t = { ...transformerRow('mixtral-8x7b'), layers: 8, expertLayers: 4, expertPeriod: 2 }
    expect([1, 2, 3, 7, 8].map(layers => expertLayersAmong(t, layers))).toEqual([0, 1, 1, 3, 4])
    expect(expertLayersAmong(t, 10)).toBe(4)
  })

  it('are none of a dense model', () => {
    expect(expertLayersAmong(transformerRow('llama-3-8b'), 32)).toBe(0)
  })
})

describe('what ranks hold', () => {
  it.each(['llama-3-70b', 'mixtral-8x7b'])('of %s adds up to the model', id => {
    const model = memoryModelOf(transformerRow(id))
    for (const tensor of [1, 2, 4]) {
      const layers = layerParameters(model, model.t.layers, model.t.expertLayers, tensor)
      // What is not divided: the router of each layer, on every rank.
      const routers = model.t.expertLayers * model.router
      const routed = model.t.expertLayers * model.routed
      const tables = (model.t.tiedEmbeddings ? 1 : 2) * model.table
      const whole = (layers - routers) * tensor + routers + routed + tables
      expect(apart(whole, countsOf(id).total)).toBeLessThan(1e-4)
    }
  })

  it('is one stage of a pipeline and a table at its end', () => {
    const model = memoryModelOf(transformerRow('llama-3-70b'))
    const alone = servedParameters(model, on(2))
    const piped = servedParameters(model, on(2, 4))
    expect(piped.matrices).toBeCloseTo(alone.matrices / 4, 0)
    expect(alone.embeddings).toBe((2 * model.t.vocab * 8192) / 2)
    expect(piped.embeddings).toBe((model.t.vocab * 8192) / 2)
    // 80 layers on 3 ranks are 27 on the fullest.
    expect(servedParameters(model, on(2, 3)).matrices).toBeCloseTo((alone.matrices * 27) / 80, 0)
  })

  it('takes four bytes a parameter in tables too where numbers have 32 bits', () => {
    const model = memoryModelOf(transformerRow('llama-3-8b'))
    const { matrices, embeddings } = servedParameters(model)
    expect(weightBytesPerDevice(model, 4)).toBe(4 * (matrices + embeddings))
    expect(weightBytesPerDevice(model, 1)).toBe(matrices + 2 * embeddings)
  })
})

describe('the cache of a sequence on a placement', () => {
  const tiny = { layers: 4, hidden: 8, heads: 2, headDim: 4, ffn: 16, vocab: 10 }

  it('is divided by both degrees', () => {
    const t = transformerOf(tiny)
    const whole = kvCacheBytesOfSequence(t, 100, 2)
    expect(kvCacheBytesOfSequence(t, 100, 2, on(2))).toBe(whole / 2)
    expect(kvCacheBytesOfSequence(t, 100, 2, on(1, 4))).toBe(whole / 4)
    expect(kvCacheBytesOfSequence(t, 100, 1)).toBe(whole / 2)
  })

  it('divides states among tensor-parallel ranks', () => {
    const t = transformerOf({ ...tiny, stateSpaceLayers: 3, stateSize: 8 })
    const states = 3 * 16 * (8 + 3) * 2
    expect(kvCacheBytesOfSequence(t, 10, 2, on(2, 2))).toBe((10 * 16 + states / 2) / 2)
  })
})
