import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metrics } from './metrics.ts'

/** Where the metrics are read without a key. */
export interface MetricsServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/** Listens at an address of its own that answers `GET /metrics` and nothing else: workers have no other. */
export async function serveMetrics(
  { text, mediaType }: Metrics,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    text().then(
      body => response.writeHead(200, { 'content-type': mediaType }).end(body),
      () => response.writeHead(500).end(),
    )
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 5_000
  server.maxConnections = 20
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  const at = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${at}:${address.port}/metrics`,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
