import type { Expectation } from './checks.ts'
import type { BodyContract, Operation } from './contract.ts'

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

/** Whether a value holds what no text of the service can: names that reach further, NUL, half characters. */
export function isUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\u0000') || !value.isWellFormed()
  if (Array.isArray(value)) return value.some(isUnstorable)
  if (value === null || typeof value !== 'object') return false
  return Object.entries(value).some(
    ([name, each]) => forbidden.has(name) || isUnstorable(name) || isUnstorable(each),
  )
}

/** What must be answered to a body, by the document's own schema; `pointer` says where it was made wrong. */
export function expectationOf(
  { method }: Operation,
  body: BodyContract,
  value: unknown,
  pointer?: string,
  exact = false,
): Expectation {
  if (!body.isJson) return { kind: 'any' }
  if (isUnstorable(value)) return { kind: 'refused' }
  // A patch is right or wrong with what it is laid over.
  const decided = !body.open && method !== 'PATCH'
  if (body.isValid(value) === true) return { kind: decided ? 'accepted' : 'any' }
  return { kind: 'refused', ...(pointer !== undefined && { pointer, exact }) }
}

/** The same for the text of a body. */
export function expectationOfText(
  operation: Operation,
  body: BodyContract,
  text: string,
  pointer?: string,
): Expectation {
  if (!body.isJson) return { kind: 'any' }
  try {
    return expectationOf(operation, body, JSON.parse(text), pointer)
  } catch {
    return { kind: 'refused' }
  }
}
