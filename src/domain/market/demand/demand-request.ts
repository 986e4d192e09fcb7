import type { PowerRequest } from '../../compute/energy/power.ts'
import type { FleetRequest, PerformanceRequest } from '../../compute/serving/performance-request.ts'
import type { WeightsRequest } from '../../compute/serving/weights.ts'
import type { DeviceThroughputRequest } from '../../compute/training/device-throughput.ts'
import type { Label } from '../../units.ts'
import type { userUnits } from '../bottom-up.ts'
import type { Growth } from '../growth.ts'
import type { SegmentSize } from '../segment-size.ts'

/** How many users there are in a year: exactly one of a number and a dataset of people. */
export interface Users {
  readonly value?: number
  readonly unit?: (typeof userUnits)[number]
  readonly dataset?: string
  /** The observation of the dataset that is meant, such as `2023-01`; default: that of the year. */
  readonly period?: string
  /** Default: the year of the period, else the base year. */
  readonly year?: number
}

/** What servers are bought at, and how long they last; what is absent is the catalogue's. */
export interface ServerRequest {
  readonly devices?: number
  readonly price?: { readonly perServer: number; readonly currency?: 'USD' | 'CNY' }
  /** Price of a device, from which that of a server follows. */
  readonly devicePrice?: { readonly perDevice: number; readonly currency?: 'USD' | 'CNY' }
  readonly overhead?: number
  /** Share of the network between servers in the price of the cluster. */
  readonly networkShare?: number
  /** Servers that are there before the first year. */
  readonly installed?: number
  /** Years after which a server is replaced. */
  readonly lifetime?: number
}

/** Shares of server markets that the founding report prints. */
export const reportedShareIds = ['N081', 'N082', 'N083'] as const
export type ReportedShareId = (typeof reportedShareIds)[number]

/** A vendor of servers: its share of the spending, given or as printed in a claim of the founding report. */
export interface Vendor {
  readonly id: string
  readonly label?: Label
  readonly share?: number
  readonly claim?: ReportedShareId
}

/** What users who pay are asked for a month. */
export interface Subscription {
  readonly pricePerMonth: number
  readonly currency?: 'USD' | 'CNY'
  /** Share of the users who pay; without it the share that covers the cost is told alone. */
  readonly payerRate?: number
}

/** What training takes beside serving: the compute of a run, how fast it is to be, and how many there are a year. */
export interface TrainingDemand {
  readonly trainingFlop?: number
  readonly tokens?: number
  readonly precision?: DeviceThroughputRequest['precision']
  readonly throughput?: DeviceThroughputRequest['throughput']
  /** Days that a run may take. */
  readonly days?: number
  readonly runsPerYear?: number
  /** Growth of the compute of a run a year. */
  readonly growth?: number
  /** Servers that train before the first year. */
  readonly installed?: number
}

/** What `demand` is asked. The members on model, devices and speed are those of `serving`. */
export interface DemandRequest
  extends Partial<WeightsRequest>,
    Pick<PerformanceRequest, 'framework' | 'kvPrecision' | 'slo' | 'price' | 'utilisation'> {
  readonly baseYear?: number
  readonly targetYear?: number
  readonly asOf?: string
  readonly region?: string
  readonly users?: Users
  /** Share of the users who come on a day; default 1: they are counted by the day. */
  readonly dailyShare?: number
  readonly growth?: Growth
  readonly sessionsPerUser?: number
  readonly requestsPerSession?: number
  /** Growth of the sessions of a user a year. */
  readonly usageGrowth?: number
  readonly workload?: Omit<NonNullable<PerformanceRequest['workload']>, 'concurrency' | 'requestsPerSecond'>
  readonly accelerator?: { readonly id: string }
  readonly memoryReserve?: number
  readonly parallel?: Omit<NonNullable<PerformanceRequest['parallel']>, 'data'>
  readonly fleet?: Omit<FleetRequest, 'dailyUsers' | 'requestsPerUser'>
  /** Growth of what a device delivers a year, by better software: an assumption of the caller. */
  readonly efficiencyGain?: number
  readonly server?: ServerRequest
  readonly energy?: PowerRequest
  readonly electricityPrice?: number
  readonly priceAsOf?: string
  readonly subscription?: Subscription
  readonly vendors?: readonly Vendor[]
  /** The server market that the spending is held against. */
  readonly market?: Pick<SegmentSize, 'value' | 'unit' | 'dataset' | 'year'>
  readonly training?: TrainingDemand
}
