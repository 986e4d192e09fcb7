import { type Estimator, engineVersion, type Lookup } from './estimate.ts'
import type { AssumptionStatus, QuantityDefinition } from './sheet/quantity.ts'
import type { Sheet, SheetQuantity } from './sheet/sheet.ts'
import { convert, type Label, type Unit } from './units.ts'

/** A formula as it stands for all quantities of a kind. */
export interface SheetFormula {
  /** Null for a procedure. */
  readonly text: string | null
  readonly symbols: readonly string[]
  /** Ids of the operands, in the order of the symbols, with the parts that vary in braces. */
  readonly inputs: readonly string[]
  /** Id of the source that it is taken from, or null for a definition. */
  readonly source: string | null
}

/** The value that an input has when nobody gives one, in the unit of the quantity, and why. */
export interface SheetDefault {
  readonly value: number
  readonly unit: Unit
  readonly note: Label | null
  readonly source: string | null
}

/** A quantity of an estimator: where it comes from, by every way that the estimator knows. */
export interface SheetEntry {
  /** Parts that vary by request stand in braces: `segments.{segment}.{year}`. */
  readonly id: string
  readonly label: Label
  readonly unit: Unit
  /** Units that it has in other requests. */
  readonly otherUnits: readonly Unit[]
  readonly role: 'input' | 'derived' | 'either'
  /** Whether answers give it among their results. */
  readonly result: boolean
  /** Who may say an input's value. */
  readonly statuses: readonly AssumptionStatus[]
  readonly default: SheetDefault | null
  readonly formulas: readonly SheetFormula[]
}

/** All that an estimator calculates with: its formula sheet. */
export interface FormulaSheet {
  readonly id: string
  readonly label: Label
  readonly description: Label
  readonly engineVersion: string
  /** In the order in which they first stand on a sheet. */
  readonly quantities: readonly SheetEntry[]
  /** The requests whose sheets these are. */
  readonly illustrations: readonly unknown[]
}

interface Collected {
  readonly label: Label
  readonly units: Set<Unit>
  result: boolean
  input: boolean
  readonly statuses: Set<AssumptionStatus>
  default: SheetDefault | null
  readonly formulas: Map<string, SheetFormula>
}

const familyId = ({ id, family }: QuantityDefinition): string => family?.id ?? id

/**
 * The formula sheet of an estimator: the union of the sheets that it writes for its illustrations. What an
 * answer says and what this says come from the same lines, so they cannot differ.
 */
export function formulaSheet<Request>(estimator: Estimator<Request>, lookup: Lookup): FormulaSheet {
  const collected = new Map<string, Collected>()
  for (const request of estimator.illustrations) {
    const { sheet, results } = estimator.build(request, lookup)
    for (const quantity of sheet.quantities) collect(collected, quantity, sheet)
    for (const handle of results) {
      const entry = collected.get(familyId(sheet.at(handle).definition))
      if (entry !== undefined) entry.result = true
    }
  }
  const { id, label, description, illustrations } = estimator
  return {
    id,
    label,
    description,
    engineVersion,
    quantities: [...collected].map(([entry, of]) => entryOf(entry, of)),
    illustrations,
  }
}

function collect(collected: Map<string, Collected>, quantity: SheetQuantity, sheet: Sheet): void {
  const { definition, provenance, formula } = quantity
  const id = familyId(definition)
  let entry = collected.get(id)
  if (entry === undefined) {
    entry = {
      label: definition.family?.label ?? definition.label,
      units: new Set(),
      result: false,
      input: false,
      statuses: new Set(),
      default: null,
      formulas: new Map(),
    }
    collected.set(id, entry)
  }
  entry.units.add(definition.display)
  const handle = sheet.find(definition.id) as number
  if (formula === null) {
    entry.input = true
    entry.statuses.add(provenance.status)
    if (provenance.status === 'default') {
      const { unit, display } = definition
      const value = convert(sheet.inputs[handle] as number, unit, display)
      entry.default ??= { value, unit: display, note: provenance.note, source: provenance.source }
    }
    return
  }
  const inputs = (sheet.operands[handle] ?? []).map(operand => familyId(sheet.at(operand).definition))
  const { text, symbols, source } = formula
  entry.formulas.set(`${text}\t${inputs.join('\t')}`, { text, symbols, inputs, source })
}

function entryOf(id: string, of: Collected): SheetEntry {
  const [unit = '1', ...otherUnits] = of.units
  return {
    id,
    label: of.label,
    unit,
    otherUnits,
    role: of.formulas.size === 0 ? 'input' : of.input ? 'either' : 'derived',
    result: of.result,
    statuses: [...of.statuses],
    default: of.default,
    formulas: [...of.formulas.values()],
  }
}
