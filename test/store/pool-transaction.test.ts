import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { connect } from '../../src/store/connection.ts'
import { inTransaction } from '../../src/store/pool-transaction.ts'
import { databaseForTest } from '../support/database.ts'

it('a connection that breaks between two statements fails the transaction, not the process', async () => {
  const url = await databaseForTest('empty')
  const { pool, close } = connect(url, { max: 2, onError: () => {} })
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  onTestFinished(async () => {
    await close()
    await other.end()
  })
  const broken = inTransaction(pool, async client => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
    // Nobody waits for the connection while it goes: an error without a listener would end the process.
    await sleep(200)
    await client.query('SELECT 1')
  })
  await expect(broken).rejects.toThrow(/connection error and is not queryable|terminated/)
  expect(pool.totalCount).toBe(0)
  expect(await inTransaction(pool, async client => (await client.query('SELECT 1')).rowCount)).toBe(1)
})
