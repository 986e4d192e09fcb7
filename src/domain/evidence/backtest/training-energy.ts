import { countParameters } from '../../compute/architecture/parameters.ts'
import { deviceFamily } from '../../compute/calibration/device-family.ts'
import type { CalibrationParameter } from '../../compute/calibration/parameter.ts'
import { calibrated } from '../../compute/calibration/parameter.ts'
import { deviceOf } from '../../compute/device.ts'
import { matmulPeak } from '../../compute/serving/number-format.ts'
import { acceleratorOfSetup } from './accelerator-of-setup.ts'
import type { BacktestFamily, Estimable, MeasuredSetup, NotEstimable } from './measurement.ts'
import { architectureOf } from './setup-architecture.ts'

/** Watts of a server for each watt that its devices are rated at, while it trains. */
const parameters: readonly CalibrationParameter[] = [
  {
    id: 'trainingPowerShare',
    unit: '1',
    label: {
      en: 'Power of a training server over the rated power of its devices',
      zh: '训练服务器功耗与设备额定功耗之比',
    },
    median: 1.35,
    spread: 0.15,
    reason:
      'A server takes 1.8 W for each rated watt of a device, of which a run uses three quarters on average.',
    source: 'epoch-cost-analysis',
  },
  {
    id: 'trainingPowerShare:nvidia-volta',
    unit: '1',
    label: { en: 'The same for Volta servers, over the plain value', zh: 'Volta 服务器相对通用值' },
    median: 1.667 / 1.8,
    spread: 0.1,
    reason: 'A V100 server takes 1.667 W for each rated watt of a device.',
    source: 'epoch-cost-analysis',
  },
  {
    id: 'trainingPowerShare:tpu',
    unit: '1',
    label: { en: 'The same for TPUs, over the plain value', zh: 'TPU 相对通用值' },
    median: 1.47 / 1.35,
    spread: 0.15,
    reason:
      'A TPU v3 board takes 1.47 W for each watt of its devices; the catalogue has the mean power of a TPU in production (220 W of a v3, 170 W of a v4), of which no fraction is to be taken.',
    source: 'epoch-cost-analysis',
  },
]

/** Losses of a building where a setup tells none (Epoch: 1.1 of hyperscalers, 1.25 of others). */
const usualPue = 1.1
/** Utilisation of whole published runs (median of 55): what is left where neither hours nor throughput are told. */
const wholeRunMfu = 0.31
/** World average, where a setup tells no grid: kg of CO2 equivalent a kWh (IEA 2023: 0.44 to 0.48). */
const usualGrid = 0.45

function number(setup: MeasuredSetup, ...members: string[]): number | undefined {
  for (const member of members) {
    const value = setup.workload?.[member]
    if (typeof value === 'number' && value > 0) return value
    if (typeof value === 'string' && Number(value) > 0) return Number(value)
  }
  return undefined
}

/** Device-hours: as told, else devices times days, else FLOP over what is told of throughput, else over the usual. */
function deviceHours(setup: MeasuredSetup, peak: number | null): number | undefined {
  const told = number(setup, 'gpu_hours', 'chip_hours', 'device_hours', 'tpu_hours')
  if (told !== undefined) return told
  const days = number(setup, 'training_days', 'days')
  if (days !== undefined && setup.n_gpus !== undefined) return days * 24 * setup.n_gpus
  const zettaflop = number(setup, 'total_zettaflops')
  const flop = zettaflop === undefined ? flopOf(setup) : zettaflop * 1e21
  const achieved = number(setup, 'achieved_tflops', 'tflops_per_gpu')
  const rate = achieved === undefined ? (peak === null ? undefined : peak * wholeRunMfu) : achieved * 1e12
  return flop === undefined || rate === undefined ? undefined : flop / rate / 3600
}

function flopOf(setup: MeasuredSetup): number | undefined {
  if (setup.tokens === undefined) return undefined
  const active = setup.params_active ?? setup.params
  if (active !== undefined) return 6 * active * setup.tokens
  const transformer = architectureOf(setup)
  return transformer === undefined ? undefined : 6 * countParameters(transformer).active * setup.tokens
}

/** From the energy of a run in MWh to what a key asks for. */
const keys: Readonly<
  Record<string, (megawattHours: number, grid: number, hours: number, pue: number) => number>
> = {
  energy_mwh: energy => energy,
  energy_kwh: energy => energy * 1e3,
  energy_gwh: energy => energy / 1e3,
  tco2e: (energy, grid) => energy * grid,
  avg_system_power_w: (energy, _grid, hours, pue) => (energy * 1e6) / hours / pue,
}

function read(
  setup: MeasuredSetup,
  catalogue: Parameters<BacktestFamily['read']>[1],
): Estimable | NotEstimable {
  const answer = keys[setup.key]
  if (answer === undefined) return { reason: `"${setup.key}" is not the energy of a training run` }
  const accelerator = acceleratorOfSetup(setup, catalogue)
  if (accelerator === undefined)
    return { reason: `the catalogue has no device "${setup.gpu_id ?? setup.gpu}"` }
  const device = deviceOf(accelerator)
  const { tdp } = device
  if (tdp === null) return { reason: `the catalogue has no rated power of ${device.id}` }
  const peak = matmulPeak(device, 'bf16')
  const hours = deviceHours(setup, peak)
  if (hours === undefined) return { reason: 'the row tells neither device-hours nor what they follow from' }
  const family = deviceFamily(device.id)
  const scopes = family === undefined ? [] : [family]
  const pue = number(setup, 'pue') ?? usualPue
  const grid = number(setup, 'grid_kgco2_per_kwh') ?? usualGrid
  const energy = (share: number): number => (hours * tdp * share * pue) / 1e6
  return {
    estimate: values =>
      answer(energy(calibrated({ ...priors, ...values }, 'trainingPowerShare', scopes)), grid, hours, pue),
    strata: ['training energy'],
    baselines: { 'rated power': answer(energy(1), grid, hours, pue) },
  }
}

const priors = Object.fromEntries(parameters.map(({ id, median }) => [id, median]))

/** Electricity of training runs, from their device-hours. */
export const trainingEnergyFamily: BacktestFamily = {
  id: 'training-energy',
  parameters,
  covers: ({ kind, key }) => kind === 'energy' && keys[key] !== undefined,
  read,
}
