import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { clusterIn, owner } from './embedded-cluster.ts'
import {
  type Account,
  type Binaries,
  binariesOfPlatform,
  postgresAccount,
  reachable,
  reachableBinaries,
  run,
} from './postgres-programs.ts'

/** A PostgreSQL server of our own: where to reach it, and how to stop it. */
export interface EmbeddedPostgres {
  readonly url: string
  /** Where its cluster is kept. */
  readonly directory: string
  /** Whether the server's process is there. */
  readonly isRunning: () => boolean
  /** Stops the server, unless another process still uses it. */
  readonly stop: () => Promise<void>
}

/** The database that the service keeps its tables in. */
const database = 'reckon'

/**
 * Starts PostgreSQL on a cluster kept in `directory`, creating it first where there is none. Listens on
 * loopback at a free port, with a random password kept within the cluster. A server that an earlier process
 * left running on the cluster is taken over. `settings` are server parameters, such as `fsync=off` in tests.
 */
export async function startEmbeddedPostgres(
  directory: string,
  settings: readonly string[] = [],
): Promise<EmbeddedPostgres> {
  const account = process.getuid?.() === 0 ? postgresAccount() : undefined
  const home = reachable(resolve(directory), account)
  const binaries = reachableBinaries(await binariesOfPlatform(), account)
  const { directory: cluster, password } = clusterIn(home, binaries.initdb, account)
  const urlAt = (port: number, name: string) => `postgresql://${owner}:${password}@127.0.0.1:${port}/${name}`
  const running = () => takenOver(binaries, cluster, account, at => urlAt(at, 'postgres'))
  const port = (await running()) ?? (await start(binaries, cluster, account, settings, running))
  const urlOf = (name: string) => urlAt(port, name)
  await createDatabase(urlOf('postgres'))
  return {
    url: urlOf(database),
    directory: home,
    isRunning: () => isRunningIn(cluster),
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
  running: () => Promise<number | undefined>,
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
      // Another process may have started a server on the cluster at this moment: PostgreSQL lets only one run.
      const other = await running()
      if (other !== undefined) return other
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

/** Whether the process that the lock file of a cluster names is there: cheap enough for a health check. */
function isRunningIn(cluster: string): boolean {
  try {
    const [pid = ''] = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    // Signal 0 only asks.
    process.kill(Number(pid), 0)
    return !hasEnded(Number(pid))
  } catch (error) {
    // It belongs to another account, and is there.
    return (error as { code?: string }).code === 'EPERM'
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
    if (rowCount !== 0) return
    await client.query(`CREATE DATABASE ${database}`).catch((error: { code?: string }) => {
      // Made by another process meanwhile: seen by PostgreSQL (42P04), or by the index only (23505).
      if (error.code !== '42P04' && error.code !== '23505') throw error
    })
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
