import { describe, expect, it } from 'vitest'
import {
  flopConventions,
  flopFormulas,
  forwardFlopPerToken,
  mixingFlopPerToken,
  trainingFlopPerToken,
} from '../../../../src/domain/compute/architecture/flop.ts'
import { transformerOf } from '../../../../src/domain/compute/architecture/transformer.ts'
import { architectureFamily } from '../../../../src/domain/evidence/backtest/architecture.ts'
import { apart, countsOf, transformerRow } from '../../../support/models.ts'
import { dataFile } from '../../../support/reference-files.ts'

const { full } = flopConventions

describe('FLOP as published', () => {
  // GPT-3 paper, Table D.1: 6 · N · D, 3 · N · D for T5.
  const table = dataFile<{ id: string; group: string; measured: { flops: number } }[]>(
    'measurements.json',
  ).filter(({ group }) => group === 'gpt-3-paper')

  it('Table D.1 has the GPT-3, BERT, RoBERTa and T5 models', () => {
    expect(table).toHaveLength(17)
  })

  it.each(table)('Table D.1, $id, within 1 %', ({ measured, ...row }) => {
    const setup = { ...row, kind: 'training-flops', key: 'flops' } as never
    const read = architectureFamily.read(setup, undefined as never)
    if ('reason' in read) throw new Error(read.reason)
    expect(apart(read.estimate({}), measured.flops)).toBeLessThan(0.01)
  })

  it('PaLM: 238.3 thousand tokens a second on 6,144 TPU v4 are 46.2 % of their peak (section 4.1)', () => {
    const flop = trainingFlopPerToken(transformerRow('palm-540b'), 2048, full)
    expect(((238_300 * flop) / (6_144 * 275e12)) * 100).toBeCloseTo(46.2, 0)
  })

  it('Megatron-LM: Korthikanti et al., equation 7, to the last parameter of its matrices', () => {
    const t = transformerOf({
      layers: 96,
      hidden: 12_288,
      heads: 96,
      ffn: 4 * 12_288,
      gatedMlp: false,
      vocab: 51_200,
      tiedEmbeddings: true,
    })
    const [h, l, s, v] = [12_288, 96, 2_048, 51_200]
    const published = 72 * l * h ** 2 * (1 + s / (6 * h) + v / (12 * h * l))
    expect(apart(trainingFlopPerToken(t, s, full), published)).toBeLessThan(1e-12)
  })
})

describe('the attention core', () => {
  it('of a causal sequence sees as many tokens as stand before one, itself included', () => {
    const seen = Array.from({ length: 100 }, (_, token) => token + 1)
    expect(flopFormulas.causalContext.fn(100)).toBe(seen.reduce((a, b) => a + b) / 100)
  })

  it.each([1, 7, 64, 100, 500])('in a window of %i sees no more than the window', window => {
    const seen = Array.from({ length: 100 }, (_, token) => Math.min(token + 1, window))
    expect(flopFormulas.windowContext.fn(window, 100)).toBeCloseTo(seen.reduce((a, b) => a + b) / 100, 9)
  })

  const tiny = { layers: 4, hidden: 8, heads: 2, headDim: 4, ffn: 16, vocab: 10 }
  it('counts two products over every head and token seen', () => {
    // Four layers, two products of 2 · 2 heads · 4 wide, 50.5 tokens.
    expect(mixingFlopPerToken(transformerOf(tiny), 100, 'causal')).toBe(4 * 2 * 2 * 2 * 4 * 50.5)
    expect(mixingFlopPerToken(transformerOf(tiny), 100, 'full')).toBe(4 * 2 * 2 * 2 * 4 * 100)
    expect(mixingFlopPerToken(transformerOf(tiny), 100, 'none')).toBe(0)
  })

  it('is windowed in windowed layers alone', () => {
    const mixed = transformerOf({ ...tiny, slidingWindow: 10, slidingWindowLayers: 3 })
    expect(mixingFlopPerToken(mixed, 100, 'full')).toBe((3 * 10 + 100) * 2 * 2 * 2 * 4)
  })

  it('of latent attention is as wide as keys with positions, and as values', () => {
    const t = transformerRow('deepseek-v3')
    expect(mixingFlopPerToken(t, 4096, 'full')).toBe(61 * 2 * 128 * (192 + 128) * 4096)
  })

  it('of a hybrid is a state in its state-space layers, whatever the sequence', () => {
    const hybrid = transformerOf({ ...tiny, stateSpaceLayers: 4, stateSize: 8 })
    expect(mixingFlopPerToken(hybrid, 10, 'causal')).toBe(4 * 6 * 16 * 8)
    expect(mixingFlopPerToken(hybrid, 100_000, 'full')).toBe(4 * 6 * 16 * 8)
  })

  it('of an encoder-decoder counts attention to the encoder too', () => {
    const t = transformerOf({ ...tiny, encoderLayers: 2, decoderLayers: 2 })
    expect(mixingFlopPerToken(t, 100, 'full')).toBe(6 * 2 * 2 * 2 * 4 * 100)
  })
})

describe('conventions', () => {
  const t = transformerRow('gpt-3-175b')

  it('of parameters alone are six FLOP a multiplying parameter', () => {
    const flop = trainingFlopPerToken(t, 2048, flopConventions['parameters-only'])
    expect(flop).toBe(6 * countsOf('gpt-3-175b').matmulActive)
  })

  it('without the head leave out one table', () => {
    const head =
      forwardFlopPerToken(t, 2048, full) -
      forwardFlopPerToken(t, 2048, flopConventions['full-without-logits'])
    expect(apart(head, 2 * 50_257 * 12_288)).toBeLessThan(1e-6)
  })
})
