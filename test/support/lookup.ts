import type { Lookup } from '../../src/domain/estimate.ts'
import type { Dataset } from '../../src/domain/market/dataset.ts'
import { catalogueOfFiles } from '../../src/store/catalogue-files.ts'
import { datasetOf } from '../../src/store/dataset-cache.ts'
import { readReferenceData } from '../../src/store/reference-data.ts'

/** The catalogue and all datasets as the data files have them: what estimators look up, without a database. */
export function lookupOfFiles(): Lookup {
  const datasets = readReferenceData()
    .documents.filter(({ kind }) => kind === 'dataset')
    .map(({ id, head, body }): [string, Dataset] => [id, datasetOf(id, 1, head, body)])
  return { catalogue: catalogueOfFiles(), datasets: new Map(datasets) }
}
