import type { Label, Unit } from '../../units.ts'

/**
 * A constant of a physical model that only measurement can tell, such as the share of its bandwidth that memory
 * delivers. `median` and `spread` are what is known before any measurement: half of all values lie below the median,
 * and the logarithm has the standard deviation `spread`. A fit moves a constant away from there only as far as the
 * measurements ask for it; what no measurement touches stays at the median.
 *
 * The id of a constant that holds everywhere is a plain name (`bandwidthEfficiency`). One that holds for a software
 * stack or a device family is named `bandwidthEfficiency:vllm`; it multiplies the plain one and has the median 1.
 */
export interface CalibrationParameter {
  readonly id: string
  readonly unit: Unit
  readonly label: Label
  readonly median: number
  /** Standard deviation of the natural logarithm. */
  readonly spread: number
  /** The physical reason for the constant, and for its median. */
  readonly reason: string
  /** Id of the source of the median, or null when it is a judgement. */
  readonly source: string | null
}

/** Values of calibration constants by id. */
export type CalibrationValues = Readonly<Record<string, number>>

/** Fitted constants of one family of models, with what they were fitted on. */
export interface CalibrationProfile {
  /** The family of models, such as `training-time`. */
  readonly family: string
  readonly version: string
  /** The publisher whose measurements were left out, or null when all were used. */
  readonly leftOut: string | null
  readonly groups: readonly string[]
  readonly rows: number
  readonly values: CalibrationValues
}

/** A constant for a stack or family: the plain value times what is particular to each of `scopes`. */
export function calibrated(values: CalibrationValues, id: string, scopes: readonly string[]): number {
  let value = values[id] as number
  for (const scope of scopes) value *= values[`${id}:${scope}`] ?? 1
  return value
}

/** The values that are known before any measurement. */
export function medians(parameters: readonly CalibrationParameter[]): Record<string, number> {
  return Object.fromEntries(parameters.map(({ id, median }) => [id, median]))
}
