import type { BuiltEstimate, Estimator, Lookup, Warning } from '../../estimate.ts'
import { formula } from '../../sheet/formula.ts'
import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import { acceleratorOf } from '../accelerator.ts'
import type { DiffusionTransformer } from '../architecture/diffusion.ts'
import { diffusionFormulas } from '../architecture/diffusion-formulas.ts'
import { type DiffusionModelId, diffusionModels } from '../architecture/diffusion-models.ts'
import { writeDiffusionTransformer } from '../architecture/diffusion-sheet.ts'
import { imageFlopFormulas } from '../architecture/image-conventions.ts'
import { checkPictureSize } from '../architecture/image-model.ts'
import { imageShapeQuantities as shape } from '../architecture/image-model-quantities.ts'
import type { Precision } from '../catalogue.ts'
import { generationStrata } from '../energy/generation.ts'
import { borrowedRates } from '../money/exchange-rate.ts'
import { noPrice, type RentalPriceRequest, writeRentalPrice } from '../money/rental-price.ts'
import { writeGenerationStep } from './generation-step.ts'
import { imageQuantities } from './image-quantities.ts'

/** A diffusion model by its id, or by its transformer. */
export type DiffusionModelChoice =
  | { readonly id: DiffusionModelId }
  | { readonly transformer: DiffusionTransformer }

/** What `image` is asked: a picture, or with frames a video, that a model makes on devices. */
export interface ImageRequest extends RentalPriceRequest {
  readonly model: DiffusionModelChoice
  readonly height: number
  readonly width: number
  readonly frames?: number
  readonly steps: number
  /** Passes a step: 2 under classifier-free guidance. */
  readonly passes?: number
  readonly batch?: number
  readonly accelerator: { readonly id: string }
  readonly precision?: Precision
  readonly devices?: number
}

const cost = formula({
  text: 'n · T / 3600 · p / b',
  symbols: ['n', 'T', 'p', 'b'],
  inputUnits: ['device', 's', 'USD/(device·hour)', 'count'],
  unit: 'USD',
  fn: (devices, seconds, price, batch) => (((devices * seconds) / 3600) * price) / batch,
})

function build(request: ImageRequest, lookup: Lookup): BuiltEstimate {
  const { model, height, width, frames = 1 } = request
  const known = 'id' in model ? diffusionModels[model.id] : undefined
  const transformer = 'id' in model ? diffusionModels[model.id].transformer : model.transformer
  checkPictureSize({ height, width }, 'token', transformer.pixelsPerToken)
  const accelerator = acceleratorOf(lookup.catalogue, request.accelerator.id)
  const sheet = new Sheet()
  const q = imageQuantities

  const architecture: Provenance =
    known === undefined
      ? given
      : {
          status: 'catalogue',
          source: known.source,
          provenance: known.provenance,
          note: { en: known.name, zh: known.name },
        }
  const canvas = {
    height: sheet.input(shape.height, height, given),
    width: sheet.input(shape.width, width, given),
    frames: sheet.input(
      shape.frames,
      frames,
      request.frames === undefined ? byDefault('an image', '单幅图像') : given,
    ),
  }
  const { layers, matmul, attention, elements } = writeDiffusionTransformer(
    sheet,
    transformer,
    canvas,
    architecture,
    '/model/transformer',
  )
  const steps = sheet.input(q.steps, request.steps, given)
  const passes = sheet.input(
    q.passes,
    request.passes ?? known?.passes ?? 2,
    request.passes !== undefined
      ? given
      : known === undefined
        ? byDefault('classifier-free guidance', '无分类器引导')
        : architecture,
  )
  const batch = sheet.input(
    q.batch,
    request.batch ?? 1,
    request.batch === undefined ? byDefault('one at a time', '逐个生成') : given,
  )
  const devices = sheet.input(
    q.devices,
    request.devices ?? 1,
    request.devices === undefined ? byDefault('one device', '单卡') : given,
  )
  const pass = sheet.derive(q.forwardFlop, imageFlopFormulas.whole, [matmul, attention])
  const flop = sheet.derive(q.flopPerSample, diffusionFormulas.generationFlop, [steps, passes, pass])

  const { batchSeconds, power, energy } = writeGenerationStep(
    sheet,
    { matmul, attention, elements, layers, steps, passes, batch, devices },
    accelerator,
    request.precision,
    lookup,
  )
  const price = writeRentalPrice(sheet, request, lookup)
  const paid =
    price.perDeviceHour === undefined
      ? undefined
      : sheet.derive(q.costPerSample, cost, [devices, batchSeconds, price.perDeviceHour, batch])

  const results: (Handle | undefined)[] = [pass, flop, batchSeconds, power, energy, paid]
  return {
    sheet,
    results: results.filter(handle => handle !== undefined),
    errors: [
      {
        handle: energy,
        family: 'generation',
        strata: generationStrata(frames > 1 ? 'video' : 'image', accelerator.id),
      },
    ],
    warnings: () => [
      transformerAlone,
      ...(paid === undefined ? [noPrice] : []),
      ...borrowedRates(price.borrowed),
    ],
    ...(price.behind.length > 0 && { evidence: { [price.behindOf]: price.behind } }),
    // Notes name the model, the day of the price and the commitment; the interval is that of the device.
    context: () =>
      JSON.stringify([
        model,
        accelerator.id,
        frames > 1,
        price.asOf,
        request.commitment,
        ...price.borrowed.keys(),
      ]),
  }
}

const transformerAlone: Warning = {
  code: 'transformer-alone',
  message: {
    en: 'Time and energy are those of the denoising transformer on the devices alone: text encoder, image decoder, host and cooling come on top.',
    zh: '时间与能耗仅含设备上的去噪 Transformer：文本编码、图像解码、主机与制冷另计。',
  },
}

/** Compute, time, energy and cost of an image or video that a diffusion transformer makes. */
export const image: Estimator<ImageRequest> = {
  id: 'image',
  label: { en: 'Generated images and videos', zh: '图像与视频生成' },
  description: {
    en: 'What an image, or with frames a video, takes that a diffusion transformer makes: FLOP of a pass (a multiply-add counts as two) and of all steps, time of a batch, mean power of the devices, energy and cost of a picture. A step takes as long as computing and element-wise memory traffic, as issuing it from the host, or as the thermal design power allows, whichever is longest. Its constants are fitted on published measurements; the interval is from errors that were made with the publisher left out.',
    zh: '扩散 Transformer 生成一张图像或（给出 frames 时）一段视频所需：单次前向与全部步数的浮点运算（乘加计两次）、每批时间、设备平均功耗、每个样本的能耗与成本。每步时间取计算与逐元素访存、主机下发、热设计功耗限制三者之最长。常数由已公开的实测拟合；区间取自留出发布者时的误差。',
  },
  needs: () => [],
  build,
  illustrations: [
    {
      model: { id: 'flux.1-dev' },
      height: 1024,
      width: 1024,
      steps: 50,
      batch: 8,
      accelerator: { id: 'h100-sxm-80gb' },
      priceAsOf: '2025-03-31',
    },
    {
      model: {
        transformer: {
          ...diffusionModels['dit-xl-2'].transformer,
        },
      },
      height: 256,
      width: 256,
      steps: 250,
      passes: 2,
      devices: 2,
      accelerator: { id: 'a100-sxm-80gb' },
      price: { perDeviceHour: 12, currency: 'CNY' },
      discount: 0.3,
    },
    {
      model: { id: 'hunyuan-video' },
      height: 720,
      width: 1280,
      frames: 129,
      steps: 50,
      devices: 8,
      accelerator: { id: 'b200-sxm-180gb' },
      price: { perDeviceHour: 4 },
    },
  ],
}
