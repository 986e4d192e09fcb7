import { formula } from '../../sheet/formula.ts'

/** A vision transformer: a plain encoder over patches and one class token. */
export interface VisionTransformer {
  readonly layers: number
  readonly hidden: number
  readonly ffn: number
  /** Pixels along one side of a patch. */
  readonly patch: number
  readonly classes: number
}

/** Pixels of an image. */
export interface ImageSize {
  readonly height: number
  readonly width: number
}

/** FLOP of one encoder layer over s tokens: projections, attention among all tokens, feed-forward. */
export const encoderLayerFlop = formula({
  text: '2 · s · (4 · h^2 + 2 · h · f) + 4 · s^2 · h',
  symbols: ['s', 'h', 'f'],
  inputUnits: ['token', 'count', 'count'],
  unit: 'FLOP',
  fn: (tokens, hidden, ffn) => 2 * tokens * (4 * hidden ** 2 + 2 * hidden * ffn) + 4 * tokens ** 2 * hidden,
  source: 'vaswani-2017',
})

/** Tokens that an image is cut into, the class token included. */
export function visionTokens({ patch }: VisionTransformer, { height, width }: ImageSize): number {
  return Math.floor(height / patch) * Math.floor(width / patch) + 1
}

/** FLOP of classifying one image, a multiply-add counted as two: twice what papers on vision print. */
export function visionTransformerFlop(model: VisionTransformer, image: ImageSize): number {
  const { layers, hidden, ffn, patch, classes } = model
  const tokens = visionTokens(model, image)
  const embedding = 2 * (tokens - 1) * 3 * patch ** 2 * hidden
  return layers * encoderLayerFlop.fn(tokens, hidden, ffn) + embedding + 2 * hidden * classes
}
