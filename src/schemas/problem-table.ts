import type { DomainErrorCode } from '../domain/errors.ts'

/** A kind of problem: its status, its title, and what a caller does about it. */
export interface ProblemType {
  readonly status: number
  readonly title: string
  readonly remedy: string
}

const row = (status: number, title: string, remedy: string): ProblemType => ({ status, title, remedy })

/** Problems that a request can meet before any calculation. */
const httpProblems = {
  'malformed-json': row(
    400,
    'The body is not JSON',
    'Send one JSON document in UTF-8; the detail says where reading stopped.',
  ),
  'malformed-request': row(
    400,
    'The request cannot be read',
    'Check the request line, the headers and the path encoding.',
  ),
  unauthorized: row(
    401,
    'The request does not say who sends it, or not credibly',
    'Send Authorization: Bearer with an API key (rk_…) or a token that has neither expired nor been revoked.',
  ),
  forbidden: row(403, 'This principal may not do that', 'Use a key with the scope that the detail names.'),
  'not-found': row(
    404,
    'There is nothing at this address',
    'Check the path against /openapi.json and the id against the list that it is from.',
  ),
  'no-result-yet': row(
    404,
    'No run of this scenario has succeeded yet',
    'Start one with POST /v1/scenarios/{id}/runs and poll it, or wait for the one that is under way.',
  ),
  'method-not-allowed': row(
    405,
    'This address does not take this method',
    'Use one of the methods in the Allow header.',
  ),
  'request-timeout': row(408, 'The request took too long to arrive', 'Send the whole request at once.'),
  conflict: row(
    409,
    'Another resource stands in the way',
    'The detail names it; choose another id or name, or change the other resource.',
  ),
  'request-in-progress': row(
    409,
    'The first request with this Idempotency-Key is still under way',
    'Send it again after the seconds in Retry-After; its answer will then be repeated.',
  ),
  'precondition-failed': row(
    412,
    'The resource has another version by now',
    'Read it again, look at what changed, and send the change with its new ETag in If-Match.',
  ),
  'body-too-large': row(413, 'The body is too large', 'Send less; the detail gives the limit.'),
  'address-too-long': row(
    414,
    'The address is too long',
    'Send less in the query; the detail gives the limit.',
  ),
  'unsupported-media-type': row(
    415,
    'The body is in a format that this operation does not read',
    'Send the media type that the detail names.',
  ),
  'invalid-request': row(
    422,
    'The request does not satisfy its schema',
    'Each entry of errors names a place and what is allowed there.',
  ),
  'unreadable-table': row(
    422,
    'The table cannot be read',
    'The detail says where reading stopped; send CSV in UTF-8 or a workbook of the .xlsx kind.',
  ),
  'invalid-cells': row(
    422,
    'Some cells of the table are wrong, and nothing was written',
    'The first of them are listed; send the table with dryRun=true for all of them.',
  ),
  'idempotency-key-reused': row(
    422,
    'The Idempotency-Key belongs to another request',
    'Use a new key for a new request, and the same body and address for a repeated one.',
  ),
  'precondition-required': row(
    428,
    'This change must name the version that it is made to',
    'Send the ETag of the resource in If-Match (or If-None-Match: * to create it).',
  ),
  'queue-full': row(
    429,
    'Too many runs wait for a worker',
    'Start the run again after the seconds in Retry-After, or cancel runs that are not needed any more.',
  ),
  'too-many-streams': row(
    429,
    'Too many streams of events are open',
    'Close one, or poll GET /v1/runs/{id} instead.',
  ),
  'quota-exceeded': row(
    429,
    'More was asked than the quota allows',
    'Wait for the seconds in Retry-After; RateLimit says what is left, RateLimit-Policy what there is in all.',
  ),
  'headers-too-large': row(431, 'The headers are too large', 'Send fewer or shorter headers.'),
  'internal-error': row(
    500,
    'Something failed inside the service',
    'Try again; if it persists, report the request id.',
  ),
  unavailable: row(
    503,
    'A part of the service is not available',
    'Try again after the seconds in Retry-After.',
  ),
  overloaded: row(
    503,
    'The service has more to do than it can',
    'Try again after the seconds in Retry-After.',
  ),
  'handler-timeout': row(
    503,
    'The answer took too long to work out',
    'Ask for less at once, or try again; with an Idempotency-Key a write happens once at most.',
  ),
} as const

const domainProblems = {
  'duplicate-quantity': row(422, 'Two quantities have the same id', 'Give each its own id.'),
  'unknown-quantity': row(422, 'There is no such quantity', 'Use an id that the sheet defines.'),
  'unknown-unit': row(
    422,
    'There is no such unit, or it measures something else',
    'Use a unit of the list in the detail.',
  ),
  'non-finite-quantity': row(
    422,
    'A result is not a finite number',
    'The detail names the quantity and the values that it was computed from; change one of them.',
  ),
  'invalid-formula': row(
    422,
    'The formula cannot be read',
    'The detail says where; /docs describes the grammar.',
  ),
  'invalid-printed-number': row(
    422,
    'The digits of a printed number cannot be read',
    'Write them as printed: 9.5, 1750, 3,107.72 or 3.14E+23.',
  ),
  'unused-operand': row(
    422,
    'An operand is not used by its expression',
    'Remove it, or correct the name in one of the two.',
  ),
  'unknown-reference': row(
    422,
    'Something is referred to that does not exist',
    'Each entry of errors names a place and what is not found there.',
  ),
  'unknown-accelerator': row(
    422,
    'The catalogue has no such accelerator',
    'Use an id of GET /v1/accelerators.',
  ),
  'unknown-model': row(
    422,
    'The catalogue has no such model',
    'Use an id of GET /v1/models, or give parameters instead.',
  ),
  'unknown-dataset': row(422, 'There is no such dataset', 'Use an id of GET /v1/datasets.'),
  'mixed-scopes': row(
    422,
    'The series count different things',
    'The detail gives both definitions; use series of one scope, or say in the request that scopes may be mixed.',
  ),
  'missing-value': row(
    422,
    'A value that the calculation needs is missing',
    'The detail says which, and what can stand in for it.',
  ),
  'inconsistent-inputs': row(
    422,
    'Two inputs contradict each other',
    'The detail gives both; correct one or leave it out.',
  ),
  'out-of-range': row(
    422,
    'A value is outside what is possible',
    'The detail gives the value and its limit.',
  ),
  'infeasible-distribution': row(
    422,
    'No distribution of this kind passes through these quantiles',
    'Move the quantiles, bound the distribution, or take another kind.',
  ),
  'invalid-correlation': row(
    422,
    'These correlations cannot hold together',
    'Weaken the strongest of them, or ask for the nearest matrix that can with "repair": "nearest".',
  ),
  'unreachable-target': row(
    422,
    'No value of the input gives this target',
    'The detail gives the results at both ends; widen the range, or change the target.',
  ),
  'too-many': row(
    422,
    'More is asked for than one answer may hold',
    'The detail gives the number and its limit; ask for less at once.',
  ),
} as const satisfies Record<DomainErrorCode, ProblemType>

/** Every problem that the service answers with, by code. Codes are stable: clients may switch on them. */
export const problemTable = { ...httpProblems, ...domainProblems }

export type ProblemCode = keyof typeof problemTable

/** All codes, in the order of their status. */
export const problemCodes = (Object.keys(problemTable) as ProblemCode[]).toSorted(
  (a, b) => problemTable[a].status - problemTable[b].status,
)
