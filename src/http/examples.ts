import { existsSync, readFileSync } from 'node:fs'
import { type ExampleRequest, exampleRequests } from './example-requests.ts'

/** A request of the document, and what the service answered to it. */
export interface Example extends ExampleRequest {
  readonly status: number
  /** Absent for an answer without a body. */
  readonly answer?: unknown
}

/** The answers, recorded by `npm run openapi` from a real service; `test/contract` holds them against one. */
export const recordedAnswers = new URL('../../openapi/examples.json', import.meta.url)

type Recorded = Readonly<Record<string, { readonly status: number; readonly answer?: unknown }>>

const recorded: Recorded = existsSync(recordedAnswers)
  ? (JSON.parse(readFileSync(recordedAnswers, 'utf8')) as Recorded)
  : {}

/** Every example whose answer has been recorded. */
export const examples: readonly Example[] = exampleRequests.flatMap(request => {
  const answer = recorded[request.name]
  return answer === undefined ? [] : [{ ...request, ...answer }]
})
