import { HttpProblem } from './problem.ts'

/** A refusal for now: what is asked could be done, but not at this moment. */
export const busy = (detail: string): HttpProblem =>
  new HttpProblem('unavailable', detail, { headers: { 'retry-after': '2' } })

/** What a thread answers; 503 where too many wait for one, or where it was ended for taking too long. */
export async function fromThread<T>(work: Promise<T | { readonly busy: true }>, doing: string): Promise<T> {
  let answer: T | { readonly busy: true }
  try {
    answer = await work
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw busy(`${doing} took too long.`)
    throw error
  }
  if (typeof answer === 'object' && answer !== null && 'busy' in answer)
    throw busy(`${doing} has to wait for a thread, and too many wait already.`)
  return answer as T
}
