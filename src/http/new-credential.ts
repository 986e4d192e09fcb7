import { digest } from '../digest.ts'
import { HttpProblem } from './problem.ts'

/** What is stored of a credential. */
export const keyHash = (text: string): string => digest(text)

/** When something that is made now shall end, or null for never; a problem for what is no moment or has passed. */
export function laterThan(now: Date, end: string | null | undefined): Date | null {
  if (end === null || end === undefined) return null
  const date = new Date(end)
  if (date > now) return date
  const detail = `/expiresAt is ${end}, and it is ${now.toISOString()}; give a moment that is to come, or null.`
  throw new HttpProblem('out-of-range', detail, {
    errors: [{ pointer: '/expiresAt', code: 'out-of-range', detail }],
  })
}
