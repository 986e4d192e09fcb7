import { formula } from '../../sheet/formula.ts'
import type { TrainingConstants } from './training-constants.ts'
import type { TrainingSystem } from './training-system.ts'

/** Bytes that a device sends in a collective of n devices over a message of M bytes (ring algorithms). */
export const collectiveFormulas = {
  allReduce: formula({
    text: '2 · (n − 1) / n · M',
    symbols: ['n', 'M'],
    inputUnits: ['device', 'byte'],
    unit: 'byte',
    fn: (devices, bytes) => ((2 * (devices - 1)) / devices) * bytes,
    source: 'narayanan-2021',
  }),
  allGather: formula({
    text: '(n − 1) / n · M',
    symbols: ['n', 'M'],
    inputUnits: ['device', 'byte'],
    unit: 'byte',
    fn: (devices, bytes) => ((devices - 1) / devices) * bytes,
    source: 'rajbhandari-2020',
  }),
} as const

/**
 * Seconds in which each of `devices` sends `bytes` around a ring, of which `near` devices share a node. Between nodes
 * the devices of a node use their ports side by side, so a ring is as fast as its slower part.
 */
export function ringTime(
  bytes: number,
  devices: number,
  near: number,
  system: TrainingSystem,
  c: TrainingConstants,
): number {
  if (devices <= 1) return 0
  const within = system.intraNodeBandwidth * c.intraNode
  if (near >= devices) return bytes / within + c.hop * Math.log2(devices)
  const between = system.interNodeBandwidth * c.interNode * near
  const hops = Math.log2(devices) + Math.log2(devices / near)
  return bytes / Math.min(within, between) + c.hop * hops
}

/**
 * Seconds in which each of `devices` sends `bytes` to some `chosen` of them, of which `near` share a node; `copies` of
 * them go to different nodes. Each device sends what leaves the node through its own port.
 */
export function allToAllTime(
  bytes: number,
  chosen: number,
  copies: number,
  devices: number,
  near: number,
  system: TrainingSystem,
  c: TrainingConstants,
): number {
  if (devices <= 1) return 0
  const inside = (bytes * chosen * (near - 1)) / near
  const outside = near >= devices ? 0 : (bytes * copies * (devices - near)) / devices
  const time = Math.max(
    inside / (system.intraNodeBandwidth * c.intraNode),
    outside / (system.interNodeBandwidth * c.interNode),
  )
  return time + c.hop * Math.log2(devices)
}

/** Devices of a group that share a node, where `stride` devices lie between neighbours of the group. */
export function nearDevices(group: number, stride: number, devicesPerNode: number): number {
  return Math.max(1, Math.min(group, Math.floor(devicesPerNode / stride)))
}
