import type { Dataset, Observation } from '../domain/market/dataset.ts'
import type { JsonObject } from './json.ts'

/** A dataset as estimators take it, from the two parts that it is stored in. */
export function datasetOf(id: string, version: number, head: JsonObject, body: JsonObject | null): Dataset {
  const observations = ((body?.observations ?? []) as unknown as Partial<Observation>[]).map(observation => ({
    low: null,
    high: null,
    note: null,
    ...observation,
  }))
  return { ...head, id, version, observations } as unknown as Dataset
}

/** Dataset versions never change, so one that was read is kept, up to a number of them. */
export function datasetCache(most: number) {
  const kept = new Map<string, Dataset>()
  return async (
    key: string,
    version: number,
    read: () => Promise<Dataset | null>,
  ): Promise<Dataset | null> => {
    const name = `${key}:${version}`
    const known = kept.get(name)
    if (known !== undefined) return known
    const dataset = await read()
    if (dataset !== null) {
      const oldest = kept.keys().next().value
      if (kept.size >= most && oldest !== undefined) kept.delete(oldest)
      kept.set(name, dataset)
    }
    return dataset
  }
}
