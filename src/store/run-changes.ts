import pg from 'pg'

/** The channel on which every change of a run is told, with the run's id. */
export const runChannel = 'run_changed'

/** Tells of changes of runs, whichever process made them. */
export interface RunChanges {
  /** Calls `changed` after each change of a run until the function it returns is called. A change may be missed. */
  readonly watch: (id: string, changed: () => void) => () => void
  readonly stop: () => Promise<void>
}

/** How long after a broken connection the next is tried, in milliseconds. */
const retryAfter = 1_000

/**
 * Listens on one connection for all runs that are watched. While the connection is away, changes are missed: who
 * watches also looks from time to time.
 */
export function listenForRunChanges(url: string, onError: (error: Error) => void): RunChanges {
  const watchers = new Map<string, Set<() => void>>()
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined
  let stopped = false

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'reckon-changes',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    })
    client = next
    let lost = false
    const lose = (error?: Error) => {
      if (lost) return
      lost = true
      if (stopped) return
      if (error !== undefined) onError(error)
      next.end().catch(() => {})
      retry = setTimeout(connect, retryAfter).unref()
    }
    next.on('error', lose)
    next.on('end', () => lose())
    next.on('notification', ({ payload = '' }) => {
      for (const changed of watchers.get(payload) ?? []) changed()
    })
    try {
      await next.connect()
      await next.query(`LISTEN ${runChannel}`)
    } catch (error) {
      lose(error as Error)
    }
  }
  const connecting = connect()

  return {
    watch: (id, changed) => {
      const own = watchers.get(id) ?? new Set()
      own.add(changed)
      watchers.set(id, own)
      return () => {
        own.delete(changed)
        if (own.size === 0 && watchers.get(id) === own) watchers.delete(id)
      }
    },
    stop: async () => {
      stopped = true
      clearTimeout(retry)
      await connecting
      await client?.end().catch(() => {})
    },
  }
}
