import { createServer, type Socket, connect as tcp } from 'node:net'
import { onTestFinished } from 'vitest'

/** A TCP proxy in front of PostgreSQL. */
export interface Proxy {
  /** The address of the database through the proxy. */
  readonly url: string
  /** Connections that are open. */
  readonly open: () => number
  /**
   * Forwards nothing any more on the connection that was used last, or on all that are open, and closes none: a cable
   * that was pulled.
   */
  readonly freeze: (which: 'last' | 'all') => number
  /** Closes what was frozen, at last. */
  readonly thaw: () => void
}

/** Starts a proxy for a test; new connections are always forwarded. */
export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl)
  const pairs = new Set<readonly [Socket, Socket]>()
  const frozen = new Set<readonly [Socket, Socket]>()
  let last: readonly [Socket, Socket] | undefined
  const server = createServer(client => {
    const upstream = tcp(Number(target.port), target.hostname)
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', chunk => {
        last = pair
        if (!frozen.has(pair)) to.write(chunk)
      })
      from.on('error', () => from.destroy())
      from.on('close', () => {
        if (frozen.has(pair)) return
        to.destroy()
        pairs.delete(pair)
      })
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const end = (pair: readonly [Socket, Socket]) => {
    for (const socket of pair) socket.destroy()
    pairs.delete(pair)
    frozen.delete(pair)
  }
  onTestFinished(() => {
    server.close()
    for (const pair of [...pairs]) end(pair)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  const url = new URL(databaseUrl)
  url.port = String(address.port)
  return {
    url: url.href,
    open: () => [...pairs].filter(([client]) => !client.destroyed).length,
    freeze: which => {
      const alive = [...pairs].filter(pair => !frozen.has(pair))
      const chosen = which === 'all' ? alive : alive.filter(pair => pair === last)
      for (const pair of chosen) frozen.add(pair)
      return chosen.length
    },
    thaw: () => {
      for (const pair of [...frozen]) end(pair)
    },
  }
}
