import type { Device } from '../../compute/device.ts'
import { powerFormulas } from '../../compute/training-time/power-limit.ts'
import type { MeasuredSetup } from './measurement.ts'

/** Ceiling of matrix products at rated power, for devices that nobody measured. */
const usualCeiling = 0.8

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined

/**
 * A device as the board of a setup: its workload may tell a power limit (`power_limit_w`), below which large products
 * run at a lower clock, and a memory bandwidth (`memory_bandwidth_tb_per_s`) other than the catalogue's.
 */
export function boardOf(device: Device, { workload }: MeasuredSetup): Device {
  const limit = positive(workload?.power_limit_w)
  const bandwidth = positive(workload?.memory_bandwidth_tb_per_s)
  if (limit === undefined && bandwidth === undefined) return device
  const { tdp } = device
  const clock = limit === undefined || tdp === null || limit >= tdp ? 1 : powerFormulas.clock.fn(limit, tdp)
  return {
    ...device,
    matmulCeiling: clock === 1 ? device.matmulCeiling : (device.matmulCeiling ?? usualCeiling) * clock,
    memoryBandwidth: bandwidth === undefined ? device.memoryBandwidth : bandwidth * 1e12,
  }
}
