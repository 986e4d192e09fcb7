import { DomainError } from '../errors.ts'
import type { Formula } from './formula.ts'
import type { Provenance, QuantityDefinition } from './quantity.ts'
import { type Handle, Sheet } from './sheet.ts'

/** A quantity whose operands are named by id: the form in which definitions come from data. */
export type NamedQuantity =
  | { readonly definition: QuantityDefinition; readonly value: number; readonly provenance: Provenance }
  | {
      readonly definition: QuantityDefinition
      readonly formula: Formula
      readonly operands: readonly string[]
    }

/**
 * A sheet from quantities in any order. Throws `duplicate-quantity`, `unknown-quantity` for an operand that
 * is not defined, and `cyclic-quantities` with the cycle written out.
 */
export function assembleSheet(named: readonly NamedQuantity[]): Sheet {
  const byId = new Map<string, NamedQuantity>()
  for (const quantity of named) {
    const { id } = quantity.definition
    if (byId.has(id)) {
      throw new DomainError('duplicate-quantity', `"${id}" is defined twice; ids must differ.`, {
        facts: { quantity: id },
      })
    }
    byId.set(id, quantity)
  }

  const sheet = new Sheet()
  const path: string[] = []
  const place = (id: string): Handle => {
    const placed = sheet.find(id)
    if (placed !== undefined) return placed
    const quantity = byId.get(id)
    if (quantity === undefined) {
      const user = path.at(-1)
      throw new DomainError('unknown-quantity', `${user} is derived from "${id}", which is not defined.`, {
        facts: { quantity: id, usedBy: user },
      })
    }
    if ('value' in quantity) return sheet.input(quantity.definition, quantity.value, quantity.provenance)
    if (path.includes(id)) {
      const cycle = [...path.slice(path.indexOf(id)), id]
      throw new DomainError('cyclic-quantities', `${cycle.join(' → ')} goes round in a circle.`, {
        facts: { cycle },
      })
    }
    path.push(id)
    const operands = quantity.operands.map(place)
    path.pop()
    return sheet.derive(quantity.definition, quantity.formula, operands)
  }
  for (const id of byId.keys()) place(id)
  return sheet
}
