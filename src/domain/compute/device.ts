import type { Accelerator, Precision } from './catalogue.ts'

/** The numbers of a device that time and memory are computed from; null where the catalogue has none. */
export interface Device {
  readonly id: string
  readonly vendor: string
  readonly kind: Accelerator['kind']
  /** Dense peak in FLOP/s by number format. */
  readonly peak: Readonly<Partial<Record<Precision, number>>>
  /** Highest share of the dense 16-bit peak that a matrix product was measured to reach, or null. */
  readonly matmulCeiling: number | null
  /** Bytes. */
  readonly memory: number
  /** Bytes per second. */
  readonly memoryBandwidth: number
  /** Watts, or null. */
  readonly tdp: number | null
  /** Bytes per second and device, one direction, within a node and between nodes; null where unknown. */
  readonly intraNodeBandwidth: number | null
  readonly interNodeBandwidth: number | null
  readonly devicesPerNode: number | null
}

const devices = new WeakMap<Accelerator, Device>()

/** The numbers of an accelerator of the catalogue; one object an accelerator. */
export function deviceOf(accelerator: Accelerator): Device {
  let device = devices.get(accelerator)
  if (device === undefined) {
    const peak: Partial<Record<Precision, number>> = {}
    for (const [precision, datum] of Object.entries(accelerator.peakFlopPerSecond)) {
      peak[precision as Precision] = datum.value
    }
    const sixteenBit = peak.bf16 ?? peak.fp16
    const measured = accelerator.measuredMatmul?.bf16 ?? accelerator.measuredMatmul?.fp16
    device = {
      id: accelerator.id,
      vendor: accelerator.vendor,
      kind: accelerator.kind,
      peak,
      matmulCeiling: measured === undefined || sixteenBit === undefined ? null : measured.value / sixteenBit,
      memory: accelerator.memory.value,
      memoryBandwidth: accelerator.memoryBandwidth.value,
      tdp: accelerator.tdp?.value ?? null,
      intraNodeBandwidth: accelerator.intraNodeBandwidth?.value ?? null,
      interNodeBandwidth: accelerator.interNodeBandwidth?.value ?? null,
      devicesPerNode: accelerator.devicesPerNode?.value ?? null,
    }
    devices.set(accelerator, device)
  }
  return device
}
