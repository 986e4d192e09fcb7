import { DomainError } from '../../errors.ts'
import { diffusionFormulas } from './diffusion-formulas.ts'

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
  /** Layers where text tokens beside those of the image pass through matrices of their own; default all but the parallel. */
  readonly textStreamLayers?: number
  /** Matrices in a layer and stream that the conditioning vector passes through, once a sample. */
  readonly modulationMatrices: number
  /** Whether all layers have these matrices in common. */
  readonly sharedModulation?: boolean
  /** Width of the conditioning vector, which tells the step; default `hidden`. */
  readonly conditioningWidth?: number
  /** Width of what the text encoder gives; 0, the default, where there is none. */
  readonly textWidth?: number
  /** Vectors of labels. */
  readonly classes?: number
  /** Positions with a vector each; 0, the default, where they are computed. */
  readonly positions?: number
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

/** A diffusion transformer with its defaults filled in. */
export interface ResolvedDiffusionTransformer extends Required<DiffusionTransformer> {
  /** Layers with an attention to the text that is apart. */
  readonly crossAttentionLayers: number
}

/** Fills in defaults. Throws `inconsistent-inputs` for more layers of a kind than layers; `at` is where it stands. */
export function resolveDiffusion(model: DiffusionTransformer, at: string): ResolvedDiffusionTransformer {
  const { layers, parallelLayers, text, hidden } = model
  const resolved = {
    ...model,
    textStreamLayers: model.textStreamLayers ?? (text === 'joint' ? Math.max(0, layers - parallelLayers) : 0),
    sharedModulation: model.sharedModulation ?? false,
    conditioningWidth: model.conditioningWidth ?? hidden,
    textWidth: model.textWidth ?? 0,
    classes: model.classes ?? 0,
    positions: model.positions ?? 0,
    crossAttentionLayers: text === 'cross' ? layers : 0,
  }
  for (const kind of ['dualAttentionLayers', 'parallelLayers', 'skipLayers', 'textStreamLayers'] as const) {
    if (resolved[kind] <= layers) continue
    throw new DomainError(
      'inconsistent-inputs',
      `${kind} = ${resolved[kind]} is more than layers = ${layers}; correct one of the two.`,
      { pointer: `${at}/${kind}`, facts: { [kind]: resolved[kind], layers } },
    )
  }
  if (text !== 'joint' && resolved.textStreamLayers > 0) {
    throw new DomainError(
      'inconsistent-inputs',
      `textStreamLayers = ${resolved.textStreamLayers}, but text is ${text}, so no text tokens pass through the layers; set text to joint or leave textStreamLayers out.`,
      { pointer: `${at}/textStreamLayers`, facts: { textStreamLayers: resolved.textStreamLayers, text } },
    )
  }
  return resolved
}

/** FLOP of one forward pass over one canvas; a multiply-add counts as two. */
export function diffusionForward(model: DiffusionTransformer, canvas: Canvas): ForwardPass {
  const m = resolveDiffusion(model, '/model/transformer')
  const f = diffusionFormulas
  const image = f.imageTokens.fn(
    canvas.frames,
    m.framesPerLatent,
    canvas.height,
    canvas.width,
    m.pixelsPerToken,
  )
  const tokens = m.text === 'joint' ? f.tokens.fn(image, m.textTokens) : image
  const cross = m.crossAttentionLayers
  return {
    matmulFlop:
      f.layerFlop.fn(m.layers, tokens, m.hidden, m.ffn) +
      (cross > 0 ? f.crossFlop.fn(cross, m.hidden, image, m.textTokens) : 0) +
      f.dualFlop.fn(m.dualAttentionLayers, image, m.hidden) +
      f.skipFlop.fn(m.skipLayers, image, m.hidden) +
      f.modulationFlop.fn(modulationParameters(m)),
    attentionFlop:
      f.attention.fn(m.layers, tokens, tokens, m.hidden) +
      (cross > 0 ? f.attention.fn(cross, image, m.textTokens, m.hidden) : 0) +
      f.attention.fn(m.dualAttentionLayers, image, image, m.hidden),
    elements: f.elements.fn(
      m.layers,
      cross,
      m.parallelLayers,
      tokens,
      m.dualAttentionLayers,
      image,
      m.hidden,
    ),
  }
}

function modulationParameters(m: ResolvedDiffusionTransformer): number {
  const { sharedModulation, modulationMatrices, conditioningWidth, hidden } = m
  const { layers, parallelLayers, textStreamLayers, dualAttentionLayers } = m
  return sharedModulation
    ? diffusionFormulas.sharedModulation.fn(modulationMatrices, conditioningWidth, hidden)
    : diffusionFormulas.modulation.fn(
        modulationMatrices,
        conditioningWidth,
        hidden,
        layers,
        parallelLayers,
        textStreamLayers,
        dualAttentionLayers,
      )
}
