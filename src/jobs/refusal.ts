import { DomainError } from '../domain/errors.ts'

/** What an estimator refuses, as it crosses from thread to thread: an error would lose its class and its members. */
export interface Refusal {
  readonly refusal: Pick<DomainError, 'code' | 'message' | 'pointer' | 'facts'>
}

/** An error as a refusal; throws what is none. */
export function refusalFrom(error: unknown): Refusal {
  if (!(error instanceof DomainError)) throw error
  const { code, message, pointer, facts } = error
  return { refusal: { code, message, pointer, facts } }
}

/** A refusal as the error that it was. */
export const refusalOf = ({ refusal: { code, message, pointer, facts } }: Refusal): DomainError =>
  new DomainError(code, message, { ...(pointer !== null && { pointer }), facts })
