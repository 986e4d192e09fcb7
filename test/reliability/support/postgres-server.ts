import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { startEmbeddedPostgres } from '../../../src/store/embedded-postgres.ts'
import {
  binariesOfPlatform,
  postgresAccount,
  reachableBinaries,
  run,
} from '../../../src/store/postgres-programs.ts'

/** A PostgreSQL that waits for its disk, as in service, and that may be killed and started again at its address. */
export interface PostgresServer {
  readonly url: string
  /** Kills the postmaster, or has it abort all it does; nothing is written any more either way. */
  readonly crash: (how: 'kill' | 'immediate') => Promise<void>
  /** Starts it again, through recovery. */
  readonly restart: () => Promise<void>
  /** Bounds the size of the files that it may write, in bytes, for connections that are opened from now on. */
  readonly limitFiles: (bytes: number | 'unlimited') => void
}

/** Starts a PostgreSQL for one test. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), 'reckon-faults-'))
  const settings = ['max_connections=100', 'restart_after_crash=off']
  const server = await startEmbeddedPostgres(directory, settings)
  const again = [
    `port=${new URL(server.url).port}`,
    'listen_addresses=127.0.0.1',
    "unix_socket_directories=''",
  ]
  const options = [...again, ...settings].map(setting => `-c ${setting}`).join(' ')
  const cluster = join(server.directory, 'cluster')
  const lock = join(cluster, 'postmaster.pid')
  const account = process.getuid?.() === 0 ? postgresAccount() : undefined
  const { pg_ctl } = reachableBinaries(await binariesOfPlatform(), account)
  onTestFinished(async () => {
    if (existsSync(lock)) run(pg_ctl, ['stop', '-D', cluster, '-m', 'immediate', '-w'], account)
    rmSync(server.directory, { recursive: true, force: true })
    rmSync(directory, { recursive: true, force: true })
  })
  const postmaster = () => readFileSync(lock, 'utf8').split('\n')[0] ?? ''
  return {
    url: server.url,
    limitFiles: bytes => {
      run('prlimit', ['--pid', postmaster(), `--fsize=${bytes}:unlimited`], account)
    },
    crash: async how => {
      if (how === 'immediate') {
        run(pg_ctl, ['stop', '-D', cluster, '-m', 'immediate', '-w'], account)
        return
      }
      process.kill(Number(postmaster()), 'SIGKILL')
      // Its entry among the processes may stay; pg_ctl would take it for a server that runs.
      await sleep(50)
      rmSync(lock)
    },
    restart: async () => {
      const log = join(cluster, 'server.log')
      for (let tries = 1; ; tries++) {
        try {
          // Backends of the killed one may hold its memory for a moment.
          run(pg_ctl, ['start', '-D', cluster, '-w', '-t', '60', '-l', log, '-o', options], account)
          return
        } catch (error) {
          if (tries === 20) throw error
          await sleep(250)
        }
      }
    },
  }
}
