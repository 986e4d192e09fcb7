import fc from 'fast-check'
import { branchesOf, type Json, type Resolve, type Schema, typesOf } from './schema.ts'

/** Levels after which optional members and elements are left out. */
const deepest = 6

/** Values that a schema lets in, nearly always: whoever must be sure validates them. */
export function arbitraryOf(schema: Schema, resolve: Resolve, depth = 0): fc.Arbitrary<Json> {
  const known = resolve(schema)
  if (known.const !== undefined) return fc.constant(known.const)
  if (known.enum !== undefined) return fc.constantFrom(...known.enum)
  const branches = branchesOf(known)
  if (branches.length > 0) return fc.oneof(...branches.map(branch => arbitraryOf(branch, resolve, depth)))
  const types = typesOf(known)
  if (types.length === 0) return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>
  return fc.oneof(...types.map(type => ofType(type, known, resolve, depth)))
}

function ofType(type: string, schema: Schema, resolve: Resolve, depth: number): fc.Arbitrary<Json> {
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return integers(schema)
    case 'number':
      return fc.oneof({ weight: 3, arbitrary: doubles(schema) }, integers(schema))
    case 'string':
      return strings(schema)
    case 'array':
      return arrays(schema, resolve, depth)
    case 'object':
      return objects(schema, resolve, depth)
    default:
      throw new Error(`There is no type ${type}.`)
  }
}

function doubles({ minimum = -1e300, maximum = 1e300 }: Schema): fc.Arbitrary<number> {
  return fc.oneof(
    fc.double({ min: minimum, max: maximum, noNaN: true }),
    fc.constantFrom(minimum, maximum),
    // As people write them: a few digits.
    fc.double({ min: minimum, max: maximum, noNaN: true }).map(value => {
      const short = Number(value.toPrecision(2))
      return short < minimum || short > maximum ? value : short
    }),
  )
}

function integers({ minimum = -1e9, maximum = 1e9 }: Schema): fc.Arbitrary<number> {
  const min = Math.max(Math.ceil(minimum), Number.MIN_SAFE_INTEGER)
  const max = Math.min(Math.floor(maximum), Number.MAX_SAFE_INTEGER)
  if (min > max) return fc.constant(minimum)
  return fc.oneof(
    fc.integer({ min, max }),
    fc.integer({ min, max: Math.min(max, min + 20) }),
    fc.constantFrom(min, max),
  )
}

function strings({ pattern, format, minLength = 0, maxLength = 1_000 }: Schema): fc.Arbitrary<string> {
  if (format === 'date') return days
  if (format === 'date-time') return times
  const fits = (text: string) => {
    const { length } = [...text]
    return length >= minLength && length <= maxLength
  }
  if (pattern !== undefined && pattern !== '\\S') {
    return fc.stringMatching(new RegExp(pattern, 'u'), { size: '-1' }).filter(fits)
  }
  const text = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', minLength, maxLength: Math.min(maxLength, minLength + 20) }),
    fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 8) }),
  )
  return text.filter(
    each => fits(each) && !each.includes('\u0000') && (pattern === undefined || /\S/u.test(each)),
  )
}

const time = { noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2100-12-31') }
const days = fc.date(time).map(date => date.toISOString().slice(0, 10))
const times = fc.date(time).map(date => date.toISOString())

function arrays(schema: Schema, resolve: Resolve, depth: number): fc.Arbitrary<Json> {
  const { items = {}, minItems = 0, maxItems = 10, uniqueItems = false } = schema
  const most = Math.max(minItems, Math.min(maxItems, depth >= deepest ? minItems : minItems + 3))
  const element = arbitraryOf(items, resolve, depth + 1)
  const size = { minLength: minItems, maxLength: most }
  return uniqueItems
    ? fc.uniqueArray(element, { ...size, selector: each => JSON.stringify(each) })
    : fc.array(element, size)
}

function objects(schema: Schema, resolve: Resolve, depth: number): fc.Arbitrary<Json> {
  const { properties = {}, required = [], additionalProperties } = schema
  const { minProperties = 0, maxProperties = 1_000 } = schema
  const names = Object.keys(properties)
  if (names.length === 0) {
    if (typeof additionalProperties !== 'object') return fc.constant({})
    return fc.dictionary(memberNames, arbitraryOf(additionalProperties, resolve, depth + 1), {
      minKeys: minProperties,
      maxKeys: Math.max(minProperties, Math.min(maxProperties, 3)),
    })
  }
  const optional = names.filter(name => !required.includes(name))
  const least = Math.max(0, minProperties - required.length)
  const room = Math.max(least, Math.min(optional.length, maxProperties - required.length))
  const most = depth >= deepest ? least : room
  // Only the chosen members are generated: an object of forty optional members is seldom given them all.
  return fc
    .oneof(
      fc.subarray(optional, { minLength: least, maxLength: Math.min(most, Math.max(least, 4)) }),
      fc.subarray(optional, { minLength: least, maxLength: most }),
    )
    .chain(chosen => {
      const members = [...required, ...chosen].map(name => [
        name,
        arbitraryOf(properties[name] ?? {}, resolve, depth + 1),
      ])
      return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<Json>>)
    })
    .map(record => ({ ...record }))
}

const memberNames = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,11}$/)
