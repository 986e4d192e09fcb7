import { sumFormula } from '../../sheet/formula.ts'
import type { Provenance } from '../../sheet/quantity.ts'
import type { Sheet } from '../../sheet/sheet.ts'
import { formulas } from './architecture-quantities.ts'
import { diffusionFormulas } from './diffusion-formulas.ts'
import { shapeInput, type WrittenCanvas, type WrittenImageModel } from './image-model.ts'
import { imageShapeQuantities as shape, imageModelQuantities as sum } from './image-model-quantities.ts'
import { type VisionTransformer, visionFormulas } from './vision-transformer.ts'

/** Writes the parameters of a vision transformer, part by part, and the FLOP of classifying one image. */
export function writeVisionTransformer(
  sheet: Sheet,
  model: VisionTransformer,
  { height, width }: Pick<WrittenCanvas, 'height' | 'width'>,
  from: Provenance,
): WrittenImageModel {
  const input = shapeInput(sheet, from)
  const layers = input(shape.layers, model.layers)
  const hidden = input(shape.hidden, model.hidden)
  const ffn = input(shape.ffn, model.ffn)
  const patch = input(shape.patch, model.patch)
  const classes = input(shape.classes, model.classes)
  const patches = sheet.derive(sum.patches, visionFormulas.patches, [height, width, patch])
  const tokens = sheet.derive(sum.tokens, visionFormulas.tokens, [patches])
  const layer = sheet.derive(sum.oneLayerParameters, visionFormulas.layer, [hidden, ffn])
  const parts = [
    sheet.derive(sum.layerParameters, formulas.ofLayers, [layers, layer]),
    sheet.derive(sum.embeddingParameters, visionFormulas.embeddings, [patch, hidden, tokens]),
    sheet.derive(sum.headParameters, visionFormulas.head, [hidden, classes]),
  ]
  return {
    parts,
    parameters: sheet.derive(sum.parameters, sumFormula('parameter', parts.length), parts),
    matmul: sheet.derive(sum.matmulFlop, visionFormulas.matmulFlop, [
      patches,
      patch,
      hidden,
      layers,
      tokens,
      ffn,
      classes,
    ]),
    attention: sheet.derive(sum.attentionFlop, diffusionFormulas.attention, [layers, tokens, tokens, hidden]),
  }
}
