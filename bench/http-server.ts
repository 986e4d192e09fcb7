import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { buildApp } from '../src/app.ts'
import { everything } from '../src/http/deps.ts'
import { openInstallation } from '../src/installation.ts'
import { openLog } from '../src/log.ts'
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts'

// The server side of bench/http.ts, in a process of its own: `ours` is the service as it runs, `bare` a
// Fastify route that reads the same body and sends an answer of the same size, and does nothing else.
const [which] = process.argv.slice(2)
const { log } = openLog('info', '/dev/null')

async function ours(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'reckon-bench-'))
  const postgres = await startEmbeddedPostgres(directory, ['fsync=off'])
  const installation = await openInstallation(postgres.url, { pool: 4, publicUrl: null, log })
  const app = await buildApp({ ...installation, log, principal: everything })
  process.once('SIGTERM', async () => {
    await app.close()
    await installation.close()
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
    process.exit(0)
  })
  return app.listen({ host: '127.0.0.1', port: 0 })
}

async function bare(): Promise<string> {
  const app = Fastify()
  const answer = JSON.parse(process.env.BENCH_ANSWER ?? '{}') as object
  app.post('/v1/estimates/training', async () => answer)
  process.once('SIGTERM', () => process.exit(0))
  return app.listen({ host: '127.0.0.1', port: 0 })
}

const address = await (which === 'bare' ? bare() : ours())
process.send?.(address)
