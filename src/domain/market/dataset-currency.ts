import { DomainError } from '../errors.ts'
import { isUnit, unitDefinition } from '../units.ts'

const currencies: readonly string[] = ['CNY', 'USD']

/**
 * Refuses a currency without exchange rates (`unknown-unit`), in which values could be used nowhere, and one that is
 * not that of the unit (`inconsistent-inputs`).
 */
export function checkCurrency({
  unit,
  currency,
}: {
  readonly unit?: unknown
  readonly currency?: unknown
}): void {
  if (typeof currency !== 'string') return
  if (!currencies.includes(currency)) {
    throw new DomainError(
      'unknown-unit',
      `The currency ${currency} has no exchange rates here; give the values in ${currencies.join(' or ')}.`,
      { pointer: '/currency', facts: { currency, known: currencies } },
    )
  }
  const base = typeof unit === 'string' && isUnit(unit) ? unitDefinition(unit).base : undefined
  if (base === undefined || !currencies.includes(base) || base === currency) return
  throw new DomainError(
    'inconsistent-inputs',
    `The unit ${unit} is a scale of ${base}, but the currency is ${currency}; correct one of them.`,
    { pointer: '/currency', facts: { unit, of: base, currency } },
  )
}
