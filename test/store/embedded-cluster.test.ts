import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { clusterIn } from '../../src/store/embedded-cluster.ts'
import {
  binariesOfPlatform,
  postgresAccount,
  reachable,
  reachableBinaries,
} from '../../src/store/postgres-programs.ts'

it('the first of two clusters made at once is kept, with its password, and nothing of the other', async () => {
  const account = process.getuid?.() === 0 ? postgresAccount() : undefined
  const home = reachable(mkdtempSync(join(tmpdir(), 'reckon-cluster-')), account)
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const { initdb } = reachableBinaries(await binariesOfPlatform(), account)
  const cluster = join(home, 'cluster')
  // Puts another's cluster in place just before it ends.
  const slow = join(home, 'slow-initdb')
  writeFileSync(
    slow,
    `#!/bin/sh\n${initdb} "$@" && ${initdb} --pgdata=${cluster} --username=reckon && printf other > ${cluster}/reckon-password\n`,
    { mode: 0o700 },
  )
  if (account) chownSync(slow, account.uid, account.gid)
  const [abandoned, recent] = ['new-abandoned', 'new-recent'].map(name => join(home, name))
  for (const path of [abandoned, recent]) mkdirSync(path as string)
  utimesSync(abandoned as string, 0, 0)

  expect(clusterIn(home, slow, account)).toEqual({ directory: cluster, password: 'other' })
  expect(readdirSync(home).toSorted()).toEqual(['cluster', 'new-recent', 'slow-initdb'])
  // And from then on it is just there.
  expect(clusterIn(home, '/nowhere/initdb', account).password).toBe('other')
}, 30_000)
