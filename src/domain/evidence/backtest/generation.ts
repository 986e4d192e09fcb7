import { diffusionForward } from '../../compute/architecture/diffusion.ts'
import { diffusionModels, type PublishedDiffusionModel } from '../../compute/architecture/diffusion-models.ts'
import type { Catalogue } from '../../compute/catalogue.ts'
import { deviceOf } from '../../compute/device.ts'
import {
  type GenerationDevice,
  generationEstimate,
  generationParameters,
  generationScopes,
  generationStrata,
} from '../../compute/energy/generation.ts'
import type { BacktestFamily, MeasuredSetup } from './measurement.ts'

const words = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '')

/** The diffusion model whose id or name a row's model contains; the longest when several do. */
function modelOf(name: string): PublishedDiffusionModel | undefined {
  const asked = words(name)
  const found = Object.entries(diffusionModels)
    .filter(([id, { name: known }]) => asked.includes(words(id)) || asked.includes(words(known)))
    .toSorted(([a], [b]) => b.length - a.length)
  return found[0]?.[1]
}

function deviceOfSetup(setup: MeasuredSetup, catalogue: Catalogue): GenerationDevice | undefined {
  const accelerator = catalogue.accelerators.get(setup.gpu_id ?? '')
  if (accelerator === undefined) return undefined
  const { id, peak, memoryBandwidth, tdp } = deviceOf(accelerator)
  const sixteenBit = peak.bf16 ?? peak.fp16
  if (sixteenBit === undefined || tdp === null) return undefined
  return { peak: sixteenBit, memoryBandwidth, tdp, scopes: generationScopes(id) }
}

const numberIn = (workload: MeasuredSetup['workload'], ...names: readonly string[]): number | undefined => {
  for (const name of names) {
    const value = workload?.[name]
    if (typeof value === 'number' && value > 0) return value
  }
  return undefined
}

function read(setup: MeasuredSetup, catalogue: Catalogue): ReturnType<BacktestFamily['read']> {
  const model = modelOf(setup.model ?? '')
  if (model === undefined) return { reason: `no architecture is known for "${setup.model}"` }
  const device = deviceOfSetup(setup, catalogue)
  if (device === undefined)
    return { reason: `the catalogue knows no power or 16-bit peak of "${setup.gpu_id}"` }
  const { workload } = setup
  const height = numberIn(workload, 'image_height', 'video_height', 'height')
  const width = numberIn(workload, 'image_width', 'video_width', 'width')
  const steps = numberIn(workload, 'inference_steps', 'steps')
  if (height === undefined || width === undefined || steps === undefined) {
    return { reason: 'the row tells no size of the picture or no number of steps' }
  }
  const frames = numberIn(workload, 'num_frames', 'frames') ?? 1
  const run = {
    steps,
    passes: model.passes,
    layers: model.transformer.layers,
    forward: diffusionForward(model.transformer, { height, width, frames }),
    batch: numberIn(workload, 'batch_size', 'batch') ?? 1,
    devices: setup.n_gpus ?? numberIn(workload, 'num_gpus') ?? 1,
  }
  const what = /video/.test(setup.key) ? 'video' : 'image'
  const unit = /_k?wh$/.test(setup.key) ? (/_kwh$/.test(setup.key) ? 3.6e6 : 3600) : 1
  return {
    estimate: values => generationEstimate(device, run, values).joulesPerSample / unit,
    strata: generationStrata(what, setup.gpu_id ?? ''),
    baselines: {
      // All devices at their thermal design power, computing at 0.4 of the peak.
      'constant-utilisation':
        ((run.steps * run.passes * (run.forward.matmulFlop + run.forward.attentionFlop)) /
          (0.4 * device.peak)) *
        (device.tdp / unit),
    },
  }
}

/** Energy of generated images and videos. */
export const generationFamily: BacktestFamily = {
  id: 'generation',
  parameters: generationParameters,
  covers: ({ kind, key }) => kind === 'energy' && /image|video/.test(key),
  read,
}
