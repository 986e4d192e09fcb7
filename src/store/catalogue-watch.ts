import type pg from 'pg'
import { type CatalogueSnapshot, currentCatalogueVersion, readCatalogue } from './catalogue.ts'

/** The catalogues of a database, as a process sees them. */
export interface CatalogueWatch {
  /** The edition that was current at the last look; nothing is read. */
  readonly current: () => CatalogueSnapshot
  /** An edition by its version, read once: runs keep the one that they were started with. */
  readonly ofVersion: (version: string) => Promise<CatalogueSnapshot>
  readonly stop: () => void
}

/**
 * Reads the current catalogue, and looks every `every` milliseconds whether another process has loaded another: one
 * row, away from any request. An edition that cannot be read (the database is away, or the edition is of a later
 * release) leaves the one before in place.
 */
export async function watchCatalogue(
  pool: pg.Pool,
  { every, onError }: { readonly every: number; readonly onError: (error: Error) => void },
): Promise<CatalogueWatch> {
  const known = new Map<string, Promise<CatalogueSnapshot>>()
  const ofVersion = (version: string): Promise<CatalogueSnapshot> => {
    const reading = known.get(version) ?? readCatalogue(pool, version)
    known.set(version, reading)
    reading.catch(() => known.delete(version))
    return reading
  }
  let current = await ofVersion(await currentCatalogueVersion(pool))

  let looking = false
  const look = async () => {
    if (looking || pool.ended) return
    looking = true
    try {
      const version = await currentCatalogueVersion(pool)
      if (version !== current.version) current = await ofVersion(version)
    } catch (error) {
      onError(error as Error)
    } finally {
      looking = false
    }
  }
  const timer = setInterval(look, every).unref()
  return { current: () => current, ofVersion, stop: () => clearInterval(timer) }
}
