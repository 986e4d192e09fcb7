import type { RunQueue } from '../jobs/run-queue.ts'
import type { Threads } from '../jobs/threads.ts'
import type { CatalogueSnapshot } from '../store/catalogue.ts'
import type { Store } from '../store/store.ts'

/** Who sends a request, and what they may do. */
export interface Principal {
  readonly workspaceId: string
  readonly scopes: ReadonlySet<'read' | 'write' | 'run' | 'admin'>
}

/** What the HTTP layer works with. All of it is given: nothing here is a singleton. */
export interface HttpDeps {
  readonly store: Store
  readonly catalogue: () => CatalogueSnapshot
  /** An edition of the catalogue by its version. */
  readonly catalogueOf: (version: string) => Promise<CatalogueSnapshot>
  readonly queue: RunQueue
  /** Runs of one workspace that may wait for a worker. */
  readonly mostQueued: number
  /** Where calculations go that would hold the event loop up. */
  readonly threads: Threads
  readonly clock: () => Date
  readonly newId: (prefix: string) => string
  /** Signs cursors, so that a caller cannot make one up. */
  readonly cursorSecret: string
  readonly publicUrl: string | null
}

/** The one principal of an installation without keys: it may do everything, in the default workspace. */
export const everything: Principal = {
  workspaceId: 'default',
  scopes: new Set(['read', 'write', 'run', 'admin'] as const),
}
