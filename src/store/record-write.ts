import { randomUUID } from 'node:crypto'
import { Prisma } from '../generated/prisma/client.ts'
import type { Change, WriteContext } from './access.ts'
import type { JsonObject } from './json.ts'
import { refuse } from './refusal.ts'
import type { Viewer } from './store.ts'

/** Runs a statement in the transaction of the caller. */
export type Query = (sql: Prisma.Sql) => Promise<unknown[]>

/**
 * Takes the Idempotency-Key of a write, if it has one, until the transaction ends. Refuses with `busy` while
 * another transaction has it, and with `repeated` when it has been used.
 */
export async function claim(query: Query, { write }: Viewer): Promise<void> {
  if (write?.once === undefined) return
  const { scope } = write.once
  const [lock] = (await query(
    Prisma.sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${scope}, 0)) AS taken`,
  )) as { taken: boolean }[]
  if (lock?.taken !== true) refuse({ refused: 'busy' })
  // A statement of its own: it sees what was committed before the lock was given back.
  const used = await query(Prisma.sql`SELECT 1 AS used FROM kept_answer WHERE scope = ${scope}`)
  if (used.length > 0) refuse({ refused: 'repeated' })
}

/** Who writes where nobody asked: the service, when it starts. */
const ofSystem = (): WriteContext => ({
  actor: 'system',
  requestId: null,
  at: new Date(),
  newId: prefix => `${prefix}_${randomUUID()}`,
})

const jsonOrNull = (value: JsonObject | null) =>
  value === null ? Prisma.sql`NULL` : Prisma.sql`${JSON.stringify(value)}::json`

/** Writes, in the transaction of a write, what is to be remembered of it: the audit entry, and the answer to keep. */
export async function record(
  query: Query,
  viewer: Viewer,
  { action, kind, resource, before, after }: Change,
  written: unknown,
): Promise<void> {
  const { actor, requestId, at, newId, once } = viewer.write ?? ofSystem()
  await query(Prisma.sql`
    INSERT INTO audit_entry (id, workspace_id, at, actor, action, kind, resource, before, after, request_id)
    VALUES (${newId('audit')}, ${viewer.workspaceId}, ${at}, ${actor}, ${action}, ${kind}, ${resource},
      ${jsonOrNull(before)}, ${jsonOrNull(after)}, ${requestId})`)
  if (once === undefined) return
  const { status, headers, body } = once.answer(written)
  const settlesAt =
    once.settlesWithin === null
      ? Prisma.sql`NULL`
      : Prisma.sql`clock_timestamp() + make_interval(secs => ${once.settlesWithin}::int)`
  await query(Prisma.sql`
    INSERT INTO kept_answer (scope, workspace_id, fingerprint, status, headers, body, created_at, settles_at)
    VALUES (${once.scope}, ${viewer.workspaceId}, ${once.fingerprint}, ${status}::int, ${JSON.stringify(headers)}::json,
      ${body}, clock_timestamp(), ${settlesAt})`)
}
