import { DomainError } from '../../errors.ts'
import type { BuiltEstimate } from '../../estimate.ts'
import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import type { Canvas, DiffusionTransformer } from './diffusion.ts'
import {
  type DiffusionModelId,
  diffusionModels,
  type PublishedDiffusionModel,
  usualCanvas,
} from './diffusion-models.ts'
import { writeDiffusionTransformer } from './diffusion-sheet.ts'
import { type ImageFlopConventionName, writeImageConventions } from './image-conventions.ts'
import { checkPictureSize, type WrittenCanvas, type WrittenImageModel } from './image-model.ts'
import { imageShapeQuantities as shape } from './image-model-quantities.ts'
import { checkUNet, type UNet } from './unet.ts'
import { type PublishedUNet, type UNetModelId, unetModels } from './unet-models.ts'
import { writeUNet } from './unet-sheet.ts'
import { usualVisionSide, type VisionModelId, visionModels } from './vision-models.ts'
import { writeVisionTransformer } from './vision-sheet.ts'
import type { VisionTransformer } from './vision-transformer.ts'

/** A model that looks at pictures or makes them, by its id or by its architecture. */
export type ImageModelChoice =
  | { readonly vision: { readonly id: VisionModelId } | { readonly transformer: VisionTransformer } }
  | {
      readonly diffusion:
        | { readonly id: DiffusionModelId | UNetModelId }
        | { readonly transformer: DiffusionTransformer }
        | { readonly unet: UNet }
    }

/** A model of images that is to be counted, and the picture that it passes over. */
export interface ImageArchitectureRequest {
  readonly model: ImageModelChoice
  readonly height: number | undefined
  readonly width: number | undefined
  readonly frames: number | undefined
  readonly convention: ImageFlopConventionName | undefined
}

/** A model found, with the picture that it is usually given, and how it is written. */
interface Found {
  readonly usual: Canvas
  readonly why: Provenance
  /** Pixels along one side of the smallest thing that it cuts a picture into, and what that is. */
  readonly cut: { readonly what: string; readonly side: number }
  /** Whether it takes videos too. */
  readonly video: boolean
  /** `frames` puts their number onto the sheet. */
  readonly write: (
    sheet: Sheet,
    picture: Omit<WrittenCanvas, 'frames'>,
    frames: () => Handle<'count'>,
  ) => WrittenImageModel
}

interface Published {
  readonly name: string
  readonly provenance: 'read' | 'recalled'
  readonly source: string
}

const square = (side: number): Canvas => ({ height: side, width: side, frames: 1 })

const fromPublished = ({ name, provenance, source }: Published): Provenance => ({
  status: 'catalogue',
  source,
  provenance,
  note: { en: name, zh: name },
})

const usualSizeOf = ({ name, source }: Published): Provenance =>
  byDefault(`the usual size of ${name}`, `${name} 的常用尺寸`, source)

const usualOfLatents = byDefault('the usual picture of latent diffusion', '潜变量扩散的常用尺寸')
const usualOfClassifiers = byDefault('the size that classifiers are compared at', '图像分类器通用的比较尺寸')

function visionModel(transformer: VisionTransformer, from: Provenance): Found {
  return {
    usual: square(usualVisionSide),
    why: usualOfClassifiers,
    cut: { what: 'patch', side: transformer.patch },
    video: false,
    write: (sheet, picture) => writeVisionTransformer(sheet, transformer, picture, from),
  }
}

function diffusionTransformer(
  transformer: DiffusionTransformer,
  usual: Canvas,
  why: Provenance,
  from: Provenance,
): Found {
  return {
    usual,
    why,
    cut: { what: 'token', side: transformer.pixelsPerToken },
    video: true,
    write: (sheet, picture, frames) =>
      writeDiffusionTransformer(
        sheet,
        transformer,
        { ...picture, frames: frames() },
        from,
        '/model/diffusion/transformer',
      ),
  }
}

function unetModel(unet: UNet, usual: Canvas, why: Provenance, from: Provenance): Found {
  checkUNet(unet, '/model/diffusion/unet')
  return {
    usual,
    why,
    cut: { what: 'place of the latent', side: unet.pixelsPerLatent },
    video: false,
    write: (sheet, picture) => writeUNet(sheet, unet, picture, from),
  }
}

function find(model: ImageModelChoice): Found {
  if ('vision' in model) {
    const { vision } = model
    if (!('id' in vision)) return visionModel(vision.transformer, given)
    const known = visionModels[vision.id]
    return visionModel(known.transformer, fromPublished(known))
  }
  const { diffusion } = model
  if ('id' in diffusion) {
    return isUNet(diffusion.id)
      ? publishedUNet(unetModels[diffusion.id])
      : publishedDiffusion(diffusionModels[diffusion.id])
  }
  return 'transformer' in diffusion
    ? diffusionTransformer(diffusion.transformer, usualCanvas, usualOfLatents, given)
    : unetModel(diffusion.unet, usualCanvas, usualOfLatents, given)
}

const publishedUNet = (known: PublishedUNet): Found =>
  unetModel(known.unet, square(known.side), usualSizeOf(known), fromPublished(known))

const publishedDiffusion = (known: PublishedDiffusionModel): Found =>
  diffusionTransformer(known.transformer, known.canvas, usualSizeOf(known), fromPublished(known))

const isUNet = (id: DiffusionModelId | UNetModelId): id is UNetModelId => id in unetModels

/**
 * Writes the parameters of a model of images and the FLOP of one pass under every convention. Throws `out-of-range` for
 * a picture too small to be cut and `inconsistent-inputs` for what cannot be built.
 */
export function buildImageArchitecture(request: ImageArchitectureRequest): BuiltEstimate {
  const { model, convention = 'multiply-add-as-two' } = request
  const { usual, why, cut, video, write } = find(model)
  if (request.frames !== undefined && request.frames > 1 && !video) {
    throw new DomainError(
      'inconsistent-inputs',
      `frames = ${request.frames}, but this model takes one image at a time; leave frames out, or give a diffusion transformer.`,
      { pointer: '/frames', facts: { frames: request.frames } },
    )
  }
  const size = { height: request.height ?? usual.height, width: request.width ?? usual.width }
  checkPictureSize(size, cut.what, cut.side)
  const sheet = new Sheet()
  const from = (member: 'height' | 'width' | 'frames') => (request[member] === undefined ? why : given)
  const written = write(
    sheet,
    {
      height: sheet.input(shape.height, size.height, from('height')),
      width: sheet.input(shape.width, size.width, from('width')),
    },
    () => sheet.input(shape.frames, request.frames ?? usual.frames, from('frames')),
  )
  const { parameters, parts, matmul, attention } = written
  const { forward, training, table } = writeImageConventions(sheet, matmul, attention, convention)
  return {
    sheet,
    results: [parameters, ...parts, matmul, attention, forward, training],
    warnings: () => [],
    tables: { conventions: table },
    context: () => JSON.stringify([model, convention]),
  }
}
