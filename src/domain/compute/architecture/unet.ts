import { DomainError } from '../../errors.ts'
import { formula } from '../../sheet/formula.ts'

/** A latent-diffusion U-Net: levels of residual blocks, some with transformers that look at the prompt. */
export interface UNet {
  /** Pixels along one side of a place of the latent: the encoder's reduction. */
  readonly pixelsPerLatent: number
  readonly latentChannels: number
  /** Channels of the first level. */
  readonly channels: number
  /** Channels of each level by those of the first. */
  readonly multipliers: readonly number[]
  /** Residual blocks of a level on the way down; one more on the way up. */
  readonly residualBlocks: number
  /** Transformer layers in each block of a level; 0 for none. */
  readonly transformerDepth: readonly number[]
  /** Transformer layers between both halves; 0 for none. */
  readonly middleDepth: number
  readonly contextTokens: number
  readonly contextWidth: number
  /** Width of a vector that conditions on size and pooled text; 0, the default, for none. */
  readonly vectorWidth?: number
}

/** Throws `inconsistent-inputs` where levels and depths differ in number; `at` is where the U-Net stands. */
export function checkUNet({ multipliers, transformerDepth }: UNet, at: string): void {
  if (multipliers.length === transformerDepth.length) return
  throw new DomainError(
    'inconsistent-inputs',
    `There are ${multipliers.length} multipliers but ${transformerDepth.length} transformerDepth; give one of each a level.`,
    {
      pointer: `${at}/transformerDepth`,
      facts: { multipliers: multipliers.length, transformerDepth: transformerDepth.length },
    },
  )
}

/** What the parts of a U-Net have, norms and biases included, and the FLOP of a pass; a multiply-add is two. */
export const unetFormulas = {
  latentSide: formula({
    text: 'floor(H / r)',
    symbols: ['H', 'r'],
    inputUnits: ['count', 'count'],
    unit: 'count',
    fn: (pixels, reduction) => Math.floor(pixels / reduction),
    source: 'rombach-2021',
  }),
  embeddingWidth: formula({
    text: '4 · c',
    symbols: ['c'],
    inputUnits: ['count'],
    unit: 'count',
    fn: channels => 4 * channels,
    source: 'rombach-2021',
  }),
  levelWidth: formula({
    text: 'm · c',
    symbols: ['m', 'c'],
    inputUnits: ['count', 'count'],
    unit: 'count',
    fn: (multiplier, channels) => multiplier * channels,
    source: 'rombach-2021',
  }),
  /** What came from below with what was kept on the way down. */
  joined: formula({
    text: 'a + b',
    symbols: ['a', 'b'],
    inputUnits: ['count', 'count'],
    unit: 'count',
    fn: (width, kept) => width + kept,
    source: 'rombach-2021',
  }),
  /** The step through two matrices. */
  stepEmbedding: formula({
    text: 'c · e + e^2 + 2 · e',
    symbols: ['c', 'e'],
    inputUnits: ['count', 'count'],
    unit: 'parameter',
    fn: (channels, embedding) => channels * embedding + embedding ** 2 + 2 * embedding,
    source: 'rombach-2021',
  }),
  /** The same, and size and pooled text through two more. */
  stepAndVectorEmbedding: formula({
    text: '(c + v) · e + 2 · e^2 + 4 · e',
    symbols: ['c', 'v', 'e'],
    inputUnits: ['count', '1', 'count'],
    unit: 'parameter',
    fn: (channels, vector, embedding) => (channels + vector) * embedding + 2 * embedding ** 2 + 4 * embedding,
    source: 'podell-2023',
  }),
  stepEmbeddingFlop: formula({
    text: '2 · (c · e + e^2)',
    symbols: ['c', 'e'],
    inputUnits: ['count', 'count'],
    unit: 'FLOP',
    fn: (channels, embedding) => 2 * (channels * embedding + embedding ** 2),
    source: 'rombach-2021',
  }),
  stepAndVectorEmbeddingFlop: formula({
    text: '2 · ((c + v) · e + 2 · e^2)',
    symbols: ['c', 'v', 'e'],
    inputUnits: ['count', '1', 'count'],
    unit: 'FLOP',
    fn: (channels, vector, embedding) => 2 * ((channels + vector) * embedding + 2 * embedding ** 2),
    source: 'podell-2023',
  }),
  /** The convolutions from and to the latent, and the last norm. */
  ends: formula({
    text: '18 · l · c + 3 · c + l',
    symbols: ['l', 'c'],
    inputUnits: ['count', 'count'],
    unit: 'parameter',
    fn: (latent, channels) => 18 * latent * channels + 3 * channels + latent,
    source: 'rombach-2021',
  }),
  endsFlop: formula({
    text: '36 · p · l · c',
    symbols: ['p', 'l', 'c'],
    inputUnits: ['count', 'count', 'count'],
    unit: 'FLOP',
    fn: (places, latent, channels) => 36 * places * latent * channels,
    source: 'rombach-2021',
  }),
  /** Two 3 × 3 convolutions, the embedding's matrix and two norms, where the width stays. */
  residual: formula({
    text: '18 · b^2 + e · b + 7 · b',
    symbols: ['b', 'e'],
    inputUnits: ['count', 'count'],
    unit: 'parameter',
    fn: (width, embedding) => 18 * width ** 2 + embedding * width + 7 * width,
    source: 'rombach-2021',
  }),
  /** The same where the width changes, with a matrix past the convolutions. */
  widening: formula({
    text: '10 · a · b + 9 · b^2 + e · b + 2 · a + 6 · b',
    symbols: ['a', 'b', 'e'],
    inputUnits: ['count', 'count', 'count'],
    unit: 'parameter',
    fn: (before, width, embedding) =>
      10 * before * width + 9 * width ** 2 + embedding * width + 2 * before + 6 * width,
    source: 'rombach-2021',
  }),
  residualFlop: formula({
    text: '2 · (18 · p · b^2 + e · b)',
    symbols: ['p', 'b', 'e'],
    inputUnits: ['count', 'count', 'count'],
    unit: 'FLOP',
    fn: (places, width, embedding) => 2 * (18 * places * width ** 2 + embedding * width),
    source: 'rombach-2021',
  }),
  wideningFlop: formula({
    text: '2 · (p · b · (10 · a + 9 · b) + e · b)',
    symbols: ['p', 'a', 'b', 'e'],
    inputUnits: ['count', 'count', 'count', 'count'],
    unit: 'FLOP',
    fn: (places, before, width, embedding) =>
      2 * (places * width * (10 * before + 9 * width) + embedding * width),
    source: 'rombach-2021',
  }),
  /** Self-attention, attention to the prompt and a gated feed-forward part a layer, between two matrices. */
  transformer: formula({
    text: 'd · (18 · b^2 + 2 · v · b + 17 · b) + 2 · b^2 + 4 · b',
    symbols: ['d', 'b', 'v'],
    inputUnits: ['count', 'count', '1'],
    unit: 'parameter',
    fn: (depth, width, context) =>
      depth * (18 * width ** 2 + 2 * context * width + 17 * width) + 2 * width ** 2 + 4 * width,
    source: 'rombach-2021',
  }),
  transformerFlop: formula({
    text: '2 · (p · (18 · d + 2) · b^2 + 2 · d · t · v · b)',
    symbols: ['p', 'd', 'b', 't', 'v'],
    inputUnits: ['count', 'count', 'count', 'token', '1'],
    unit: 'FLOP',
    fn: (places, depth, width, tokens, context) =>
      2 * (places * (18 * depth + 2) * width ** 2 + 2 * depth * tokens * context * width),
    source: 'rombach-2021',
  }),
  /** Every place looks at all places and at the prompt. */
  attention: formula({
    text: '4 · d · p · (p + t) · b',
    symbols: ['d', 'p', 't', 'b'],
    inputUnits: ['count', 'count', 'token', 'count'],
    unit: 'FLOP',
    fn: (depth, places, tokens, width) => 4 * depth * places * (places + tokens) * width,
    source: 'vaswani-2017',
  }),
  /** A 3 × 3 convolution that halves or doubles the sides. */
  resampling: formula({
    text: '9 · b^2 + b',
    symbols: ['b'],
    inputUnits: ['count'],
    unit: 'parameter',
    fn: width => 9 * width ** 2 + width,
    source: 'rombach-2021',
  }),
  resamplingFlop: formula({
    text: '18 · p · b^2',
    symbols: ['p', 'b'],
    inputUnits: ['count', 'count'],
    unit: 'FLOP',
    fn: (places, width) => 18 * places * width ** 2,
    source: 'rombach-2021',
  }),
} as const

/** Levels that a U-Net may have. */
export const mostLevels = 8

/** Places of the latent at a level, the first 0: every level halves both sides, rounding up. */
const placesFormula = (level: number) => {
  const factor = 2 ** level
  return formula({
    text: `ceil(h / ${factor}) · ceil(w / ${factor})`,
    symbols: ['h', 'w'],
    inputUnits: ['count', 'count'],
    unit: 'count',
    fn: (height, width) => Math.ceil(height / factor) * Math.ceil(width / factor),
    source: 'rombach-2021',
  })
}

/** The formula of each level, made once. */
export const placesFormulas = Array.from({ length: mostLevels }, (_, level) => placesFormula(level))
