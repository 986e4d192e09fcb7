import { type Label, type Unit, unitDefinition } from '../units.ts'

/**
 * What quantities have in common that a request makes many of, such as one a year: an id with the varying parts
 * in braces, and a label without them.
 */
export interface QuantityFamily {
  readonly id: string
  readonly label: Label
}

/** What a quantity is, before it has a value: declared once per estimator, as a module constant. */
export interface QuantityDefinition<U extends Unit = Unit> {
  readonly id: string
  readonly unit: U
  /** The scale in which answers show it; calculations stay in `unit`. */
  readonly display: Unit
  readonly label: Label
  readonly family?: QuantityFamily
}

/** Declares a quantity; throws `unknown-unit` for a unit that is not in the table. */
export function quantity<const U extends Unit>(
  id: string,
  unit: U,
  en: string,
  zh: string,
  display: Unit = unit,
): QuantityDefinition<U> {
  unitDefinition(unit)
  return { id, unit, display, label: { en, zh } }
}

/** How an input came to have its value. */
export type AssumptionStatus = 'input' | 'default' | 'catalogue' | 'derived'

/** Where an input's value is from: who gave it, which source, and whether that source was read or recalled. */
export interface Provenance {
  readonly status: AssumptionStatus
  readonly source: string | null
  readonly provenance: 'read' | 'recalled' | 'derived' | null
  readonly note: Label | null
}

/** The caller gave the number. */
export const given: Provenance = { status: 'input', source: null, provenance: null, note: null }

/** The estimator's own default, with the reason for it. */
export function byDefault(en: string, zh: string, source: string | null = null): Provenance {
  return { status: 'default', source, provenance: null, note: { en, zh } }
}
