import { countParameters, type ParameterCounts } from '../../src/domain/compute/architecture/parameters.ts'
import {
  type ArchitectureDescription,
  type Transformer,
  transformerOf,
} from '../../src/domain/compute/architecture/transformer.ts'
import { dataFile, type Row } from './reference-files.ts'

/** A model of the data files. */
export interface ModelRow extends Row {
  readonly parameters: { readonly value: number } | null
  readonly architecture: ArchitectureDescription | null
}

const rows = new Map(dataFile<ModelRow[]>('models.json').map(row => [row.id, row]))

export const modelRows: readonly ModelRow[] = [...rows.values()]

/** The architecture of a model of the data files. */
export function architectureRow(id: string): ArchitectureDescription {
  const architecture = rows.get(id)?.architecture
  if (!architecture) throw new Error(`There is no architecture of ${id}.`)
  return architecture
}

export const transformerRow = (id: string): Transformer => transformerOf(architectureRow(id))
export const countsOf = (id: string): ParameterCounts => countParameters(transformerRow(id))

/** How far a number is from another, relative to the other. */
export const apart = (value: number, from: number): number => Math.abs(value / from - 1)
