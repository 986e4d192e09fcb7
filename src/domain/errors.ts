/** The codes that a calculation can refuse with; `src/schemas/problem-table.ts` gives each its status and title. */
export type DomainErrorCode =
  | 'duplicate-quantity'
  | 'unknown-quantity'
  | 'unknown-unit'
  | 'non-finite-quantity'
  | 'invalid-formula'
  | 'invalid-printed-number'
  | 'unused-operand'
  | 'unknown-reference'
  | 'unknown-accelerator'
  | 'unknown-model'
  | 'unknown-dataset'
  | 'mixed-scopes'
  | 'missing-value'
  | 'inconsistent-inputs'
  | 'out-of-range'
  | 'infeasible-distribution'
  | 'invalid-correlation'
  | 'unreachable-target'
  | 'too-many'

/** What no schema can exclude: a refusal that names the place in the input, what is wrong there and the remedy. */
export class DomainError extends Error {
  readonly code: DomainErrorCode
  /** JSON Pointer into the input, or null when the whole input is meant. */
  readonly pointer: string | null
  /** The numbers and ids that the refusal rests on. */
  readonly facts: Readonly<Record<string, unknown>>

  constructor(
    code: DomainErrorCode,
    message: string,
    options: { pointer?: string; facts?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message)
    this.name = 'DomainError'
    this.code = code
    this.pointer = options.pointer ?? null
    this.facts = options.facts ?? {}
  }
}
