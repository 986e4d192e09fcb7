import { observationColumns } from './observation-cell.ts'
import type { TableObservation } from './observation-table.ts'
import { observationKey } from './observations.ts'

/** How a table goes into a series: beside what is there, replacing what it states anew, or instead of it all. */
export const importModes = ['merge', 'replace'] as const
export type ImportMode = (typeof importModes)[number]

/** A series after an import, and what of it is new. */
export interface MergedObservations {
  readonly observations: readonly TableObservation[]
  readonly added: number
  readonly replaced: number
  readonly unchanged: number
  readonly removed: number
}

/** Puts the observations of a table into a series. What tells observations apart is `observationKey`. */
export function mergeObservations(
  present: readonly TableObservation[],
  imported: readonly TableObservation[],
  mode: ImportMode,
): MergedObservations {
  const known = new Map(present.map(observation => [observationKey(observation), observation]))
  const merged = mode === 'merge' ? new Map(known) : new Map<string, TableObservation>()
  let [added, replaced, unchanged] = [0, 0, 0]
  for (const observation of imported) {
    const key = observationKey(observation)
    const before = known.get(key)
    if (before === undefined) added++
    else if (sameObservation(before, observation)) unchanged++
    else replaced++
    merged.set(key, observation)
  }
  const removed = [...known.keys()].filter(key => !merged.has(key)).length
  return { observations: [...merged.values()], added, replaced, unchanged, removed }
}

const sameObservation = (one: TableObservation, other: TableObservation): boolean =>
  observationColumns.every(column => (one[column] ?? null) === (other[column] ?? null))

/** Observations as rows of a table, under a row that names the columns. */
export function observationRows(observations: readonly TableObservation[]): (string | number | null)[][] {
  return [
    [...observationColumns],
    ...observations.map(observation => observationColumns.map(column => observation[column] ?? null)),
  ]
}
