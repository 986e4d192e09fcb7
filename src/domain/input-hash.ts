import type { Formula } from './sheet/formula.ts'
import type { AssumptionStatus, QuantityDefinition } from './sheet/quantity.ts'
import type { Sheet, SheetQuantity } from './sheet/sheet.ts'

/** A SHA-256 in hexadecimal, of a text and of numbers after it. */
export type Digest = (text: string, numbers?: Float64Array) => string

/** How a value came about, as a number that no code of a formula is. */
const statusCodes: Readonly<Record<AssumptionStatus, number>> = {
  input: -1,
  default: -2,
  catalogue: -3,
  derived: -4,
}

/** Where the numbers of one sheet after another are gathered. */
let gathered = new Float64Array(1_024)

/**
 * The hash of a context and of a sheet: for each quantity a code of what it is, then its value with its status and
 * source, or a code of its formula with the handles that it is applied to. Words stand for few numbers, as writing and
 * encoding all of a sheet's words takes longer than computing it.
 */
export function sheetHash({ quantities, inputs, operands }: Sheet, context: string, digest: Digest): string {
  let text = context
  let length = 0
  for (let handle = 0; handle < quantities.length; handle++) {
    const { definition, formula, provenance } = quantities[handle] as SheetQuantity
    const from = operands[handle] ?? none
    if (gathered.length < length + 3 + from.length) gathered = doubled(gathered)
    gathered[length++] = definitionCode(definition, digest)
    if (formula === null) {
      gathered[length++] = statusCodes[provenance.status]
      gathered[length++] = inputs[handle] as number
      if (provenance.source !== null) text += `\n${handle} ${provenance.source}`
    } else {
      gathered[length++] = formulaCode(formula, digest)
      gathered[length++] = from.length
      for (let index = 0; index < from.length; index++) gathered[length++] = from[index] as number
    }
  }
  return digest(text, gathered.subarray(0, length))
}

const none: readonly number[] = []

function doubled(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * values.length)
  longer.set(values)
  return longer
}

const definitionCodes = new WeakMap<QuantityDefinition, number>()
function definitionCode(definition: QuantityDefinition, digest: Digest): number {
  let code = definitionCodes.get(definition)
  if (code === undefined) {
    code = codeOf(`${definition.id}\t${definition.unit}`, digest)
    definitionCodes.set(definition, code)
  }
  return code
}

const formulaCodes = new WeakMap<Formula, number>()
function formulaCode(formula: Formula, digest: Digest): number {
  let code = formulaCodes.get(formula)
  if (code === undefined) {
    code = codeOf(`${formula.unit}\t${formula.text}\t${formula.source}`, digest)
    formulaCodes.set(formula, code)
  }
  return code
}

/** The first 52 bits of a text's digest: as many as a number holds exactly. */
const codeOf = (text: string, digest: Digest): number => Number.parseInt(digest(text).slice(0, 13), 16)
