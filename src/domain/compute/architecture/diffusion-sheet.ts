import { sumFormula } from '../../sheet/formula.ts'
import type { Provenance } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import {
  type DiffusionTransformer,
  type ResolvedDiffusionTransformer,
  resolveDiffusion,
} from './diffusion.ts'
import { diffusionFormulas } from './diffusion-formulas.ts'
import { type ShapeInput, shapeInput, type WrittenCanvas, type WrittenImageModel } from './image-model.ts'
import { imageShapeQuantities as shape, imageModelQuantities as sum } from './image-model-quantities.ts'

/** A diffusion transformer on a sheet. */
export interface WrittenDiffusion extends WrittenImageModel {
  readonly layers: Handle<'count'>
  readonly elements: Handle<'count'>
}

interface Shape {
  readonly m: ResolvedDiffusionTransformer
  readonly input: ShapeInput
  readonly layers: Handle<'count'>
  readonly hidden: Handle<'1'>
  readonly ffn: Handle<'1'>
  readonly dual: Handle<'count'>
  readonly parallel: Handle<'count'>
  readonly cross: Handle<'count'>
  readonly skips: Handle<'count'>
}

/**
 * Writes the parameters of a diffusion transformer, part by part, and the FLOP of one pass: what `diffusionForward`
 * computes, line by line. Throws what `resolveDiffusion` throws; `at` is where the model stands.
 */
export function writeDiffusionTransformer(
  sheet: Sheet,
  model: DiffusionTransformer,
  canvas: WrittenCanvas,
  from: Provenance,
  at: string,
): WrittenDiffusion {
  const m = resolveDiffusion(model, at)
  const input = shapeInput(sheet, from)
  const of: Shape = {
    m,
    input,
    layers: input(shape.layers, m.layers),
    hidden: input(shape.hidden, m.hidden),
    ffn: input(shape.ffn, m.ffn),
    dual: input(shape.dualAttentionLayers, m.dualAttentionLayers),
    parallel: input(shape.parallelLayers, m.parallelLayers),
    cross: input(shape.crossAttentionLayers, m.crossAttentionLayers),
    skips: input(shape.skipLayers, m.skipLayers),
  }
  const { modulation, ...counted } = writeParameters(sheet, of)
  return { layers: of.layers, ...counted, ...writeFlop(sheet, of, canvas, modulation) }
}

function writeParameters(
  sheet: Sheet,
  { m, input, layers, hidden, ffn, dual, parallel, cross, skips }: Shape,
): Pick<WrittenImageModel, 'parameters' | 'parts'> & { readonly modulation: Handle<'parameter'> } {
  const f = diffusionFormulas
  const textStreams = input(shape.textStreamLayers, m.textStreamLayers)
  const matrices = input(shape.modulationMatrices, m.modulationMatrices)
  const conditioning = input(shape.conditioningWidth, m.conditioningWidth)
  const modulation = m.sharedModulation
    ? sheet.derive(sum.modulationParameters, f.sharedModulation, [matrices, conditioning, hidden])
    : sheet.derive(sum.modulationParameters, f.modulation, [
        matrices,
        conditioning,
        hidden,
        layers,
        parallel,
        textStreams,
        dual,
      ])
  const parts = [
    sheet.derive(sum.layerParameters, f.layers, [layers, textStreams, hidden, ffn]),
    sheet.derive(sum.crossAttentionParameters, f.attentions, [cross, hidden]),
    sheet.derive(sum.dualAttentionParameters, f.attentions, [dual, hidden]),
    sheet.derive(sum.skipParameters, f.skips, [skips, hidden]),
    modulation,
    sheet.derive(sum.embeddingParameters, f.embeddings, [
      conditioning,
      hidden,
      input(shape.textWidth, m.textWidth),
      input(shape.classes, m.classes),
      input(shape.positions, m.positions),
    ]),
  ]
  const parameters = sheet.derive(sum.parameters, sumFormula('parameter', parts.length), parts)
  return { parameters, parts, modulation }
}

function writeFlop(
  sheet: Sheet,
  { m, input, layers, hidden, ffn, dual, parallel, cross, skips }: Shape,
  { height, width, frames }: WrittenCanvas,
  modulation: Handle<'parameter'>,
): Pick<WrittenDiffusion, 'matmul' | 'attention' | 'elements'> {
  const f = diffusionFormulas
  const side = input(shape.pixelsPerToken, m.pixelsPerToken)
  const folded = input(shape.framesPerLatent, m.framesPerLatent)
  const text = input(shape.textTokens, m.textTokens)
  const image = sheet.derive(sum.imageTokens, f.imageTokens, [frames, folded, height, width, side])
  const tokens = m.text === 'joint' ? sheet.derive(sum.tokens, f.tokens, [image, text]) : image
  const products = [
    sheet.derive(sum.layerFlop, f.layerFlop, [layers, tokens, hidden, ffn]),
    sheet.derive(sum.crossFlop, f.crossFlop, [cross, hidden, image, text]),
    sheet.derive(sum.dualFlop, f.dualFlop, [dual, image, hidden]),
    sheet.derive(sum.skipFlop, f.skipFlop, [skips, image, hidden]),
    sheet.derive(sum.modulationFlop, f.modulationFlop, [modulation]),
  ]
  const cores = [
    sheet.derive(sum.selfCore, f.attention, [layers, tokens, tokens, hidden]),
    sheet.derive(sum.crossCore, f.attention, [cross, image, text, hidden]),
    sheet.derive(sum.dualCore, f.attention, [dual, image, image, hidden]),
  ]
  return {
    matmul: sheet.derive(sum.matmulFlop, sumFormula('FLOP', products.length), products),
    attention: sheet.derive(sum.attentionFlop, sumFormula('FLOP', cores.length), cores),
    elements: sheet.derive(sum.elements, f.elements, [layers, cross, parallel, tokens, dual, image, hidden]),
  }
}
