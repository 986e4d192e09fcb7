import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { TestProject } from 'vitest/node'
import { openInstallation } from '../../src/installation.ts'
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A database that is migrated and loaded: the template that every test's own is copied from. */
    templateUrl: string
    /** The cluster of a service that was started once and has stopped. */
    usedCluster: string
  }
}

/** One real PostgreSQL for all tests. Nothing on it has to survive a crash, so it need not wait for the disk. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'reckon-test-'))
  const start = () =>
    startEmbeddedPostgres(directory, [
      'fsync=off',
      'synchronous_commit=off',
      'full_page_writes=off',
      'max_connections=300',
    ])
  const first = await start()
  const template = await openInstallation(first.url, {
    pool: 4,
    publicUrl: null,
    log: pino({ level: 'silent' }),
  })
  await template.close()
  await first.stop()
  const usedCluster = join(first.directory, 'used')
  execFileSync('cp', ['-a', join(first.directory, 'cluster'), usedCluster])
  const postgres = await start()
  project.provide('usedCluster', usedCluster)
  project.provide('templateUrl', postgres.url)
  return async () => {
    await postgres.stop()
    rmSync(postgres.directory, { recursive: true, force: true })
    rmSync(directory, { recursive: true, force: true })
  }
}
