import type { CalibrationParameter, CalibrationValues } from '../../compute/calibration/parameter.ts'
import type { Catalogue } from '../../compute/catalogue.ts'

export const measurementKinds = [
  'training-flops',
  'mfu',
  'training-time',
  'training-memory',
  'training-cost',
  'energy',
  'inference-latency',
  'inference-memory',
  'inference-throughput',
] as const
export type MeasurementKind = (typeof measurementKinds)[number]

/**
 * What a published measurement was made on: model, devices, layout, software, workload. It is all that an estimate
 * sees of a row; what was measured is not in it.
 */
export interface MeasuredSetup {
  readonly id: string
  readonly kind: MeasurementKind
  /** Publisher; rows of one are left out together. */
  readonly group: string
  /** The quantity that is asked for, with its unit in its name, such as `step_time_s`. */
  readonly key: string
  readonly model?: string
  readonly params?: number
  readonly params_active?: number
  readonly layers?: number
  readonly hidden?: number
  readonly heads?: number
  readonly kv_heads?: number
  readonly head_dim?: number
  readonly ffn?: number
  readonly dense_ffn?: number
  readonly vocab?: number
  readonly experts?: number
  readonly top_k?: number
  readonly shared_experts?: number
  readonly first_k_dense?: number
  readonly attention?: string
  readonly q_lora_rank?: number
  readonly kv_lora_rank?: number
  readonly qk_nope_head_dim?: number
  readonly qk_rope_head_dim?: number
  readonly v_head_dim?: number
  readonly seq?: number
  readonly tokens?: number
  readonly dataset_size?: number
  readonly gpu?: string
  readonly gpu_id?: string
  readonly n_gpus?: number
  readonly tp?: number
  readonly pp?: number
  readonly dp?: number
  readonly cp?: number
  readonly ep?: number
  readonly vp?: number
  readonly interleave?: number
  readonly zero?: number
  readonly fsdp?: string
  readonly optimizer_stage?: string
  readonly recompute?: string
  readonly micro_batch?: number
  readonly global_batch?: number
  readonly precision?: string
  readonly kv_dtype?: string
  readonly framework?: string
  readonly workload?: Readonly<Record<string, unknown>>
}

/** A published measurement: its setup, and the one quantity that an estimate is compared with. */
export interface Measurement {
  readonly setup: MeasuredSetup
  /** In the unit that the key names. */
  readonly measured: number
}

/** A setup that can be estimated. Reading it is done once, estimating as often as constants are tried. */
export interface Estimable {
  /** The estimate in the unit of the setup's key, under calibration constants. */
  readonly estimate: (values: CalibrationValues) => number
  /** From the narrowest to the widest: which measurements this one is like. */
  readonly strata: readonly string[]
  /** What simpler methods say of the same setup, by name. */
  readonly baselines?: Readonly<Record<string, number>>
}

/** A setup that cannot be estimated, and why. */
export interface NotEstimable {
  readonly reason: string
}

/** A family of measurements that one physical model with one set of constants estimates. */
export interface BacktestFamily {
  readonly id: string
  readonly parameters: readonly CalibrationParameter[]
  /** Whether this family estimates such a setup, by its kind and key. */
  readonly covers: (setup: MeasuredSetup) => boolean
  readonly read: (setup: MeasuredSetup, catalogue: Catalogue) => Estimable | NotEstimable
}
