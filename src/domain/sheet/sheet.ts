import { DomainError } from '../errors.ts'
import type { Unit } from '../units.ts'
import type { Formula } from './formula.ts'
import type { Provenance, QuantityDefinition } from './quantity.ts'

declare const unitOfHandle: unique symbol

/** A quantity's place on its sheet, typed by its unit. Handles of one sheet mean nothing on another. */
export type Handle<U extends Unit = Unit> = number & { readonly [unitOfHandle]: U }

/** A quantity on a sheet: its definition, and either where its value is from or the formula that gives it. */
export type SheetQuantity =
  | { readonly definition: QuantityDefinition; readonly provenance: Provenance; readonly formula: null }
  | { readonly definition: QuantityDefinition; readonly provenance: null; readonly formula: Formula }

type HandlesOf<Inputs extends readonly Unit[]> = { readonly [K in keyof Inputs]: Handle<Inputs[K]> }

/**
 * Quantities in dependency order. A quantity can only be derived from handles that exist, so a sheet written
 * through this class has no cycles.
 *
 * The structure (`quantities`, `operands`, `formulas`) is apart from the numbers (`inputs`): simulating,
 * solving and sweeping evaluate the same structure over other numbers.
 */
export class Sheet {
  readonly quantities: SheetQuantity[] = []
  /** Input values by handle; NaN where the quantity is derived. */
  readonly inputs: number[] = []
  /** Handles that each derived quantity is computed from; null for an input. */
  readonly operands: (readonly number[] | null)[] = []
  readonly #byId = new Map<string, number>()

  /** Adds a quantity whose value is given; throws `duplicate-quantity` or `non-finite-quantity`. */
  input<U extends Unit>(definition: QuantityDefinition<U>, value: number, provenance: Provenance): Handle<U> {
    if (!Number.isFinite(value)) {
      throw new DomainError(
        'non-finite-quantity',
        `${definition.id} is ${value}; it must be a finite number.`,
        {
          facts: { quantity: definition.id, value: String(value) },
        },
      )
    }
    return this.#add({ definition, provenance, formula: null }, value, null) as Handle<U>
  }

  /** Adds a quantity computed from others; throws `duplicate-quantity` or `unknown-quantity`. */
  derive<U extends Unit, Inputs extends readonly Unit[]>(
    definition: QuantityDefinition<U>,
    formula: Formula<Inputs, U>,
    operands: HandlesOf<Inputs>,
  ): Handle<U> {
    for (let index = 0; index < operands.length; index++) {
      const operand = operands[index] as number
      if (!(operand >= 0 && operand < this.quantities.length)) {
        throw new DomainError(
          'unknown-quantity',
          `${definition.id} is derived from a quantity that is not on its sheet (operand ${index + 1}).`,
          { facts: { quantity: definition.id, operand: index + 1 } },
        )
      }
    }
    return this.#add({ definition, provenance: null, formula }, Number.NaN, operands) as Handle<U>
  }

  /** The handle of a quantity by its id, or undefined. */
  find(id: string): Handle | undefined {
    return this.#byId.get(id) as Handle | undefined
  }

  /** The quantity at a handle; throws `unknown-quantity` when the sheet has none there. */
  at(handle: number): SheetQuantity {
    const found = this.quantities[handle]
    if (found === undefined) {
      throw new DomainError('unknown-quantity', `The sheet has no quantity at ${handle}.`, {
        facts: { handle },
      })
    }
    return found
  }

  /** The id of the quantity at a handle. */
  idOf(handle: number): string {
    return this.at(handle).definition.id
  }

  #add(added: SheetQuantity, value: number, operands: readonly number[] | null): number {
    const { id } = added.definition
    const handle = this.quantities.length
    // One look-up in place of two: where the id was there already, the map has not grown.
    this.#byId.set(id, handle)
    if (this.#byId.size === handle) {
      throw new DomainError(
        'duplicate-quantity',
        `The sheet already has a quantity "${id}"; ids must differ.`,
        {
          facts: { quantity: id },
        },
      )
    }
    this.quantities.push(added)
    this.inputs.push(value)
    this.operands.push(operands)
    return handle
  }
}
