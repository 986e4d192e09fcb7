import { attentionCoreFlop } from './diffusion.ts'

/** A latent-diffusion U-Net: levels of residual blocks, some with transformers that look at the prompt. */
export interface UNet {
  readonly latentChannels: number
  /** Channels of the first level. */
  readonly channels: number
  /** Channels of each level by those of the first. */
  readonly multipliers: readonly number[]
  readonly residualBlocks: number
  /** Transformer layers in each block of a level; 0 for none. */
  readonly transformerDepth: readonly number[]
  readonly middleDepth: number
  readonly contextTokens: number
  readonly contextWidth: number
  /** Width of a vector that conditions on size and pooled text, or 0. */
  readonly vectorWidth: number
}

/** What a U-Net has, and the FLOP of one pass for one sample; a multiply-add counts as two. */
export interface UNetCount {
  readonly parameters: number
  readonly matmulFlop: number
  readonly attentionFlop: number
}

class Counter {
  parameters = 0
  matmulFlop = 0
  attentionFlop = 0

  /** A matrix that `positions` places pass through, with its bias. */
  linear(inputs: number, outputs: number, positions: number, bias = true): void {
    this.parameters += inputs * outputs + (bias ? outputs : 0)
    this.matmulFlop += 2 * inputs * outputs * positions
  }

  norm(channels: number): void {
    this.parameters += 2 * channels
  }
}

/** Parameters and FLOP of one forward pass over a latent of height × width. */
export function countUNet(
  model: UNet,
  latent: { readonly height: number; readonly width: number },
): UNetCount {
  const count = new Counter()
  const { channels, multipliers, residualBlocks, transformerDepth } = model
  const embedding = 4 * channels
  count.linear(channels, embedding, 1)
  count.linear(embedding, embedding, 1)
  if (model.vectorWidth > 0) {
    count.linear(model.vectorWidth, embedding, 1)
    count.linear(embedding, embedding, 1)
  }
  const placesAt = (level: number): number =>
    Math.ceil(latent.height / 2 ** level) * Math.ceil(latent.width / 2 ** level)

  const residual = (inputs: number, outputs: number, places: number): void => {
    count.norm(inputs)
    count.linear(9 * inputs, outputs, places)
    count.linear(embedding, outputs, 1)
    count.norm(outputs)
    count.linear(9 * outputs, outputs, places)
    if (inputs !== outputs) count.linear(inputs, outputs, places)
  }
  const transformer = (width: number, depth: number, places: number): void => {
    if (depth === 0) return
    const { contextTokens, contextWidth } = model
    count.norm(width)
    count.linear(width, width, places)
    for (let layer = 0; layer < depth; layer++) {
      for (let matrix = 0; matrix < 3; matrix++) count.linear(width, width, places, false)
      count.linear(width, width, places)
      count.attentionFlop += attentionCoreFlop.fn(places, places, width)
      count.linear(width, width, places, false)
      for (let matrix = 0; matrix < 2; matrix++) count.linear(contextWidth, width, contextTokens, false)
      count.linear(width, width, places)
      count.attentionFlop += attentionCoreFlop.fn(places, contextTokens, width)
      // The gated part is twice as wide.
      count.linear(width, 8 * width, places)
      count.linear(4 * width, width, places)
      for (let norm = 0; norm < 3; norm++) count.norm(width)
    }
    count.linear(width, width, places)
  }

  let width = channels
  count.linear(9 * model.latentChannels, channels, placesAt(0))
  const skips = [channels]
  const last = multipliers.length - 1
  for (const [level, multiplier] of multipliers.entries()) {
    for (let block = 0; block < residualBlocks; block++) {
      residual(width, multiplier * channels, placesAt(level))
      width = multiplier * channels
      transformer(width, transformerDepth[level] ?? 0, placesAt(level))
      skips.push(width)
    }
    if (level < last) {
      count.linear(9 * width, width, placesAt(level + 1))
      skips.push(width)
    }
  }
  residual(width, width, placesAt(last))
  transformer(width, model.middleDepth, placesAt(last))
  residual(width, width, placesAt(last))
  for (const [level, multiplier] of [...multipliers.entries()].toReversed()) {
    for (let block = 0; block <= residualBlocks; block++) {
      residual(width + (skips.pop() ?? 0), multiplier * channels, placesAt(level))
      width = multiplier * channels
      transformer(width, transformerDepth[level] ?? 0, placesAt(level))
    }
    if (level > 0) count.linear(9 * width, width, placesAt(level - 1))
  }
  count.norm(width)
  count.linear(9 * width, model.latentChannels, placesAt(0))
  const { parameters, matmulFlop, attentionFlop } = count
  return { parameters, matmulFlop, attentionFlop }
}
