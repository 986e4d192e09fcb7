import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts'

const settings = ['fsync=off', 'shared_buffers=16MB']

/** A directory of one's own, taken away after the test, whatever runs on it. */
function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'reckon-embedded-'))
  onTestFinished(async () => {
    const running = await startEmbeddedPostgres(path, settings)
    await running.stop()
    for (const home of new Set([path, running.directory])) {
      rmSync(home, { recursive: true, force: true })
    }
  })
  return path
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const lockFile = ({ directory: home }: EmbeddedPostgres) => join(home, 'cluster', 'postmaster.pid')
const postmaster = (server: EmbeddedPostgres) => Number(readFileSync(lockFile(server), 'utf8').split('\n')[0])

describe('the embedded PostgreSQL', { timeout: 60_000 }, () => {
  it('starts on an empty directory, stops, and starts again with what was written', async () => {
    const path = directory()
    const first = await startEmbeddedPostgres(path, settings)
    await query(first.url, 'CREATE TABLE kept (value int); INSERT INTO kept VALUES (42)')
    await first.stop()
    expect(existsSync(lockFile(first))).toBe(false)
    await expect(query(first.url, 'SELECT 1')).rejects.toThrow()
    const second = await startEmbeddedPostgres(path, settings)
    expect(await query(second.url, 'SELECT value FROM kept')).toEqual([{ value: 42 }])
  })

  it('listens on loopback alone, with a password that only its owner can read', async () => {
    const server = await startEmbeddedPostgres(directory(), settings)
    expect(await query(server.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    const url = new URL(server.url)
    expect(url.hostname).toBe('127.0.0.1')
    url.password = 'guess'
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
    expect(statSync(join(server.directory, 'cluster', 'reckon-password')).mode & 0o077).toBe(0)
  })

  it('sorts text by code point, whatever the locale of the machine', async () => {
    const { url } = await startEmbeddedPostgres(directory(), settings)
    const rows = await query(url, `SELECT v FROM unnest(ARRAY['b', 'Ä', 'a', 'B', '万']) v ORDER BY v`)
    expect(rows.map(({ v }) => v)).toEqual(['B', 'a', 'b', 'Ä', '万'])
  })

  it('takes over a server that runs already, and leaves it to whoever still uses it', async () => {
    const path = directory()
    const first = await startEmbeddedPostgres(path, settings)
    const second = await startEmbeddedPostgres(path, settings)
    expect(second.url).toBe(first.url)
    const client = new pg.Client({ connectionString: second.url })
    await client.connect()
    await first.stop()
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await client.end()
    await second.stop()
    expect(existsSync(lockFile(first))).toBe(false)
  })

  it('recovers from kill -9 of the server, with every commit', async () => {
    const path = directory()
    const first = await startEmbeddedPostgres(path, settings)
    await query(first.url, 'CREATE TABLE kept (value int)')
    for (let value = 0; value < 20; value++) await query(first.url, `INSERT INTO kept VALUES (${value})`)
    process.kill(postmaster(first), 'SIGKILL')
    const second = await startEmbeddedPostgres(path, settings)
    expect(await query(second.url, 'SELECT count(*)::int, sum(value)::int FROM kept')).toEqual([
      { count: 20, sum: 190 },
    ])
    expect(existsSync(lockFile(second))).toBe(true)
  })
})
