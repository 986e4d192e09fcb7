import type { WriteOutcome } from '../store/store.ts'
import { HttpProblem } from './problem.ts'

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
    case 'forbidden':
      throw new HttpProblem('forbidden', `The ${what} "${id}" is public; changing it needs the scope admin.`)
  }
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
