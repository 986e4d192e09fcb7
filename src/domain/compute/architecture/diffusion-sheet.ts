import { sumFormula } from '../../sheet/formula.ts'
import { byDefault, type Provenance, type QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'
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

/** Members that a model may leave out, with why they are then what they are. */
const defaults = {
  textStreamLayers: byDefault(
    'all layers but the parallel ones where text stands beside the image',
    '文本与图像并列时除并行层外的全部层',
  ),
  conditioningWidth: byDefault('the width of a token', '等于 token 宽度'),
  textWidth: byDefault('no text encoder counted', '不计文本编码'),
  classes: byDefault('no labels', '无类别标签'),
  positions: byDefault('positions are computed', '位置由计算得到'),
} as const

interface Shape {
  /** Puts a member that may be left out onto the sheet. */
  readonly optional: <U extends Unit>(
    member: keyof typeof defaults,
    definition: QuantityDefinition<U>,
  ) => Handle<U>
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
    optional: (member, definition) =>
      sheet.input(definition, m[member], model[member] === undefined ? defaults[member] : from),
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
  { m, input, optional, layers, hidden, ffn, dual, parallel, cross, skips }: Shape,
): Pick<WrittenImageModel, 'parameters' | 'parts'> & { readonly modulation: Handle<'parameter'> } {
  const f = diffusionFormulas
  const textStreams = optional('textStreamLayers', shape.textStreamLayers)
  const matrices = input(shape.modulationMatrices, m.modulationMatrices)
  const conditioning = optional('conditioningWidth', shape.conditioningWidth)
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
      optional('textWidth', shape.textWidth),
      optional('classes', shape.classes),
      optional('positions', shape.positions),
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
