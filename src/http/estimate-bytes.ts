import type { Assumption, Estimate } from '../domain/estimate.ts'
import type { ExplainedQuantity } from '../domain/sheet/evaluate.ts'
import type { Label } from '../domain/units.ts'

/** Room for an answer as it is written; grows when one is larger. Answers are written one at a time. */
let room = Buffer.allocUnsafe(64 * 1024)
let length = 0

function reserve(more: number): void {
  if (length + more <= room.length) return
  const larger = Buffer.allocUnsafe(Math.max(room.length * 2, length + more))
  room.copy(larger, 0, 0, length)
  room = larger
}

function bytes(piece: Buffer): void {
  reserve(piece.length)
  room.set(piece, length)
  length += piece.length
}

/** Text that nothing keeps: numbers, and what is said in one answer alone. */
function passing(piece: string): void {
  reserve(piece.length * 3)
  length += room.write(piece, length)
}

const constants = new Map<string, Buffer>()

/** JSON of a string. Ids, units and formulas recur in every answer; what is not one of those is not kept. */
function word(string: string | null): void {
  if (string === null) bytes(nothing)
  else bytes(constants.get(string) ?? encoded(string))
}

function encoded(string: string): Buffer {
  const made = Buffer.from(JSON.stringify(string))
  if (constants.size < mostConstants && string.length <= longestConstant) constants.set(string, made)
  return made
}

const nothing = Buffer.from('null')

/** Enough for the constants of all estimators; callers' own words may fill the rest and no more. */
const mostConstants = 5_000
const longestConstant = 200

/** Bytes of what is made from an object that stays as it is, such as a label, made once for each. */
function remembered<Key extends object>(
  make: (key: Key, id: string) => string,
): (key: Key, id: string) => void {
  const known = new WeakMap<Key, { readonly id: string; readonly piece: Buffer }>()
  return (key, id) => {
    let made = known.get(key)
    if (made?.id !== id) {
      made = { id, piece: Buffer.from(make(key, id)) }
      known.set(key, made)
    }
    bytes(made.piece)
  }
}

const quantityOpening = remembered<Label>(
  (label, id) => `{"id":${JSON.stringify(id)},"label":${JSON.stringify(label)},"value":`,
)
const assumptionOpening = remembered<Label>(
  (label, name) => `{"name":${JSON.stringify(name)},"label":${JSON.stringify(label)},"value":`,
)
const object = remembered<object>(value => JSON.stringify(value))

const piece = (text: string): Buffer => Buffer.from(text)
const unitIs = piece(',"unit":')
const formulaIs = piece(',"formula":')
const inputsAre = piece(',"inputs":[')
const symbolsAre = piece('],"symbols":')
const noFormula = piece(',"formula":null,"inputs":[],"symbols":[]')
const sourceIs = piece(',"source":')
const statusIs = piece(',"status":')
const provenanceIs = piece(',"provenance":')
const noteIs = piece(',"note":')
const evidenceIs = piece(',"evidence":')
const comma = piece(',')
const colon = piece(':')
const end = piece('}')

function quantity({ id, label, value, unit, formula, inputs, symbols, source }: ExplainedQuantity): void {
  quantityOpening(label, id)
  passing(String(value))
  bytes(unitIs)
  word(unit)
  if (formula === null) bytes(noFormula)
  else {
    bytes(formulaIs)
    word(formula)
    bytes(inputsAre)
    list(inputs, word)
    bytes(symbolsAre)
    object(symbols, '')
  }
  bytes(sourceIs)
  word(source)
  bytes(end)
}

function assumption({
  name,
  label,
  value,
  unit,
  status,
  source,
  provenance,
  note,
  evidence,
}: Assumption): void {
  assumptionOpening(label, name)
  passing(String(value))
  bytes(unitIs)
  word(unit)
  bytes(statusIs)
  word(status)
  bytes(sourceIs)
  word(source)
  bytes(provenanceIs)
  word(provenance)
  bytes(noteIs)
  if (note === null) bytes(nothing)
  else object(note, '')
  if (evidence !== undefined) {
    bytes(evidenceIs)
    passing(JSON.stringify(evidence))
  }
  bytes(end)
}

function list<T>(elements: readonly T[], write: (element: T) => void): void {
  for (let index = 0; index < elements.length; index++) {
    if (index > 0) bytes(comma)
    write(elements[index] as T)
  }
}

/**
 * An estimate as JSON in UTF-8: what `JSON.stringify` says, in a third of the time that writing and encoding its
 * text takes. Most of an answer is the estimator's own words, which are encoded once and then copied.
 */
export function estimateBytes(estimate: Estimate): Buffer {
  const {
    estimator,
    engineVersion,
    catalogueVersion,
    inputHash,
    results,
    intervals,
    tables,
    assumptions,
    warnings,
    trace,
  } = estimate
  length = 0
  passing('{"estimator":')
  word(estimator)
  passing(',"engineVersion":')
  word(engineVersion)
  passing(',"catalogueVersion":')
  word(catalogueVersion)
  passing(`,"inputHash":"${inputHash}","results":{`)
  list(Object.keys(results), id => {
    word(id)
    bytes(colon)
    quantity(results[id] as ExplainedQuantity)
  })
  bytes(end)
  if (intervals !== undefined) passing(`,"intervals":${JSON.stringify(intervals)}`)
  if (tables !== undefined) passing(`,"tables":${JSON.stringify(tables)}`)
  passing(',"assumptions":[')
  list(assumptions, assumption)
  passing('],"warnings":')
  passing(JSON.stringify(warnings))
  if (trace !== undefined) {
    passing(',"trace":[')
    list(trace, quantity)
    passing(']')
  }
  bytes(end)
  return Buffer.from(room.subarray(0, length))
}
