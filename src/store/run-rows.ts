import type pg from 'pg'
import type { ClaimedRun, RunPart } from './run-store.ts'

/**
 * Writes a part of the rows of a run, in the transaction of the client, if the claim still holds. The lock on the run
 * keeps it from being cancelled or taken by another attempt in between, so that no part is left behind or doubled.
 */
export async function addPart(
  client: pg.PoolClient,
  { id, token }: ClaimedRun,
  { part, bytes }: RunPart,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'run-lock',
    text: `SELECT 1 FROM run WHERE id = $1 AND attempt_token = $2 AND status = 'running' FOR UPDATE`,
    values: [id, token],
  })
  if (rowCount !== 1) return false
  if (part === 0) await dropRows(client, id)
  await client.query({
    name: 'run-rows-insert',
    text: 'INSERT INTO run_rows (run_id, part, body) VALUES ($1, $2, $3)',
    values: [id, part, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)],
  })
  return true
}

/** Deletes the rows of a run, in the transaction of the client. */
export async function dropRows(client: pg.PoolClient, id: string): Promise<void> {
  await client.query({
    name: 'run-rows-drop',
    text: 'DELETE FROM run_rows WHERE run_id = $1',
    values: [id],
  })
}

/** A part of the rows of a run; null past the last. */
export async function partOf(pool: pg.Pool, id: string, part: number): Promise<Uint8Array | null> {
  const { rows } = await pool.query<{ body: Buffer }>({
    name: 'run-rows-read',
    text: 'SELECT body FROM run_rows WHERE run_id = $1 AND part = $2',
    values: [id, part],
  })
  return rows[0]?.body ?? null
}
