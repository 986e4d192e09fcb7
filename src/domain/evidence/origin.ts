import { DomainError } from '../errors.ts'
import { type Check, evidenceForms, type Origin, operandForms } from './claim.ts'
import { pointerStep } from './comparison.ts'

/** Where something in a check is said to stand, and the place in the claim that says so. */
export interface OriginAt {
  readonly pointer: string
  readonly origin: Origin
}

type Forms = readonly (readonly (keyof Origin)[])[]

/** All origins that a check names: of its operands, or of its evidence. */
export function originsOf(check: Check): OriginAt[] {
  switch (check.kind) {
    case 'formula':
      return check.comparisons.flatMap(({ operands }, index) =>
        Object.entries(operands).map(([name, { from }]) => ({
          pointer: `/check/comparisons/${index}/operands/${pointerStep(name)}/from`,
          origin: from,
        })),
      )
    case 'editorial':
      return check.evidence.map((origin, index) => ({ pointer: `/check/evidence/${index}`, origin }))
    case 'none':
      return []
  }
}

/**
 * Refuses an origin that names no place or more than one (`inconsistent-inputs`), and words that the claim's own
 * quote does not have (`missing-value`).
 */
export function refuseUnclearOrigins(check: Check, quote: string): void {
  const forms = check.kind === 'formula' ? operandForms : evidenceForms
  for (const { pointer, origin } of originsOf(check)) {
    refuseUnclear(origin, forms, pointer)
    if (origin.quote !== undefined && origin.claim === undefined && !hasWords(quote, origin.quote)) {
      throw new DomainError(
        'missing-value',
        `${pointer}/quote is "${origin.quote}", which the quote of the claim does not contain; correct one of them.`,
        { pointer: `${pointer}/quote` },
      )
    }
  }
}

function refuseUnclear(origin: Origin, forms: Forms, pointer: string): void {
  const given = Object.keys(origin)
  const fits = forms.some(
    form => form.length === given.length && form.every(member => given.includes(member)),
  )
  if (fits) return
  throw new DomainError(
    'inconsistent-inputs',
    `${pointer} has ${given.join(' and ') || 'no member'}; give exactly one of: ${forms.map(form => form.join(' with ')).join('; ')}.`,
    { pointer, facts: { given } },
  )
}

/** Whether a quote has the words. Spaces do not count: quotes are copied with and without those of a layout. */
export function hasWords(quote: string, words: string): boolean {
  const dense = (text: string) => text.replaceAll(/\s/g, '')
  return dense(quote).includes(dense(words))
}
