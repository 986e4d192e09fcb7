import type { Config } from './config.ts'
import { startEmbeddedPostgres } from './store/embedded-postgres.ts'

/** A PostgreSQL to work on. */
export interface Database {
  readonly url: string
  /** Where an embedded one keeps its cluster; null for one of the operator's own. */
  readonly directory: string | null
  /** Whether the server of an embedded one runs; absent for the operator's own. */
  readonly isRunning?: () => boolean
  readonly close: () => Promise<void>
}

/** The PostgreSQL that the configuration names, or an embedded one. */
export async function openDatabase({ DATABASE_URL, DATA_DIR }: Config): Promise<Database> {
  if (DATABASE_URL !== undefined) return { url: DATABASE_URL, directory: null, close: async () => {} }
  const { url, directory, isRunning, stop } = await startEmbeddedPostgres(DATA_DIR)
  return { url, directory, isRunning, close: stop }
}
