import type { RunQueue } from '../jobs/run-queue.ts'
import type { Threads } from '../jobs/threads.ts'
import type { ReadinessPart } from '../schemas/service.ts'
import type { Scope } from '../store/access.ts'
import type { CatalogueSnapshot } from '../store/catalogue.ts'
import type { Store } from '../store/store.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Tracing } from '../telemetry/tracing.ts'

/** Who sends a request, and what they may do. */
export interface Principal {
  /** `local`, `key:…` or `token:…`: the audit log and the limits go by it. */
  readonly id: string
  readonly workspaceId: string
  readonly scopes: ReadonlySet<Scope>
}

/** What protects a process from being asked too much. */
export interface Limits {
  /** Units that a principal may spend in a minute; an estimate is one. */
  readonly unitsPerMinute: number
  /** How late the event loop may be, time after time, before requests are turned away, in ms; 0 never does. */
  readonly eventLoopDelay: number
  /** Addresses of the proxies whose X-Forwarded-For is believed. */
  readonly proxies: readonly string[]
}

/** A part of the service that keeps it from doing its work, and what is the matter. */
export interface Unready {
  readonly part: ReadinessPart
  readonly detail: string
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
  /** The parts that are not ready; none when the service can do its work. Answers within a few seconds. */
  readonly unready: () => Promise<readonly Unready[]>
  readonly metrics: Metrics
  /** Null where nothing is traced. */
  readonly tracing: Tracing | null
  readonly newId: (prefix: string) => string
  /** 256 random bits in base64url. */
  readonly newSecret: () => string
  readonly limits: Limits
  /** Signs cursors, so that a caller cannot make one up. */
  readonly cursorSecret: string
  readonly publicUrl: string | null
}

/** The one principal of an installation without keys: it may do everything, in the default workspace. */
export const everything: Principal = {
  id: 'local',
  workspaceId: 'default',
  scopes: new Set(['read', 'write', 'run', 'admin'] as const),
}
