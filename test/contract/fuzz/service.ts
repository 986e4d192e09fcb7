import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { buildApp } from '../../../src/app.ts'
import { everything } from '../../../src/http/deps.ts'
import { openInstallation } from '../../../src/installation.ts'
import { startEmbeddedPostgres } from '../../../src/store/embedded-postgres.ts'

/** A service in this process, on a PostgreSQL of its own that goes away with it. Errors go to standard error. */
export async function startService(): Promise<{ url: string; close: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'reckon-fuzz-'))
  const postgres = await startEmbeddedPostgres(directory, ['fsync=off', 'full_page_writes=off'])
  const log = pino({ level: process.env.LOG_LEVEL ?? 'error' }, pino.destination(2))
  const installation = await openInstallation(postgres.url, { pool: 10, publicUrl: null, log })
  await installation.work()
  const app = await buildApp({ ...installation, log, principal: everything })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    close: async () => {
      await app.close()
      await installation.close()
      await postgres.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
