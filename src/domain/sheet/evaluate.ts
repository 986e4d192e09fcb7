import { DomainError } from '../errors.ts'
import { convert, type Label, type Unit } from '../units.ts'
import type { QuantityDefinition } from './quantity.ts'
import type { Sheet } from './sheet.ts'

/**
 * The value of every quantity, by handle, in the quantities' own units. `inputs` replaces the sheet's input
 * values, `into` is filled and returned when given. Throws `non-finite-quantity`, naming the quantity and
 * the values it was computed from.
 */
export function evaluate(
  sheet: Sheet,
  inputs: ArrayLike<number> = sheet.inputs,
  into: Float64Array = new Float64Array(sheet.quantities.length),
): Float64Array {
  const { quantities, operands } = sheet
  for (let handle = 0; handle < quantities.length; handle++) {
    const from = operands[handle]
    const formula = quantities[handle]?.formula
    const value =
      from === null || from === undefined || !formula
        ? (inputs[handle] as number)
        : apply(formula.fn, from, into)
    // The one test that both infinities and NaN fail.
    if (value - value !== 0) refuseNonFinite(sheet, handle, value, into)
    into[handle] = value
  }
  return into
}

/** Calls a formula with its operands, without an array for the arities that occur often. */
function apply(fn: (...values: number[]) => number, from: readonly number[], values: Float64Array): number {
  const at = (index: number): number => values[from[index] as number] as number
  switch (from.length) {
    case 1:
      return fn(at(0))
    case 2:
      return fn(at(0), at(1))
    case 3:
      return fn(at(0), at(1), at(2))
    case 4:
      return fn(at(0), at(1), at(2), at(3))
    case 5:
      return fn(at(0), at(1), at(2), at(3), at(4))
    case 6:
      return fn(at(0), at(1), at(2), at(3), at(4), at(5))
    case 7:
      return fn(at(0), at(1), at(2), at(3), at(4), at(5), at(6))
    case 9:
      return fn(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8))
    case 10:
      return fn(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9))
    default:
      return fn(...from.map(handle => values[handle] as number))
  }
}

function refuseNonFinite(sheet: Sheet, handle: number, value: number, values: Float64Array): never {
  const { definition, formula } = sheet.at(handle)
  const inputs = Object.fromEntries(
    (sheet.operands[handle] ?? []).map(operand => [sheet.idOf(operand), values[operand]]),
  )
  const working = Object.entries(inputs).map(([id, input]) => `${id} = ${input}`)
  throw new DomainError(
    'non-finite-quantity',
    formula === null
      ? `${definition.id} is ${value}; it must be a finite number.`
      : `${definition.id}${formula.text === null ? '' : ` = ${formula.text}`} is ${value} with ${working.join(', ')}; change one of these so that the result is a finite number.`,
    { facts: { quantity: definition.id, value: String(value), inputs } },
  )
}

/** A quantity with its value and how it came about: what answers, traces and workbooks show. */
export interface ExplainedQuantity {
  readonly id: string
  readonly label: Label
  /** In `unit`, which is the quantity's display unit. */
  readonly value: number
  readonly unit: Unit
  /** Formula text; null for an input, and for a procedure, whose operands `inputs` names. */
  readonly formula: string | null
  /** Ids of the operands, in the order of the formula's symbols. */
  readonly inputs: readonly string[]
  readonly symbols: readonly string[]
  /** Id of the source of the formula, or of an input's value. */
  readonly source: string | null
}

/** A value of a quantity in the unit that answers show it in. */
export function inDisplayUnit({ unit, display }: QuantityDefinition, value: number): number {
  return display === unit ? value : convert(value, unit, display)
}

const none: readonly never[] = []

function operandIds(sheet: Sheet, operands: readonly number[]): readonly string[] {
  if (operands.length === 0) return none
  const ids: string[] = []
  for (let index = 0; index < operands.length; index++) ids.push(sheet.idOf(operands[index] as number))
  return ids
}

/** One quantity of an evaluated sheet, explained. */
export function explain(sheet: Sheet, values: Float64Array, handle: number): ExplainedQuantity {
  const { definition, formula, provenance } = sheet.at(handle)
  return {
    id: definition.id,
    label: definition.label,
    value: inDisplayUnit(definition, values[handle] as number),
    unit: definition.display,
    formula: formula?.text ?? null,
    inputs: operandIds(sheet, sheet.operands[handle] ?? none),
    symbols: formula?.symbols ?? none,
    source: formula === null ? provenance.source : formula.source,
  }
}

/** Every quantity of an evaluated sheet in dependency order, so that a reader can redo the sum on paper. */
export function trace(sheet: Sheet, values: Float64Array): ExplainedQuantity[] {
  return sheet.quantities.map((_, handle) => explain(sheet, values, handle))
}
