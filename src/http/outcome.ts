import type { Referrers, WriteOutcome } from '../store/store.ts'
import { HttpProblem } from './problem.ts'
import { unknownReference } from './references.ts'

/** What was written, or the problem that says why nothing was. */
export function written<T>(outcome: WriteOutcome<T>, what: string, id: string): T {
  if ('written' in outcome) return outcome.written
  switch (outcome.refused) {
    case 'missing':
      throw missing(what, id)
    case 'exists':
      throw new HttpProblem(
        'conflict',
        `The ${what} id or name "${id}" is taken, or was once and stays reserved; choose another.`,
      )
    case 'changed':
      throw changed(what, id)
    case 'referred-to':
      throw new HttpProblem('conflict', referredTo(outcome.by, what, id))
    case 'dangling':
      throw unknownReference(
        outcome.references.map(({ kind, id: gone, pointer }) => ({
          pointer,
          what: `of the scenario refers to the ${kind} "${gone}", which does not exist; change or remove it`,
        })),
      )
    case 'busy':
    case 'repeated':
      // Those who send an Idempotency-Key are answered before this; a write of two tries may still meet its own key.
      throw new HttpProblem(
        'request-in-progress',
        'Another request with this Idempotency-Key is under way.',
        {
          headers: { 'retry-after': '1' },
        },
      )
    case 'forbidden':
      throw new HttpProblem('forbidden', `The ${what} "${id}" is public; changing it needs the scope admin.`)
  }
}

function referredTo({ scenarios, more }: Referrers, what: string, id: string): string {
  const names = scenarios.map(scenario => `"${scenario}"`)
  if (more) names.push(names.length === 0 ? 'some of other workspaces' : 'others')
  return `The ${what} "${id}" is referred to by scenarios (${names.join(', ')}); take it out of them, or delete them, first.`
}

/** The problem of an id that nothing has. */
export const missing = (what: string, id: string): HttpProblem =>
  new HttpProblem('not-found', `There is no ${what} "${id}".`)

/** The problem of a change to a version that is not current. */
export const changed = (what: string, id: string): HttpProblem =>
  new HttpProblem(
    'precondition-failed',
    `The ${what} "${id}" has another version than If-Match names; read it again.`,
  )

/** The problem of making what is there already. */
export const alreadyThere = (what: string, id: string): HttpProblem =>
  new HttpProblem(
    'precondition-failed',
    `The ${what} "${id}" exists already, and If-None-Match is *; replace it with If-Match instead.`,
  )
