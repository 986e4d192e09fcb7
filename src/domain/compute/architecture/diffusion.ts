import { formula } from '../../sheet/formula.ts'

/** How text reaches the image tokens: as tokens beside them, or by attention of its own. */
export type TextConditioning = 'joint' | 'cross' | 'none'

/** A diffusion transformer over latent patches (DiT, PixArt, MM-DiT, and their kin for video). */
export interface DiffusionTransformer {
  readonly layers: number
  readonly hidden: number
  /** Width inside the feed-forward part, which has two matrices. */
  readonly ffn: number
  readonly text: TextConditioning
  /** Tokens of the prompt that the transformer sees. */
  readonly textTokens: number
  /** Layers with a second attention among the image tokens alone. */
  readonly dualAttentionLayers: number
  /** Layers whose attention and feed-forward part stand side by side, behind one norm and before one sum. */
  readonly parallelLayers: number
  /** Layers that take in an earlier layer's output through a matrix of 2·h × h. */
  readonly skipLayers: number
  /** Matrices of h × h in a layer that the time step passes through, once a sample. */
  readonly modulationMatrices: number
  /** Pixels along one side of a token: the encoder's reduction times the patch. */
  readonly pixelsPerToken: number
  /** Frames that the encoder folds into one, after the first; 1 for images. */
  readonly framesPerLatent: number
}

/** What is to be generated. */
export interface Canvas {
  readonly height: number
  readonly width: number
  /** 1 for an image. */
  readonly frames: number
}

/** FLOP of one forward pass for one sample, by what does the work. */
export interface ForwardPass {
  readonly matmulFlop: number
  readonly attentionFlop: number
  /** Tokens × sublayers × width: what element-wise operations pass over. */
  readonly elements: number
}

/** Attention scores and their sum over values: q tokens that each look at k tokens, h wide. */
export const attentionCoreFlop = formula({
  text: '4 · q · k · h',
  symbols: ['q', 'k', 'h'],
  inputUnits: ['token', 'token', 'count'],
  unit: 'FLOP',
  fn: (queries, keys, width) => 4 * queries * keys * width,
  source: 'vaswani-2017',
})

/** FLOP of a picture: every step passes once, or twice under classifier-free guidance. */
export const generationFlop = formula({
  text: 'n · g · F',
  symbols: ['n', 'g', 'F'],
  inputUnits: ['count', 'count', 'FLOP'],
  unit: 'FLOP',
  fn: (steps, passes, forward) => steps * passes * forward,
  source: 'ho-2022',
})

/** Tokens that a canvas takes. */
export function imageTokens(
  { pixelsPerToken, framesPerLatent }: DiffusionTransformer,
  { height, width, frames }: Canvas,
): number {
  const latentFrames = Math.floor((frames - 1) / framesPerLatent) + 1
  return latentFrames * Math.floor(height / pixelsPerToken) * Math.floor(width / pixelsPerToken)
}

/** FLOP of one forward pass over one canvas; a multiply-add counts as two. */
export function diffusionForward(model: DiffusionTransformer, canvas: Canvas): ForwardPass {
  const {
    layers,
    hidden,
    ffn,
    text,
    textTokens,
    dualAttentionLayers,
    skipLayers,
    modulationMatrices,
    parallelLayers,
  } = model
  const image = imageTokens(model, canvas)
  const tokens = text === 'joint' ? image + textTokens : image
  const layerWeights = 4 * hidden ** 2 + 2 * hidden * ffn
  const own = layers * tokens * layerWeights
  // Queries and outputs of the image, keys and values of the text.
  const cross = text === 'cross' ? layers * 2 * hidden ** 2 * (image + textTokens) : 0
  const dual = dualAttentionLayers * image * 4 * hidden ** 2
  const skip = skipLayers * image * 2 * hidden ** 2
  const modulation = layers * modulationMatrices * hidden ** 2
  // Attention and feed-forward part, and attention to the text where that is apart.
  const sublayers = layers * (text === 'cross' ? 3 : 2) - parallelLayers
  const attention =
    layers * attentionCoreFlop.fn(tokens, tokens, hidden) +
    (text === 'cross' ? layers * attentionCoreFlop.fn(image, textTokens, hidden) : 0) +
    dualAttentionLayers * attentionCoreFlop.fn(image, image, hidden)
  return {
    matmulFlop: 2 * (own + cross + dual + skip + modulation),
    attentionFlop: attention,
    elements: (tokens * sublayers + image * dualAttentionLayers) * hidden,
  }
}
