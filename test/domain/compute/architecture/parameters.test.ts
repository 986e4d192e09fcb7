import { describe, expect, it } from 'vitest'
import { countParameters } from '../../../../src/domain/compute/architecture/parameters.ts'
import { transformerOf } from '../../../../src/domain/compute/architecture/transformer.ts'
import { apart, countsOf, modelRows } from '../../../support/models.ts'

/** Models whose publishers state sizes in one or two digits, as the names of a family. */
const statedInWords: Readonly<Record<string, string>> = {
  't5-large': 'called 770M; the published weights have 737.7M',
  't5-3b': 'called 3B; the published weights have 2.85B',
  'glam-1.2t': 'called 1.2T; layers, width and experts of its Table 4 give 1.16T',
}

describe('parameters of the catalogue', () => {
  const counted = modelRows.flatMap(({ id, architecture, parameters }) => {
    const described = architecture?.layers !== undefined && architecture.ffn !== undefined
    if (!described || parameters === null) return []
    return [{ id, error: apart(countParameters(transformerOf(architecture)).total, parameters.value) }]
  })

  it('are those stated, to 0.4 % on average over more than 125 models', () => {
    expect(counted.length).toBeGreaterThan(125)
    expect(counted.reduce((sum, { error }) => sum + error, 0) / counted.length).toBeLessThan(0.004)
  })

  it('are none more than 3 % off but where the size is a name', () => {
    const off = counted.filter(({ error }) => error > 0.03).map(({ id }) => id)
    expect(off.toSorted()).toEqual(Object.keys(statedInWords).toSorted())
  })

  // Element counts of published checkpoints. Norms, which are not counted, are under 0.01 %.
  it.each([
    ['llama-2-7b', 6_738_415_616],
    ['llama-3-8b', 8_030_261_248],
    ['llama-3-70b', 70_553_706_496],
    ['llama-3.1-405b', 405_853_388_800],
    ['mistral-7b', 7_241_732_096],
    ['mixtral-8x7b', 46_702_792_704],
  ])('%s has those of its published weights', (id, published) => {
    expect(apart(countsOf(id).total, published)).toBeLessThan(0.0001)
  })

  it('DeepSeek-V3: 671 B in all, 37 B a token (its abstract)', () => {
    const { total, active } = countsOf('deepseek-v3')
    expect(total / 1e9).toBeCloseTo(671, 0)
    expect(Math.floor(active / 1e9)).toBe(37)
  })
})

describe('a count', () => {
  // Two layers of width 8 with 2 heads of 4, 1 key-value head, gated width 16, and 10 words, counted by hand.
  const tiny = { layers: 2, hidden: 8, heads: 2, kvHeads: 1, ffn: 16, vocab: 10 }

  it('of grouped queries: queries and output whole, keys and values of one head', () => {
    // 2 · (8·8 + 2·8·4 + 8·8 + 3·8·16) + 2·10·8.
    expect(countParameters(transformerOf(tiny))).toMatchObject({ attention: 192, total: 1_312 })
  })

  it('of tied embeddings: one table less, which still multiplies', () => {
    const counts = countParameters(transformerOf({ ...tiny, tiedEmbeddings: true }))
    expect(counts).toMatchObject({ total: 1_232, matmulActive: 1_232 })
  })

  it('of experts: all of them in all, the chosen and the shared one a token', () => {
    const t = transformerOf({
      ...tiny,
      experts: 4,
      topK: 2,
      sharedExperts: 1,
      firstDenseLayers: 1,
      denseFfn: 32,
    })
    // Dense: 192 + 3·8·32; experts: 192 + 5 · 3·8·16 + 8·4, of which a token meets 3 · 384 + 32.
    expect(countParameters(t)).toMatchObject({
      total: 960 + 192 + 1_952 + 160,
      active: 960 + 192 + 1_184 + 160,
    })
  })

  it('of an encoder-decoder: attention twice in the decoder', () => {
    const t = transformerOf({ ...tiny, layers: 4, encoderLayers: 2, decoderLayers: 2 })
    expect(countParameters(t).total).toBe(4 * (192 + 384) + 2 * 192 + 160)
  })

  it('of a hybrid: a state in place of attention', () => {
    const t = transformerOf({ ...tiny, stateSpaceLayers: 1, stateSize: 4 })
    // 3 · 8 · 16 + 2 · 8 · 4 for the state-space layer with its inner width of 16.
    expect(countParameters(t).total).toBe(192 + 448 + 2 * 384 + 160)
  })

  it('of latent attention: compressed queries, keys with values, and their expansions', () => {
    const latent = { kvLoraRank: 3, qkNopeHeadDim: 4, qkRopeHeadDim: 2, vHeadDim: 5 }
    const full = transformerOf({ ...tiny, attention: 'mla', ...latent })
    // 8·2·6 + 8·(3+2) + 3·2·(4+5) + 2·5·8.
    expect(countParameters(full).attention).toBe(96 + 40 + 54 + 80)
    const compressed = transformerOf({ ...tiny, attention: 'mla', qLoraRank: 6, ...latent })
    expect(countParameters(compressed).attention).toBe(8 * 6 + 6 * 2 * 6 + 40 + 54 + 80)
  })
})

describe('an architecture', () => {
  const tiny = { layers: 2, hidden: 8, heads: 2, ffn: 16, vocab: 10 }
  it.each([
    ['kvHeads', { ...tiny, heads: 6, headDim: 4, kvHeads: 4 }, { heads: 6, kvHeads: 4 }],
    ['heads', { ...tiny, heads: 3 }, { hidden: 8, heads: 3 }],
    ['topK', { ...tiny, experts: 2, topK: 3 }, { topK: 3, experts: 2 }],
    [
      'firstDenseLayers',
      { ...tiny, experts: 2, topK: 1, firstDenseLayers: 3 },
      { firstDenseLayers: 3, layers: 2 },
    ],
    ['slidingWindowLayers', { ...tiny, slidingWindow: 4, slidingWindowLayers: 3 }, { told: 3, layers: 2 }],
  ])('that cannot be built is refused at %s with both numbers', (member, description, facts) => {
    expect(() => transformerOf(description)).toThrow(
      expect.objectContaining({
        code: 'inconsistent-inputs',
        pointer: `/model/architecture/${member}`,
        facts,
      }),
    )
  })

  it.each(['layers', 'hidden', 'heads', 'ffn', 'vocab'] as const)('without %s is refused there', member => {
    expect(() => transformerOf({ ...tiny, [member]: undefined })).toThrow(
      expect.objectContaining({ code: 'missing-value', pointer: `/model/architecture/${member}` }),
    )
  })
})
