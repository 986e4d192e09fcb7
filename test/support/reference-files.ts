import { readdirSync, readFileSync } from 'node:fs'

/** A row of a data file. */
export type Row = { readonly id: string } & Readonly<Record<string, unknown>>

const directory = new URL('../../prisma/data/', import.meta.url)

/** A file of `prisma/data`, parsed. */
export function dataFile<T = Row[]>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, directory), 'utf8')) as T
}

/** All rows of `prisma/data/sources`. */
export function sourceRows(): Row[] {
  return readdirSync(new URL('sources/', directory)).flatMap(file => dataFile(`sources/${file}`))
}

/** All market series, in the order of their list. */
export function datasetRows<T = Row>(): T[] {
  return ['datasets', 'chart-datasets', 'infrastructure-datasets', 'usage-datasets'].flatMap(file =>
    dataFile<T[]>(`${file}.json`),
  )
}
