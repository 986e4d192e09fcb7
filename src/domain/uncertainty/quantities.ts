import { DomainError } from '../errors.ts'
import type { BuiltEstimate } from '../estimate.ts'
import type { Sheet } from '../sheet/sheet.ts'
import { convert } from '../units.ts'

/** The handle of a quantity that a caller names; throws `unknown-quantity` with those that the estimate gives. */
export function quantityNamed({ sheet, results }: BuiltEstimate, id: string, pointer: string): number {
  const handle = sheet.find(id)
  if (handle !== undefined) return handle
  const known = results.slice(0, 30).map(result => sheet.idOf(result))
  throw new DomainError(
    'unknown-quantity',
    `The estimate has no quantity "${id.slice(0, 100)}"; its results are ${known.join(', ')}${results.length > known.length ? ', …' : ''}.`,
    { pointer, facts: { id, known } },
  )
}

/** The handle of an input that a caller names; throws `unknown-quantity` with the inputs of the sheet. */
export function inputNamed(built: BuiltEstimate, id: string, pointer: string): number {
  const { sheet } = built
  const handle = sheet.find(id)
  if (handle !== undefined && sheet.at(handle).formula === null) return handle
  const known = sheet.quantities
    .filter(({ formula }) => formula === null)
    .map(({ definition }) => definition.id)
  throw new DomainError(
    'unknown-quantity',
    `${handle === undefined ? `The estimate has no input "${id.slice(0, 100)}"` : `${id} is worked out, not an input`}; its inputs are ${known.slice(0, 30).join(', ')}${known.length > 30 ? ', …' : ''}.`,
    { pointer, facts: { id, known: known.slice(0, 30) } },
  )
}

/** How many display units one unit of a quantity is, so that columns need no conversion one by one. */
export function displayFactor(sheet: Sheet, handle: number): number {
  const { unit, display } = sheet.at(handle).definition
  return unit === display ? 1 : convert(1, unit, display)
}
