import type { ForwardPass } from '../architecture/diffusion.ts'
import { type CalibrationParameter, type CalibrationValues, calibrated } from '../calibration/parameter.ts'
import { generationFormulas } from './generation-formulas.ts'

/** The numbers of a device that generation depends on. */
export interface GenerationDevice {
  /** Dense FLOP/s in the format computed in. */
  readonly peak: number
  /** Bytes per second. */
  readonly memoryBandwidth: number
  /** Watts. */
  readonly tdp: number
  /** What constants are particular to, such as a device family. */
  readonly scopes: readonly string[]
}

/** One batch of images or videos. */
export interface GenerationWorkload {
  readonly steps: number
  /** Passes through the model a step. */
  readonly passes: number
  readonly layers: number
  /** Of one pass for one sample. */
  readonly forward: ForwardPass
  readonly batch: number
  readonly devices: number
}

/** What a batch takes: seconds, mean watts of all devices, joules for each image or video. */
export interface GenerationEstimate {
  readonly seconds: number
  readonly watts: number
  readonly joulesPerSample: number
}

/**
 * Constants of generation. Efficiencies and energies have medians from kernel papers and from training runs that draw
 * their thermal design power. For element-wise traffic, host time and shared work nobody else publishes figures: their
 * medians were judged with the one publisher of generation energy in view, so what its rows show when it is left out
 * is less independent than elsewhere.
 */
export const generationParameters: readonly CalibrationParameter[] = [
  {
    id: 'matmulEfficiency',
    unit: '1',
    label: { en: 'Share of the dense peak in matrix products', zh: '矩阵乘法峰值利用率' },
    median: 0.65,
    spread: 0.15,
    reason: 'Large products reach 0.8 of the peak of an H100; those of a few thousand tokens less.',
    source: null,
  },
  {
    id: 'attentionEfficiency',
    unit: '1',
    label: { en: 'Share of the dense peak in attention', zh: '注意力峰值利用率' },
    median: 0.35,
    spread: 0.2,
    reason: 'FlashAttention-2 reaches 35 % of the peak of an H100 (Shah et al. 2024).',
    source: 'shah-2024',
  },
  {
    id: 'attentionEfficiency:blackwell',
    unit: '1',
    label: { en: 'Attention on Blackwell by that on Hopper', zh: 'Blackwell 相对 Hopper 的注意力效率' },
    median: 0.5,
    spread: 0.3,
    reason:
      'Kernels that were written before Blackwell do not use its tensor instructions and keep the speed that they had on Hopper, which has less than half the peak.',
    source: null,
  },
  {
    id: 'elementBytes',
    unit: 'byte',
    label: {
      en: 'Bytes that element-wise operations move for each token, sublayer and unit of width',
      zh: '逐元素运算每 token、子层与宽度单位的访存字节',
    },
    median: 250,
    spread: 0.4,
    reason:
      'Sublayers run operation by operation: norm, modulation, rotary embedding or activation, and residual read and write some sixty times 2 to 4 bytes, a few of them at four times the width.',
    source: null,
  },
  {
    id: 'bandwidthEfficiency',
    unit: '1',
    label: { en: 'Share of the memory bandwidth in element-wise operations', zh: '逐元素运算带宽利用率' },
    median: 0.85,
    spread: 0.1,
    reason: 'Streaming reads and writes of large tensors.',
    source: null,
  },
  {
    id: 'hostTimePerLayer',
    unit: 's',
    label: { en: 'Time in which the host issues a layer', zh: '主机下发一层的时间' },
    median: 1.5e-3,
    spread: 0.4,
    reason: 'Above a hundred operations at 10 µs each when they are issued one by one.',
    source: null,
  },
  {
    id: 'hostTimePerExchange',
    unit: 's',
    label: {
      en: 'Time that a layer takes longer for each further device that shares it',
      zh: '每增加一张共享设备每层增加的时间',
    },
    median: 3e-4,
    spread: 0.5,
    reason: 'Four exchanges of a layer between devices, each started and waited for on all of them.',
    source: null,
  },
  {
    id: 'parallelWork',
    unit: '1',
    label: { en: 'Work that sharing a sample adds, at very many devices', zh: '多卡共享样本增加的工作量' },
    median: 0.25,
    spread: 0.4,
    reason: 'Text tokens are computed on every device, and activations are exchanged around each attention.',
    source: null,
  },
  {
    id: 'staticShare',
    unit: '1',
    label: { en: 'Power at full clocks without work, by thermal design power', zh: '满频空载功耗占比' },
    median: 0.2,
    spread: 0.3,
    reason: 'Leakage, clocks and idle memory of a device that waits for its host.',
    source: null,
  },
  {
    id: 'energyPerFlop',
    unit: 'J/FLOP',
    label: { en: 'Energy that a 16-bit FLOP adds', zh: '每次 16 位浮点运算的动态能耗' },
    median: 1.1e-12,
    spread: 0.25,
    reason:
      'An H100 that trains at 0.41 of its peak and draws its 700 W spends 1.7 pJ a FLOP; a fifth of that is static and a sixth moves memory.',
    source: null,
  },
  {
    id: 'energyPerByte',
    unit: 'J/byte',
    label: { en: 'Energy that moving a byte of device memory adds', zh: '每字节访存的动态能耗' },
    median: 6e-11,
    spread: 0.3,
    reason: 'About 4 pJ a bit in the memory itself, and as much on the way to the registers.',
    source: null,
  },
]

/**
 * Time, power and energy of generating a batch. A step takes as long as computing and element-wise traffic, or as
 * the host needs to issue it, or as the thermal design power allows, whichever is longest.
 */
export function generationEstimate(
  device: GenerationDevice,
  { steps, passes, layers, forward, batch, devices }: GenerationWorkload,
  values: CalibrationValues,
): GenerationEstimate {
  const constant = (id: string): number => calibrated(values, id, device.scopes)
  const f = generationFormulas
  const { matmulFlop, attentionFlop, elements } = forward
  const samples = f.passesInFlight.fn(batch, passes, f.sharedWork.fn(constant('parallelWork'), devices))
  const bytes = f.trafficBytes.fn(samples, elements, constant('elementBytes'))
  const compute = f.computeSeconds.fn(
    samples,
    matmulFlop,
    constant('matmulEfficiency'),
    attentionFlop,
    constant('attentionEfficiency'),
    devices,
    device.peak,
  )
  const traffic = f.trafficSeconds.fn(bytes, devices, device.memoryBandwidth, constant('bandwidthEfficiency'))
  const issue = f.issueSeconds.fn(
    layers,
    constant('hostTimePerLayer'),
    devices,
    constant('hostTimePerExchange'),
  )
  const dynamic = f.dynamicEnergy.fn(
    samples,
    matmulFlop,
    attentionFlop,
    constant('energyPerFlop'),
    bytes,
    constant('energyPerByte'),
  )
  const idle = f.staticPower.fn(constant('staticShare'), device.tdp)
  const allowed = f.powerLimitSeconds.fn(dynamic, devices, device.tdp, idle)
  const seconds = f.stepSeconds.fn(compute, traffic, issue, allowed)
  const joules = f.stepEnergy.fn(dynamic, devices, idle, seconds)
  return {
    seconds: f.batchSeconds.fn(steps, seconds),
    watts: f.meanPower.fn(joules, seconds),
    joulesPerSample: f.energyPerSample.fn(steps, joules, batch),
  }
}

/** What constants are particular to on a device: its attention kernels are a generation behind on Blackwell. */
export function generationScopes(accelerator: string): readonly string[] {
  return /^g?b[123]00/.test(accelerator) ? ['blackwell'] : []
}

/** The measurements that an estimate of a device is like, the narrowest first. */
export function generationStrata(what: 'image' | 'video', accelerator: string): readonly string[] {
  return [`${what}:${accelerator}`, what, 'generation']
}
