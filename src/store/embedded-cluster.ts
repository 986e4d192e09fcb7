import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Account, run } from './postgres-programs.ts'

/** The user that owns the cluster. */
export const owner = 'reckon'

const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']

/** What a cluster is called while it is being made; the name ends in something random. */
const unfinished = 'new-'

/** Milliseconds after which nobody is at work on an unfinished cluster any more: making one takes seconds. */
const abandonedAfter = 600_000

/** The files of a database server, and the password of its owner. */
export interface Cluster {
  readonly directory: string
  readonly password: string
}

/**
 * The cluster below `home`, made first where there is none. Each process makes one of its own aside and puts it in
 * place by renaming it, with its password inside: of several that start at once the first to be done wins, and one
 * that is killed leaves nothing that anybody waits for.
 */
export function clusterIn(home: string, initdb: string, account: Account | undefined): Cluster {
  const directory = join(home, 'cluster')
  if (!isCluster(directory)) {
    // Without its version file it is one whose making was cut short, in place.
    rmSync(directory, { recursive: true, force: true })
    makeCluster(home, directory, initdb, account)
  }
  const inside = passwordOf(directory)
  return { directory, password: readFileSync(existsSync(inside) ? inside : join(home, 'password'), 'utf8') }
}

const isCluster = (directory: string): boolean => existsSync(join(directory, 'PG_VERSION'))
const passwordOf = (directory: string): string => join(directory, 'reckon-password')

function makeCluster(home: string, directory: string, initdb: string, account: Account | undefined): void {
  removeAbandoned(home)
  const aside = mkdtempSync(join(home, unfinished))
  try {
    const password = join(aside, 'password')
    writeFileSync(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
    if (account) for (const path of [aside, password]) chownSync(path, account.uid, account.gid)
    const made = join(aside, 'cluster')
    run(
      initdb,
      [`--pgdata=${made}`, `--username=${owner}`, '--auth=scram-sha-256', `--pwfile=${password}`, ...locale],
      account,
    )
    renameSync(password, passwordOf(made))
    renameSync(made, directory)
  } catch (error) {
    // Another process was first: its cluster stands where this one should go.
    if (!isCluster(directory)) throw error
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

function removeAbandoned(home: string): void {
  for (const name of readdirSync(home)) {
    if (!name.startsWith(unfinished)) continue
    const path = join(home, name)
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() }
    if (Date.now() - mtimeMs > abandonedAfter) rmSync(path, { recursive: true, force: true })
  }
}
