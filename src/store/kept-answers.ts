import type pg from 'pg'
import type { AnswerStore, KeptAnswer } from './access.ts'

/** How long an answer is kept at least. */
const keptFor = '24 hours'

/** Answers that one sweep deletes at most, so that it never holds the table up. */
const sweptAtOnce = 5_000

interface AnswerRow extends KeptAnswer {
  readonly fingerprint: string
  readonly settled: boolean
}

/** Answers to writes that came with an Idempotency-Key. Times are the database's: processes may disagree about theirs. */
export function answerStore(pool: pg.Pool): AnswerStore {
  return {
    find: async scope => {
      const { rows } = await pool.query<AnswerRow>({
        name: 'kept-answer',
        text: `SELECT status, headers, body, fingerprint, COALESCE(settles_at < clock_timestamp(), TRUE) AS settled
               FROM kept_answer WHERE scope = $1`,
        values: [scope],
      })
      return rows[0] ?? null
    },
    settle: async (scope, { status, headers, body }) => {
      await pool.query({
        name: 'kept-answer-settle',
        text: 'UPDATE kept_answer SET status = $2, headers = $3, body = $4, settles_at = NULL WHERE scope = $1',
        values: [scope, status, JSON.stringify(headers), body],
      })
    },
    sweep: async () => {
      const { rowCount } = await pool.query(
        `DELETE FROM kept_answer WHERE scope IN (
           SELECT scope FROM kept_answer WHERE created_at < now() - $1::interval
           ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
        [keptFor, sweptAtOnce],
      )
      return rowCount ?? 0
    },
  }
}
