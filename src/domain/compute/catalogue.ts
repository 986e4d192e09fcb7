import type { ErrorStratum } from '../evidence/backtest/interval.ts'
import type { ArchitectureDescription } from './architecture/transformer.ts'
import type { CalibrationProfile } from './calibration/parameter.ts'

/** A catalogue value with its unit, where it stands, and whether it was seen there or recalled. */
export interface Datum<T = number> {
  readonly value: T
  readonly unit: string | null
  readonly provenance: 'read' | 'recalled' | 'derived'
  readonly source: string
  /** Row, table or line within the source. */
  readonly locator: string | null
  /** The state of the source that the value was taken from. */
  readonly vintage: string | null
  readonly note?: string
}

/** Number formats that a device has a peak for. */
export const precisions = ['fp64', 'fp32', 'tf32', 'fp16', 'bf16', 'fp8', 'int8', 'fp4'] as const
export type Precision = (typeof precisions)[number]

/** Bytes that one parameter takes in each format; tf32 is stored in four bytes. */
export const bytesPerParameter: Readonly<Record<Precision, number>> = {
  fp64: 8,
  fp32: 4,
  tf32: 4,
  fp16: 2,
  bf16: 2,
  fp8: 1,
  int8: 1,
  fp4: 0.5,
}

/** A device. Peaks are dense: figures that count 2:4 sparsity are twice as high and are not stored. */
export interface Accelerator {
  readonly id: string
  readonly name: string
  readonly vendor: string
  readonly kind: 'gpu' | 'tpu' | 'npu'
  readonly peakFlopPerSecond: Readonly<Partial<Record<Precision, Datum>>>
  /** Most that matrix multiplication was measured to reach. */
  readonly measuredMatmul: Readonly<Partial<Record<Precision, Datum>>> | null
  readonly memory: Datum
  readonly memoryBandwidth: Datum
  readonly tdp: Datum | null
  readonly allInPowerPerDevice: Datum | null
  /** Per device and direction. */
  readonly intraNodeBandwidth: Datum | null
  readonly interNodeBandwidth: Datum | null
  readonly devicesPerNode: Datum | null
  readonly releasePrice: Datum | null
  readonly releaseDate: Datum<string> | null
}

/** A published model, with the counts and training figures that its publishers or Epoch AI give. */
export interface CatalogueModel {
  readonly id: string
  readonly name: string
  readonly organization: string
  readonly parameters: Datum | null
  readonly activeParameters: Datum | null
  readonly architecture: ArchitectureDescription | null
  readonly architectureSource: {
    readonly source: string
    readonly locator: string | null
    readonly provenance: Datum['provenance']
  } | null
  readonly counted: { readonly total: number; readonly active: number; readonly matmulActive: number } | null
  readonly training: {
    readonly flop: Datum | null
    readonly tokens: Datum | null
    readonly mfu: Datum | null
  } | null
}

/** What a vendor asked for a device on a day, in USD per device-hour, or per device for `purchase`. */
export interface PriceObservation {
  readonly id: string
  readonly accelerator: string
  readonly date: string
  readonly vendor: string
  readonly onDemand: number | null
  readonly commitment1y: number | null
  readonly commitment3y: number | null
  readonly spot: number | null
  readonly purchase: number | null
  /** What a purchase price is the price of; null where the source does not say. */
  readonly basis: 'single-unit' | 'server-share' | 'estimate' | null
  readonly provenance: Datum['provenance']
  readonly source: string
}

/** Yuan per dollar, average of a year. */
export interface ExchangeRate {
  readonly year: number
  readonly value: number
  readonly provenance: Datum['provenance']
  readonly source: string
}

/** A constant of cost or energy: one value, or values by family of devices, vendor or year. */
export interface CostConstant {
  readonly id: string
  readonly value?: number
  readonly values?: Readonly<Record<string, unknown>>
  readonly unit: string
  readonly provenance: Datum['provenance']
  readonly source: string
  readonly locator: string | null
}

/** Consumer prices of the United States, average of a year. */
export interface PriceIndex {
  readonly year: number
  readonly value: number
  readonly provenance: Datum['provenance']
  readonly source: string
}

/** By how many percent consumer prices of China rose in a year over the year before. */
export interface PriceChange {
  readonly year: number
  readonly value: number
  readonly provenance: Datum['provenance']
  readonly source: string
}

/** The reference data that estimators look things up in: an immutable snapshot of one version. */
export interface Catalogue {
  readonly version: string
  readonly accelerators: ReadonlyMap<string, Accelerator>
  readonly models: ReadonlyMap<string, CatalogueModel>
  /** By accelerator id, oldest first. */
  readonly prices: ReadonlyMap<string, readonly PriceObservation[]>
  /** Yuan per dollar by year, ascending. */
  readonly exchangeRates: readonly ExchangeRate[]
  /** Constants of cost and energy, by id. */
  readonly costConstants: ReadonlyMap<string, CostConstant>
  /** Consumer prices of the United States by year, ascending. */
  readonly priceIndex: readonly PriceIndex[]
  /** Consumer prices of China by year, ascending and without gaps. */
  readonly priceChanges: readonly PriceChange[]
  /** MFU that published training runs reached, ascending. */
  readonly publishedMfu: readonly number[]
  /** Fitted constants by family of models, fitted on the measurements of all publishers. */
  readonly calibration: ReadonlyMap<string, CalibrationProfile>
  /** How far off left-out estimates were, by family and stratum. */
  readonly errorStrata: ReadonlyMap<string, ErrorStratum>
}

/** The catalogue without what a snapshot of it may hold besides: plain data, which crosses from thread to thread. */
export function onlyCatalogue({
  version,
  accelerators,
  models,
  prices,
  exchangeRates,
  costConstants,
  priceIndex,
  priceChanges,
  publishedMfu,
  calibration,
  errorStrata,
}: Catalogue): Catalogue {
  return {
    ...{ version, accelerators, models, prices, exchangeRates, costConstants },
    ...{ priceIndex, priceChanges, publishedMfu, calibration, errorStrata },
  }
}
