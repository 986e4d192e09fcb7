import type { Unready } from './http/deps.ts'
import type { RunQueue } from './jobs/run-queue.ts'
import type { CatalogueSnapshot } from './store/catalogue.ts'
import type { Connection } from './store/connection.ts'
import { hasCatalogue, missingMigrations } from './store/readiness.ts'
import type { Store } from './store/store.ts'

/** How long a part has to answer, in ms: who asks again soon needs no better answer than "not now". */
const answersWithin = 2_000

interface Parts {
  readonly store: Store
  readonly pool: Connection['pool']
  readonly catalogue: () => CatalogueSnapshot
  readonly queue: RunQueue
  /** Whether the server of the embedded PostgreSQL runs; absent where there is none. */
  readonly isClusterRunning?: (() => boolean) | undefined
}

/** Looks at every part of an installation; those behind the database only when that answers. */
export async function unreadyParts({
  store,
  pool,
  catalogue,
  queue,
  isClusterRunning,
}: Parts): Promise<Unready[]> {
  const database = await look('database', 'The database does not answer.', async () => {
    await store.ping()
    return null
  })
  if (database !== null) {
    if (isClusterRunning === undefined || isClusterRunning()) return [database]
    return [{ part: 'cluster', detail: 'The server of the embedded PostgreSQL has ended.' }, database]
  }
  const looks = await Promise.all([
    look('migrations', 'The migrations that were applied cannot be read.', async () => {
      const missing = await missingMigrations(pool)
      return missing.length === 0 ? null : `The database lacks ${missing.join(', ')}: run "npm run migrate".`
    }),
    look('catalogue', 'The catalogue cannot be read.', async () => {
      const { version } = catalogue()
      return (await hasCatalogue(pool, version)) ? null : `The database has no catalogue ${version}.`
    }),
    look('queue', 'The queue does not answer.', async () =>
      (await queue.isReady()) ? null : 'The database has no queue of runs: start the service again.',
    ),
  ])
  return looks.filter(each => each !== null)
}

/** What is the matter with a part, or null; `silent` is said when it fails to answer, or takes too long. */
async function look(
  part: Unready['part'],
  silent: string,
  ask: () => Promise<string | null>,
): Promise<Unready | null> {
  const detail = await new Promise<string | null>(resolve => {
    const timer = setTimeout(() => resolve(silent), answersWithin)
    ask()
      .then(resolve, () => resolve(silent))
      .finally(() => clearTimeout(timer))
  })
  return detail === null ? null : { part, detail }
}
