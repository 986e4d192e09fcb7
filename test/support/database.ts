import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'

/** Runs statements on the server's maintenance database, one after the other. */
async function onServer(...statements: string[]): Promise<void> {
  const url = new URL(inject('templateUrl'))
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/**
 * Waits up to half a second for the connections to a database to end: a pool that is being closed no longer listens,
 * and one that the server cuts off then is an error that nobody catches.
 */
const untilLeft = (name: string) => `DO $$ BEGIN FOR i IN 1..20 LOOP
  PERFORM pg_stat_clear_snapshot();
  EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '${name}');
  PERFORM pg_sleep(0.025);
END LOOP; END $$`

/** A database of one's own: empty, or a copy of the loaded template. Its `drop` takes it away again. */
export async function newDatabase(
  from: 'template' | 'empty' = 'template',
): Promise<{ url: string; drop: () => Promise<void> }> {
  const url = new URL(inject('templateUrl'))
  const template = url.pathname.slice(1)
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${from === 'template' ? template : 'template0'}`)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () => onServer(untilLeft(name), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

/** The same, dropped when the test is over. */
export async function databaseForTest(from: 'template' | 'empty' = 'template'): Promise<string> {
  const { url, drop } = await newDatabase(from)
  onTestFinished(drop)
  return url
}
