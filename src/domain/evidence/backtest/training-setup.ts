import {
  flopConventions,
  forwardFlopPerToken,
  trainingFlopPerToken,
} from '../../compute/architecture/flop.ts'
import { countParameters, type ParameterCounts } from '../../compute/architecture/parameters.ts'
import type { Transformer } from '../../compute/architecture/transformer.ts'
import type { Catalogue } from '../../compute/catalogue.ts'
import { type Device, deviceOf } from '../../compute/device.ts'
import { layoutDevices, type ParallelLayout } from '../../compute/layout/layout.ts'
import { type TrainingStack, trainingStack } from '../../compute/training-time/training-stack.ts'
import { type TrainingSystem, trainingSystem } from '../../compute/training-time/training-system.ts'
import { typicalLayout } from '../../compute/training-time/typical-layout.ts'
import { DomainError } from '../../errors.ts'
import { acceleratorOfSetup } from './accelerator-of-setup.ts'
import { boardOf } from './board-of-setup.ts'
import type { MeasuredSetup, NotEstimable } from './measurement.ts'
import { architectureOf, typicalTransformer } from './setup-architecture.ts'
import { toldLayout, trainingPrecision } from './setup-layout.ts'

/** A setup of a training measurement as a request: everything that step time depends on but the constants. */
export interface TrainingSetup {
  readonly t: Transformer
  readonly counts: ParameterCounts
  readonly device: Device
  readonly system: TrainingSystem
  readonly stack: TrainingStack
  readonly layout: ParallelLayout
  readonly devices: number
  /** Whether the setup tells how the model is divided among devices, or names the stack that it is a benchmark of. */
  readonly tuned: boolean
}

/** Tokens of a sequence of models of the time of a device family, where a setup tells none. */
const typicalSequence: Readonly<Record<string, number>> = {
  'nvidia-hopper': 4096,
  'nvidia-blackwell': 4096,
}
const olderSequence = 2048

/** Days that published runs of unknown size are taken to last, and the cluster sizes in question. */
const typicalRunSeconds = 40 * 86_400
const typicalMfu = 0.375
const fewestDevices = 8
const mostDevices = 16_384

/** Tokens of the whole run: as told, or the size of its data once over. */
export function runTokens(setup: MeasuredSetup): number | undefined {
  return setup.tokens ?? setup.dataset_size
}

function devicesOf(setup: MeasuredSetup, flopPerToken: number, system: TrainingSystem): number {
  const { n_gpus, tp = 1, pp = 1, dp, cp = 1 } = setup
  if (n_gpus !== undefined) return n_gpus
  if (dp !== undefined) return tp * pp * dp * cp
  const tokens = runTokens(setup)
  if (tokens === undefined) return Math.max(fewestDevices, tp * pp * cp)
  const needed = (flopPerToken * tokens) / (system.widePeak * typicalMfu * typicalRunSeconds)
  return Math.min(mostDevices, Math.max(fewestDevices, 2 ** Math.round(Math.log2(needed))))
}

/**
 * How a row is turned into a request, without a look at what was measured. The architecture is that of the row, or a
 * usual one of its size; what the row does not tell of the layout follows from `typicalLayout`; the number of devices,
 * where it is not told, is what would end the run in forty days.
 */
export function trainingSetup(setup: MeasuredSetup, catalogue: Catalogue): TrainingSetup | NotEstimable {
  const accelerator = acceleratorOfSetup(setup, catalogue)
  if (accelerator === undefined) {
    return { reason: `the device "${setup.gpu_id ?? setup.gpu}" is not in the catalogue` }
  }
  const t = transformerOfSetup(setup)
  if (t === undefined)
    return { reason: 'nothing tells the size of the model: neither an architecture nor a parameter count' }
  const device = boardOf(deviceOf(accelerator), setup)
  const precision = trainingPrecision(setup.precision, device)
  const system = trainingSystem(device, precision, {}, /mx|nvfp/i.test(setup.precision ?? ''))
  const stack = trainingStack(setup.framework)
  const counted = countParameters(t)
  // A model told by its size alone is drawn up from what is active; its states are those of all parameters.
  const counts = {
    ...counted,
    total: Math.max(counted.total, setup.layers === undefined ? (setup.params ?? 0) : 0),
  }
  const sequence = setup.seq ?? typicalSequence[system.family ?? ''] ?? olderSequence
  const flopPerToken = trainingFlopPerToken(t, sequence, flopConventions.causal, counts)
  const devices = devicesOf(setup, flopPerToken, system)
  const told = { ...toldLayout(setup, stack, system.family), sequence }
  const layout = typicalLayout(told, devices, t, counts, system, stack, precision)
  return {
    ...{ t, counts, device, system, stack, layout },
    devices: layoutDevices(layout),
    tuned: [setup.framework, setup.tp, setup.pp, setup.dp, setup.fsdp].some(part => part !== undefined),
  }
}

/** Experts that a token passes through in a usual mixture, and the width of one over that of the model. */
const typicalChosen = 2
const typicalExpertWidth = 2

/** A usual mixture of experts, for a model told by its total and active parameters alone. */
function sparseOf(setup: MeasuredSetup): Transformer | undefined {
  const { params, params_active, layers } = setup
  if (layers !== undefined || params === undefined || params_active === undefined) return undefined
  if (params < 1.2 * params_active) return undefined
  const dense = typicalTransformer(params_active)
  const expertFfn = typicalExpertWidth * dense.hidden
  const ofExpert = 2 * dense.hidden * expertFfn
  const experts = 8 * Math.max(1, Math.round((params - params_active) / (8 * dense.layers * ofExpert)))
  return {
    ...dense,
    ...{
      expertLayers: dense.layers,
      denseLayers: 0,
      experts,
      topK: typicalChosen,
      expertFfn,
      expertMatrices: 2,
    },
  }
}

/** The transformer of a row; where what it tells cannot be built, a usual one of its size. */
function transformerOfSetup(setup: MeasuredSetup): Transformer | undefined {
  try {
    return sparseOf(setup) ?? architectureOf(setup)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const size = setup.params_active ?? setup.params
    return size === undefined ? undefined : typicalTransformer(size)
  }
}

/** FLOP a token that a row's FLOP/s or utilisation counts, by what it says of its convention, else as most publishers. */
export function countedFlopPerToken(
  setup: MeasuredSetup,
  { t, counts, layout, stack }: TrainingSetup,
  hardware: boolean,
): number {
  const text = String(setup.workload?.flops_convention ?? '')
  const { sequence } = layout
  const full = trainingFlopPerToken(t, sequence, flopConventions.full, counts)
  const forward = forwardFlopPerToken(t, sequence, flopConventions.full, counts)
  const again = layout.recompute === 'full' ? forward : 0
  if (hardware || /hardware|recompute|96/i.test(text)) return full + again
  if (/causal/i.test(text)) {
    const core = trainingFlopPerToken(t, sequence, flopConventions.causal, { ...counts, matmulActive: 0 })
    return 6 * (/6\s*n/i.test(text) ? counts.active : counts.matmulActive) + core
  }
  if (/6\s*n\s*d?$/i.test(text.trim())) return 6 * counts.active
  // Megatron-LM of 2021 prints FLOP/s of what the hardware does.
  if (setup.key === 'tflops_per_gpu' && stack.id === 'megatron') return full + again
  return full
}
