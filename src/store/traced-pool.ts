import pg from 'pg'

/** Who is told of statements; see `begin` and `bind` of `StatementSpans`. */
export interface StatementWatch {
  readonly begin: (name: string) => ((error?: unknown) => void) | null
  readonly bind: <F extends (...args: never[]) => unknown>(callback: F) => F
}

type Callback = (error: Error | null, result?: unknown) => void

/** What a statement is called: its own name, or its first word. Never its text. */
function nameOf(statement: unknown): string {
  const { name, text } = (typeof statement === 'string' ? { text: statement } : statement) as {
    name?: string
    text?: string
  }
  return name ?? /^\s*(\w+)/.exec(text ?? '')?.[1]?.toUpperCase() ?? 'statement'
}

/** A pool that tells of each statement when it begins and when it ends, in the trace of whoever sent it. */
export function tracedPool(config: pg.PoolConfig, watch: StatementWatch): pg.Pool {
  class TracedClient extends pg.Client {
    // The driver declares nine forms of this call; here they are one.
    override query(...args: unknown[]): never {
      const send = super.query as (...args: unknown[]) => unknown
      const end = watch.begin(nameOf(args[0]))
      if (end === null) return send.apply(this, args) as never
      const callback = args.at(-1)
      if (typeof callback === 'function') {
        const told: Callback = (error, result) => {
          end(error)
          ;(callback as Callback)(error, result)
        }
        return send.apply(this, [...args.slice(0, -1), told]) as never
      }
      const sent = send.apply(this, args)
      if (sent instanceof Promise)
        sent.then(
          () => end(),
          error => end(error),
        )
      else end()
      return sent as never
    }
  }

  class TracedPool extends pg.Pool {
    // Whoever waits for a connection gets it from another, in whose trace it would run.
    override connect(): Promise<pg.PoolClient>
    override connect(callback: Parameters<pg.Pool['connect']>[0]): void
    override connect(callback?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | undefined {
      if (callback === undefined) return super.connect()
      super.connect(watch.bind(callback))
      return undefined
    }
  }
  return new TracedPool({ ...config, Client: TracedClient } as pg.PoolConfig)
}
