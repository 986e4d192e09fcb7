import type { WriteOutcome } from './store.ts'

export type Refusal = Exclude<WriteOutcome<never>, { readonly written: never }>

/** Thrown, so that what the transaction has written goes too. */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.refused)
    this.refusal = refusal
  }
}

/** Ends a transaction of `refusable` without a trace, with this outcome. */
export function refuse(refusal: Refusal): never {
  throw new Refused(refusal)
}
