import { DomainError } from '../domain/errors.ts'
import { mostErrors, mostOfDetail, mostOfPlace } from '../schemas/common.ts'
import { type ProblemCode, problemTable } from '../schemas/problem-table.ts'
import type { JsonObject } from '../store/json.ts'

/** One place in a request that is wrong, and how. */
export interface ProblemPlace {
  /** JSON Pointer into the body. */
  readonly pointer?: string
  /** Name of the query parameter, path parameter or header. */
  readonly parameter?: string
  readonly code: string
  readonly detail: string
}

/** A refusal on its way to the caller. Its message is public: no SQL, no paths, no names of libraries. */
export class HttpProblem extends Error {
  readonly code: ProblemCode
  readonly errors: readonly ProblemPlace[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: ProblemCode,
    detail: string,
    options: {
      errors?: readonly ProblemPlace[]
      headers?: Readonly<Record<string, string>>
      cause?: unknown
    } = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'HttpProblem'
    this.code = code
    this.errors = options.errors ?? []
    this.headers = options.headers ?? {}
  }
}

/** A value of the caller's as a message repeats it: no more than shows which one is meant. */
export const shown = (value: string): string => {
  const characters = [...value]
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : value
}

/** A problem document (RFC 9457). */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: string
  readonly requestId: string
  readonly remedy: string
  readonly errors: readonly ProblemPlace[]
}

/** A text cut to so many characters, as its schema promises: a caller may give names of any length. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  return `${[...text.slice(0, most - 1)].filter(each => each.isWellFormed()).join('')}…`
}

const cutPlace = ({ pointer, parameter, code, detail }: ProblemPlace): ProblemPlace => ({
  ...(pointer !== undefined && { pointer: cut(pointer, mostOfPlace.pointer) }),
  ...(parameter !== undefined && { parameter: cut(parameter, mostOfPlace.parameter) }),
  code,
  detail: cut(detail, mostOfPlace.detail),
})

/** A problem of the table as a document, no longer than its schema says. */
export function problemDocument(
  code: ProblemCode,
  detail: string,
  requestId: string,
  errors: readonly ProblemPlace[] = [],
): ProblemDocument {
  const { status, title, remedy } = problemTable[code]
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: cut(detail, mostOfDetail),
    instance: `urn:request:${requestId}`,
    code,
    requestId,
    remedy,
    errors: errors.slice(0, mostErrors).map(cutPlace),
  }
}

/** The problem document of a run that failed. What the estimator refused is said; anything else stays inside. */
export function problemOfFailure(error: Error, runId: string): JsonObject {
  const document =
    error instanceof DomainError
      ? problemDocument(error.code, error.message, runId, [
          {
            ...(error.pointer !== null && { pointer: error.pointer }),
            code: error.code,
            detail: error.message,
          },
        ])
      : problemDocument(
          'internal-error',
          'The run failed inside the service; the failure has been logged.',
          runId,
        )
  return { ...document, instance: `urn:run:${runId}` } as unknown as JsonObject
}
