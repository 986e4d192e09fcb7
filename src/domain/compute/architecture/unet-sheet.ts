import { sumFormula } from '../../sheet/formula.ts'
import type { Provenance, QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'
import { type ShapeInput, shapeInput, type WrittenCanvas, type WrittenImageModel } from './image-model.ts'
import { imageShapeQuantities as shape, imageModelQuantities as sum } from './image-model-quantities.ts'
import { placesFormulas, type UNet, unetFormulas } from './unet.ts'
import { blockQuantities, levelQuantities, unetQuantities } from './unet-quantities.ts'

/** A level on a sheet. */
interface Level {
  readonly width: Handle<'count'>
  readonly places: Handle<'count'>
  readonly depth: Handle<'count'>
  readonly hasTransformers: boolean
}

/** Channels on a sheet, and how many they are, which decides what a block is made of. */
interface Channels {
  readonly handle: Handle<'count'>
  readonly count: number
}

/** What all blocks share, and the terms of the sums that they are added to. */
class Writer {
  readonly residuals: Handle<'parameter'>[] = []
  readonly transformers: Handle<'parameter'>[] = []
  readonly resamplings: Handle<'parameter'>[] = []
  readonly residualFlops: Handle<'FLOP'>[] = []
  readonly transformerFlops: Handle<'FLOP'>[] = []
  readonly resamplingFlops: Handle<'FLOP'>[] = []
  readonly attentions: Handle<'FLOP'>[] = []
  readonly sheet: Sheet
  readonly embedding: Handle<'count'>
  readonly tokens: Handle<'token'>
  readonly context: Handle<'1'>

  constructor(sheet: Sheet, model: UNet, embedding: Handle<'count'>, input: ShapeInput) {
    this.sheet = sheet
    this.embedding = embedding
    this.tokens = input(shape.contextTokens, model.contextTokens)
    this.context = input(shape.contextWidth, model.contextWidth)
  }

  /** Adds up what blocks of a kind have; undefined where there is no such block. */
  total<U extends Unit>(
    definition: QuantityDefinition<U>,
    terms: readonly Handle<U>[],
  ): Handle<U> | undefined {
    if (terms.length === 0) return undefined
    return this.sheet.derive(definition, sumFormula(definition.unit, terms.length), terms)
  }

  residual(block: string, before: Channels, { width, places }: Level, count: number): void {
    const { sheet, embedding } = this
    const own = blockQuantities(block)
    const f = unetFormulas
    if (before.count === count) {
      this.residuals.push(sheet.derive(own.residual, f.residual, [width, embedding]))
      this.residualFlops.push(sheet.derive(own.residualFlop, f.residualFlop, [places, width, embedding]))
      return
    }
    const { handle } = before
    this.residuals.push(sheet.derive(own.residual, f.widening, [handle, width, embedding]))
    this.residualFlops.push(
      sheet.derive(own.residualFlop, f.wideningFlop, [places, handle, width, embedding]),
    )
  }

  transformer(block: string, { width, places, depth, hasTransformers }: Level): void {
    if (!hasTransformers) return
    const { sheet, tokens, context } = this
    const own = blockQuantities(block)
    const f = unetFormulas
    this.transformers.push(sheet.derive(own.transformer, f.transformer, [depth, width, context]))
    this.transformerFlops.push(
      sheet.derive(own.transformerFlop, f.transformerFlop, [places, depth, width, tokens, context]),
    )
    this.attentions.push(sheet.derive(own.attention, f.attention, [depth, places, tokens, width]))
  }

  /** `places` are those of the level that the convolution writes to. */
  resampling(block: string, width: Handle<'count'>, places: Handle<'count'>): void {
    const own = blockQuantities(block)
    this.resamplings.push(this.sheet.derive(own.resampling, unetFormulas.resampling, [width]))
    this.resamplingFlops.push(
      this.sheet.derive(own.resamplingFlop, unetFormulas.resamplingFlop, [places, width]),
    )
  }
}

/** Writes the parameters of a U-Net and the FLOP of one pass, block by block, over the latent of one picture. */
export function writeUNet(
  sheet: Sheet,
  model: UNet,
  canvas: Pick<WrittenCanvas, 'height' | 'width'>,
  from: Provenance,
): WrittenImageModel {
  const input = shapeInput(sheet, from)
  const f = unetFormulas
  const channels = input(shape.channels, model.channels)
  const latentChannels = input(shape.latentChannels, model.latentChannels)
  const embedding = sheet.derive(sum.embeddingWidth, f.embeddingWidth, [channels])
  const levels = writeLevels(sheet, model, canvas, channels, input)
  const writer = new Writer(sheet, model, embedding, input)
  writeBlocks(writer, model, levels, channels, input)

  const first = levels[0]?.places as Handle<'count'>
  const step = writeEmbedding(sheet, model, channels, embedding, input)
  const parts = [
    writer.total(sum.residualParameters, writer.residuals),
    writer.total(sum.transformerParameters, writer.transformers),
    writer.total(sum.resamplingParameters, writer.resamplings),
    step.parameters,
    sheet.derive(unetQuantities.ends, f.ends, [latentChannels, channels]),
  ].filter(part => part !== undefined)
  const products = [
    writer.total(unetQuantities.residualFlop, writer.residualFlops),
    writer.total(unetQuantities.transformerFlop, writer.transformerFlops),
    writer.total(unetQuantities.resamplingFlop, writer.resamplingFlops),
    step.flop,
    sheet.derive(unetQuantities.endsFlop, f.endsFlop, [first, latentChannels, channels]),
  ].filter(product => product !== undefined)
  return {
    parts,
    parameters: sheet.derive(sum.parameters, sumFormula('parameter', parts.length), parts),
    matmul: sheet.derive(sum.matmulFlop, sumFormula('FLOP', products.length), products),
    attention: writer.total(sum.attentionFlop, writer.attentions) ?? sheet.input(sum.attentionFlop, 0, from),
  }
}

function writeLevels(
  sheet: Sheet,
  { pixelsPerLatent, multipliers, transformerDepth }: UNet,
  canvas: Pick<WrittenCanvas, 'height' | 'width'>,
  channels: Handle<'count'>,
  input: ShapeInput,
): Level[] {
  const reduction = input(shape.pixelsPerLatent, pixelsPerLatent)
  const height = sheet.derive(sum.latentHeight, unetFormulas.latentSide, [canvas.height, reduction])
  const width = sheet.derive(sum.latentWidth, unetFormulas.latentSide, [canvas.width, reduction])
  return multipliers.map((multiplier, level) => {
    const own = levelQuantities(level)
    const places = placesFormulas[level] as (typeof placesFormulas)[number]
    return {
      width: sheet.derive(own.width, unetFormulas.levelWidth, [input(own.multiplier, multiplier), channels]),
      places: sheet.derive(own.places, places, [height, width]),
      depth: input(own.depth, transformerDepth[level] ?? 0),
      hasTransformers: (transformerDepth[level] ?? 0) > 0,
    }
  })
}

/** Down through the levels, across the middle, and up with what was kept on the way down. */
function writeBlocks(
  writer: Writer,
  { channels, multipliers, residualBlocks, middleDepth }: UNet,
  levels: readonly Level[],
  firstChannels: Handle<'count'>,
  input: ShapeInput,
): void {
  let width: Channels = { handle: firstChannels, count: channels }
  const kept: Channels[] = [width]
  for (const [index, level] of levels.entries()) {
    const count = (multipliers[index] ?? 1) * channels
    for (let block = 0; block < residualBlocks; block++) {
      writer.residual(`down.${index}.${block}`, width, level, count)
      writer.transformer(`down.${index}.${block}`, level)
      width = { handle: level.width, count }
      kept.push(width)
    }
    const next = levels[index + 1]
    if (next !== undefined) {
      writer.resampling(`down.${index}`, level.width, next.places)
      kept.push(width)
    }
  }
  const last = levels.at(-1) as Level
  writer.residual('middle.0', width, last, width.count)
  if (middleDepth > 0) {
    writer.transformer('middle.0', {
      ...last,
      depth: input(shape.middleDepth, middleDepth),
      hasTransformers: true,
    })
  }
  writer.residual('middle.1', width, last, width.count)
  for (const [index, level] of [...levels.entries()].toReversed()) {
    const count = (multipliers[index] ?? 1) * channels
    for (let block = 0; block <= residualBlocks; block++) {
      const name = `up.${index}.${block}`
      const skip = kept.pop() as Channels
      const handle = writer.sheet.derive(blockQuantities(name).before, unetFormulas.joined, [
        width.handle,
        skip.handle,
      ])
      writer.residual(name, { handle, count: width.count + skip.count }, level, count)
      writer.transformer(name, level)
      width = { handle: level.width, count }
    }
    const next = levels[index - 1]
    if (next !== undefined) writer.resampling(`up.${index}`, level.width, next.places)
  }
}

function writeEmbedding(
  sheet: Sheet,
  { vectorWidth = 0 }: UNet,
  channels: Handle<'count'>,
  embedding: Handle<'count'>,
  input: ShapeInput,
): { readonly parameters: Handle<'parameter'>; readonly flop: Handle<'FLOP'> } {
  const f = unetFormulas
  if (vectorWidth === 0) {
    return {
      parameters: sheet.derive(sum.embeddingParameters, f.stepEmbedding, [channels, embedding]),
      flop: sheet.derive(unetQuantities.embeddingFlop, f.stepEmbeddingFlop, [channels, embedding]),
    }
  }
  const operands = [channels, input(shape.vectorWidth, vectorWidth), embedding] as const
  return {
    parameters: sheet.derive(sum.embeddingParameters, f.stepAndVectorEmbedding, operands),
    flop: sheet.derive(unetQuantities.embeddingFlop, f.stepAndVectorEmbeddingFlop, operands),
  }
}
