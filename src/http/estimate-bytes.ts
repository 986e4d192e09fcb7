import type { Assumption, Estimate } from '../domain/estimate.ts'
import type { ExplainedQuantity } from '../domain/sheet/evaluate.ts'

/** Bytes as text, one character a byte (Node's `latin1`): texts are joined and written in one piece, buffers are not. */
type Bytes = string

/** The UTF-8 of a text. */
const utf8 = (text: string): Bytes => Buffer.from(text).toString('latin1')

/** JSON of an element: what stands before its value and after it. Estimates repeat all of this but the values. */
interface Frame<T> {
  readonly of: T
  readonly key: Bytes
  readonly before: Bytes
  readonly after: Bytes
}

/** Enough for the words of all estimators; callers' own fill the rest, and then all are made afresh. */
const mostFrames = 5_000

/** The frame of an element, made once and kept under its name for as long as elements are the `same` but for the value. */
function framing<T extends { readonly value: number }>(
  nameOf: (element: T) => string,
  same: (one: T, other: T) => boolean,
): (element: T) => Frame<T> {
  const frames = new Map<string, Frame<T>>()
  return element => {
    const name = nameOf(element)
    const known = frames.get(name)
    if (known !== undefined && same(known.of, element)) return known
    // Inside a string the quotes would be escaped, so this finds the member.
    const [before = '', after = ''] = splitAt(JSON.stringify({ ...element, value: null }), '"value":null')
    const made = {
      of: element,
      key: utf8(`${JSON.stringify(name)}:`),
      before: utf8(`${before}"value":`),
      after: utf8(after),
    }
    if (frames.size >= mostFrames) frames.clear()
    frames.set(name, made)
    return made
  }
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return [text.slice(0, at), text.slice(at + separator.length)]
}

const quantityFrame = framing<ExplainedQuantity>(
  ({ id }) => id,
  (one, other) =>
    sameLabel(one.label, other.label) &&
    one.unit === other.unit &&
    one.formula === other.formula &&
    one.source === other.source &&
    sameWords(one.inputs, other.inputs) &&
    sameWords(one.symbols, other.symbols),
)

const assumptionFrame = framing<Omit<Assumption, 'evidence'>>(
  ({ name }) => name,
  (one, other) =>
    sameLabel(one.label, other.label) &&
    one.unit === other.unit &&
    one.status === other.status &&
    one.source === other.source &&
    one.provenance === other.provenance &&
    sameLabel(one.note, other.note),
)

function sameLabel(one: Assumption['note'], other: Assumption['note']): boolean {
  return one === other || (one !== null && other !== null && one.en === other.en && one.zh === other.zh)
}

function sameWords(one: readonly string[], other: readonly string[]): boolean {
  if (one === other) return true
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}

function quantity(shown: ExplainedQuantity): Bytes {
  const { before, after } = quantityFrame(shown)
  return before + shown.value + after
}

function namedQuantity(shown: ExplainedQuantity): Bytes {
  const { key, before, after } = quantityFrame(shown)
  return key + before + shown.value + after
}

function assumption(shown: Assumption): Bytes {
  if (shown.evidence !== undefined) return utf8(JSON.stringify(shown))
  const { before, after } = assumptionFrame(shown)
  return before + shown.value + after
}

function list<T>(elements: readonly T[], write: (element: T) => Bytes): Bytes {
  let written = ''
  for (let index = 0; index < elements.length; index++) {
    if (index > 0) written += ','
    written += write(elements[index] as T)
  }
  return written
}

/**
 * An estimate as the bytes of its JSON: what `JSON.stringify` says, in a fraction of the time that writing and
 * encoding its text takes. Most of an answer is the estimator's own words, which are encoded once.
 */
export function estimateBytes(estimate: Estimate): Bytes {
  const { estimator, engineVersion, catalogueVersion, inputHash } = estimate
  const { results, intervals, tables, assumptions, warnings, trace } = estimate
  const head = JSON.stringify({ estimator, engineVersion, catalogueVersion, inputHash })
  let written = utf8(head.slice(0, -1))
  written += `,"results":{${list(Object.values(results), namedQuantity)}}`
  if (intervals !== undefined) written += `,"intervals":${utf8(JSON.stringify(intervals))}`
  if (tables !== undefined) written += `,"tables":${utf8(JSON.stringify(tables))}`
  written += `,"assumptions":[${list(assumptions, assumption)}]`
  written += `,"warnings":${warnings.length === 0 ? '[]' : utf8(JSON.stringify(warnings))}`
  if (trace !== undefined) written += `,"trace":[${list(trace, quantity)}]`
  return `${written}}`
}
