import { isObject, type Json, type Resolve, type Schema, typesOf } from './schema.ts'
import { distinct, simplest } from './simplest.ts'

/** A value at or beside a constraint of a schema. Which side it is on is for the validator to say. */
export interface Boundary {
  readonly value: Json
  /** The member that is missing or too many, below the place itself. */
  readonly member?: string
}

/** Longest text that is tried against a `maxLength`: beyond that the limit of bodies comes first. */
const longestText = 100_000

/** One value of each JSON type. */
const ofEachType: Readonly<Record<string, Json>> = {
  null: null,
  boolean: true,
  number: 1.5,
  string: 'text',
  array: [],
  object: {},
}

/** Values at and beside each constraint of a schema, given one that satisfies it. */
export function* boundariesOf(schema: Schema, valid: Json, resolve: Resolve): Generator<Boundary> {
  yield* types(schema)
  yield* choices(schema)
  yield* numbers(schema)
  yield* texts(schema, valid)
  if (Array.isArray(valid)) yield* arrays(schema, valid, resolve)
  if (isObject(valid)) yield* objects(schema, valid, resolve)
}

function* types(schema: Schema): Generator<Boundary> {
  const allowed = typesOf(schema)
  if (allowed.length === 0) return
  for (const [type, value] of Object.entries(ofEachType)) {
    if (!allowed.includes(type)) yield { value }
  }
  // Numbers written as text are the mistake that callers make most.
  if (allowed.includes('number') || allowed.includes('integer')) yield { value: '5' }
}

function* choices({ enum: values = [] }: Schema): Generator<Boundary> {
  for (const value of values) yield { value }
  const [first] = values
  if (typeof first === 'string') {
    yield { value: `${first}x` }
    yield { value: '' }
    if (first.toUpperCase() !== first) yield { value: first.toUpperCase() }
  }
}

function* numbers(schema: Schema): Generator<Boundary> {
  const types = typesOf(schema)
  const whole = types.includes('integer')
  if (!whole && !types.includes('number')) return
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  for (const limit of [minimum, maximum, exclusiveMinimum, exclusiveMaximum]) {
    if (limit === undefined) continue
    for (const value of [limit, beside(limit, -1, whole), beside(limit, 1, whole)]) yield { value }
  }
  if (whole) yield { value: (minimum ?? 0) + 0.5 }
}

/** The next number on a side: the next whole one, or the next double. */
export function beside(value: number, side: -1 | 1, whole: boolean): number {
  if (whole) return value + side
  if (value === 0) return side * Number.MIN_VALUE
  const bits = new BigInt64Array(new Float64Array([value]).buffer)
  const away = value > 0 === side > 0
  return new Float64Array(new BigInt64Array([(bits[0] ?? 0n) + (away ? 1n : -1n)]).buffer)[0] ?? value
}

function* texts(schema: Schema, valid: Json): Generator<Boundary> {
  if (!typesOf(schema).includes('string')) return
  const { minLength, maxLength, pattern, format } = schema
  const sample = typeof valid === 'string' ? valid : 'a'
  for (const limit of [minLength, maxLength]) {
    if (limit === undefined) continue
    for (const length of [limit - 1, limit, limit + 1]) {
      if (length >= 0 && length <= longestText) yield { value: ofLength(sample, length) }
    }
    // Length counts characters, not the units of UTF-16.
    if (limit <= 1_000) yield { value: '𝕏'.repeat(limit) }
  }
  if (pattern !== undefined) {
    for (const value of ['', ' ', '\n', `${sample}\n`, `${sample} `, '$ref']) yield { value }
  }
  if (format === 'date') {
    for (const value of ['2023-02-29', '2024-02-29', '2024-13-01', '0000-01-01', '9999-12-31'])
      yield { value }
  }
}

const ofLength = (sample: string, length: number) =>
  sample.length >= length ? sample.slice(0, length) : sample + sample.slice(-1).repeat(length - sample.length)

/** Most elements that an array is filled with. */
const mostElements = 3_000

function* arrays(schema: Schema, valid: readonly Json[], resolve: Resolve): Generator<Boundary> {
  const { items = {}, minItems, maxItems, uniqueItems } = schema
  const element = valid[0] ?? simplest(items, resolve)
  const filled = (length: number) => Array.from({ length }, (_, index) => distinct(element, index))
  for (const limit of [minItems, maxItems]) {
    if (limit === undefined || limit > mostElements) continue
    for (const length of [limit - 1, limit, limit + 1]) if (length >= 0) yield { value: filled(length) }
  }
  if (uniqueItems === true) yield { value: [element, element] }
}

function* objects(
  schema: Schema,
  valid: Readonly<Record<string, Json>>,
  resolve: Resolve,
): Generator<Boundary> {
  const { properties = {}, required = [], additionalProperties, minProperties, maxProperties } = schema
  for (const member of required) {
    const { [member]: _, ...value } = valid
    yield { value, member }
  }
  if (additionalProperties === false) {
    for (const member of ['extra', 'toString']) yield { value: { ...valid, [member]: 1 }, member }
  }
  const counted = typeof additionalProperties === 'object' ? additionalProperties : undefined
  const names = counted === undefined ? Object.keys(properties) : undefined
  for (const limit of [minProperties, maxProperties]) {
    if (limit === undefined || limit > mostElements) continue
    for (const size of [limit - 1, limit, limit + 1]) {
      if (size < 0 || (names !== undefined && size > names.length)) continue
      const chosen = names?.slice(0, size) ?? Array.from({ length: size }, (_, index) => `m${index}`)
      const value = Object.fromEntries(
        chosen.map(name => [name, simplest(properties[name] ?? counted ?? {}, resolve)]),
      )
      yield { value }
    }
  }
}
