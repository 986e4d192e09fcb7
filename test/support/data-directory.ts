import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts'

/**
 * A DATA_DIR of one's own, which goes when the test is over: empty, or as a service leaves it that was started once.
 * Making a cluster and loading it takes longer than all that follows, so only what is about a first start does that.
 */
export function dataDirectory(state: 'empty' | 'used'): string {
  const directory = mkdtempSync(join(tmpdir(), 'reckon-data-'))
  onTestFinished(async () => {
    // Whatever a test left running on the cluster is taken over and stopped.
    await (await startEmbeddedPostgres(directory)).stop()
    rmSync(directory, { recursive: true, force: true })
  })
  // With the owner of its files, as PostgreSQL does not run as root.
  if (state === 'used') execFileSync('cp', ['-a', inject('usedCluster'), join(directory, 'cluster')])
  return directory
}
