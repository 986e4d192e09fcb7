import type { UnestimatedRow } from './backtest.ts'
import { type MeasuredSetup, type Measurement, measurementKinds } from './measurement.ts'

/** What a row of a file of measurements must have; all else is setup, or not looked at. */
export interface MeasurementRow {
  readonly id: string
  readonly kind: string
  readonly group: string
  readonly scored?: boolean
  readonly score?: { readonly key: string; readonly value: number } | null
  readonly [member: string]: unknown
}

/** The members of a row that describe what was measured on. Outcomes are not among them. */
const setupMembers = [
  ...[
    'model',
    'params',
    'params_active',
    'layers',
    'hidden',
    'heads',
    'kv_heads',
    'head_dim',
    'ffn',
    'dense_ffn',
  ],
  ...[
    'vocab',
    'experts',
    'top_k',
    'shared_experts',
    'first_k_dense',
    'attention',
    'q_lora_rank',
    'kv_lora_rank',
  ],
  ...['qk_nope_head_dim', 'qk_rope_head_dim', 'v_head_dim', 'seq', 'tokens', 'dataset_size', 'gpu', 'gpu_id'],
  ...[
    'n_gpus',
    'tp',
    'pp',
    'dp',
    'cp',
    'ep',
    'vp',
    'interleave',
    'zero',
    'fsdp',
    'optimizer_stage',
    'recompute',
  ],
  ...['micro_batch', 'global_batch', 'precision', 'kv_dtype', 'framework', 'workload'],
] as const satisfies readonly (keyof MeasuredSetup)[]

const isKind = (kind: string): kind is MeasuredSetup['kind'] =>
  (measurementKinds as readonly string[]).includes(kind)

/**
 * A row as a setup that an estimate may see, with what was measured apart; or why it is none. Of the outcome only the
 * name of the quantity goes into the setup, as it says what is asked.
 */
export function readMeasurement(row: MeasurementRow): Measurement | { readonly reason: string } {
  const { id, kind, group, score } = row
  if (!isKind(kind)) return { reason: `the kind "${kind}" is not one of ${measurementKinds.join(', ')}` }
  if (score === undefined || score === null || typeof score.key !== 'string') {
    return { reason: 'the row names no quantity to compare with' }
  }
  const setup: Record<string, unknown> = { id, kind, group, key: score.key }
  for (const member of setupMembers) {
    const value = row[member]
    if (value !== undefined && value !== null) setup[member] = value
  }
  return { setup: setup as unknown as MeasuredSetup, measured: Number(score.value) }
}

/** The rows of a file that can be compared, and those that cannot, with the reason. */
export function readMeasurements(rows: readonly unknown[]): {
  readonly measurements: readonly Measurement[]
  readonly unread: readonly UnestimatedRow[]
} {
  const measurements: Measurement[] = []
  const unread: UnestimatedRow[] = []
  for (const row of rows as readonly MeasurementRow[]) {
    if (row.scored === false) continue
    const read = readMeasurement(row)
    if ('setup' in read) measurements.push(read)
    else {
      const { id, kind, group, score } = row
      unread.push({ id, kind, group, key: score?.key ?? '', reason: read.reason })
    }
  }
  return { measurements, unread }
}
