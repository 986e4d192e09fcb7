import { DomainError } from '../../errors.ts'
import { deviceFamily } from '../calibration/device-family.ts'
import type { Precision } from '../catalogue.ts'
import type { Device } from '../device.ts'

/** Devices and the two levels of network between them, as plain numbers: what a training step runs on. */
export interface TrainingSystem {
  /** Dense peak in the format of the matrix products, FLOP/s. */
  readonly peak: number
  /** Dense 16-bit peak, FLOP/s: attention, the output head and everything that stays in 16 bits. */
  readonly widePeak: number
  /** Share of the peak that large matrix products were measured to reach. */
  readonly matmulCeiling: number
  /** Bytes of an operand of a matrix product. */
  readonly operandBytes: number
  /** Whether operands carry a scale for each few values (MXFP8, MXFP4, NVFP4), not one for a tensor. */
  readonly blockScaled: boolean
  /** Bytes per second. */
  readonly memoryBandwidth: number
  /** Bytes per second and device, one direction, within a node and between nodes. */
  readonly intraNodeBandwidth: number
  readonly interNodeBandwidth: number
  readonly devicesPerNode: number
  /** Bytes. */
  readonly memory: number
  /** Architecture that constants are known for, or undefined. */
  readonly family: string | undefined
}

/** What a request may say of the network instead of the catalogue. */
export interface NetworkChoice {
  readonly intraNodeBandwidth?: number
  readonly interNodeBandwidth?: number
  readonly devicesPerNode?: number
}

/** Median of the measured ceilings of the catalogue's GPUs, for devices that nobody measured. */
const gpuCeiling = 0.8
/** One systolic array a core and a compiler that plans it: published training runs themselves pass 0.7 of the peak. */
const tpuCeiling = 0.9

/** PCI Express 4.0 × 16, one direction: what devices without a link of their own are joined by. */
const hostLink = 32e9
/** One 200 Gbit/s port for each two devices. */
const typicalPort = 12.5e9
/** Share of a chip's links that cross the faces of a slice where the data-centre network takes over. */
const typicalNode = 8

/** Bytes of an operand of a product by number format. */
const operandBytes: Readonly<Record<Precision, number>> = {
  fp64: 8,
  fp32: 4,
  tf32: 4,
  fp16: 2,
  bf16: 2,
  fp8: 1,
  int8: 1,
  fp4: 0.5,
}

/**
 * The numbers of a device in a cluster. A format that the device has no peak for is computed in 16 bits, as software
 * does. Throws `missing-value` for a device without any peak.
 */
export function trainingSystem(
  device: Device,
  precision: Precision,
  network: NetworkChoice = {},
  blockScaled = precision === 'fp4',
): TrainingSystem {
  const wide = device.peak.bf16 ?? device.peak.fp16 ?? device.peak.tf32 ?? device.peak.fp32
  const narrow = device.peak[precision]
  const peak = narrow ?? wide ?? device.peak.fp8 ?? device.peak.int8
  if (peak === undefined) {
    throw new DomainError('missing-value', `The catalogue has no peak for ${device.id}.`, {
      pointer: '/accelerator/id',
      facts: { accelerator: device.id },
    })
  }
  const torus = device.kind === 'tpu'
  const intraNodeBandwidth = network.intraNodeBandwidth ?? device.intraNodeBandwidth ?? hostLink
  return {
    peak,
    // What stays in 16 bits beside narrow products does not run faster than products of a wider format do.
    widePeak: Math.min(wide ?? peak, operandBytes[precision] > 2 ? peak : Number.POSITIVE_INFINITY),
    matmulCeiling: device.matmulCeiling ?? (torus ? tpuCeiling : gpuCeiling),
    operandBytes: narrow === undefined ? 2 : operandBytes[precision],
    blockScaled: blockScaled && narrow !== undefined,
    memoryBandwidth: device.memoryBandwidth,
    intraNodeBandwidth,
    // A torus has no nodes: its links reach as far as a slice does.
    interNodeBandwidth:
      network.interNodeBandwidth ?? device.interNodeBandwidth ?? (torus ? intraNodeBandwidth : typicalPort),
    devicesPerNode: network.devicesPerNode ?? device.devicesPerNode ?? typicalNode,
    memory: device.memory,
    family: deviceFamily(device.id),
  }
}
