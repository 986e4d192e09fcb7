import fc from 'fast-check'
import { branchesOf, type Json, type Resolve, type Schema, typesOf } from './schema.ts'

/** The smallest plain value of a schema: required members only, numbers near one. */
export function simplest(schema: Schema, resolve: Resolve): Json {
  const known = resolve(schema)
  if (known.const !== undefined) return known.const
  if (known.enum !== undefined) return known.enum[0] ?? null
  const [branch] = branchesOf(known)
  if (branch !== undefined) return simplest(branch, resolve)
  switch (typesOf(known)[0]) {
    case 'boolean':
      return false
    case 'number':
      return clamp(1, known)
    case 'integer':
      return Math.ceil(clamp(1, known))
    case 'string':
      return textOf(known)
    case 'array':
      return elements(known, resolve)
    case 'object':
      return members(known, resolve)
    default:
      return null
  }
}

const clamp = (value: number, { minimum = value, maximum = value }: Schema) =>
  Math.min(Math.max(value, minimum), maximum)

const matching = new Map<string, string>()

function textOf({ pattern, format, minLength = 0 }: Schema): string {
  if (format === 'date') return '2024-06-30'
  if (format === 'date-time') return '2024-06-30T12:00:00Z'
  if (pattern === undefined || pattern === '\\S') return 'a'.repeat(Math.max(1, minLength))
  const known = matching.get(pattern)
  if (known !== undefined) return known
  const samples = fc.sample(fc.stringMatching(new RegExp(pattern, 'u'), { size: 'xsmall' }), {
    seed: 1,
    numRuns: 20,
  })
  const shortest = samples.filter(each => each.length >= minLength).toSorted((a, b) => a.length - b.length)[0]
  matching.set(pattern, shortest ?? '')
  return shortest ?? ''
}

function elements({ items = {}, minItems = 0, uniqueItems = false }: Schema, resolve: Resolve): Json {
  const element = simplest(items, resolve)
  return Array.from({ length: minItems }, (_, index) => (uniqueItems ? distinct(element, index) : element))
}

/** A value like another but not equal to those of other indices, where that can be had simply. */
export function distinct(value: Json, index: number): Json {
  if (index === 0) return value
  if (typeof value === 'number') return value + index
  if (typeof value === 'string') return `${value}${index}`
  if (value !== null && typeof value === 'object' && 'id' in value) {
    return { ...value, id: distinct(value.id ?? '', index) }
  }
  return value
}

function members(schema: Schema, resolve: Resolve): Json {
  const { properties = {}, required = [], minProperties = 0, additionalProperties } = schema
  const names = new Set(required)
  for (const name of Object.keys(properties)) if (names.size < minProperties) names.add(name)
  const value: Record<string, Json> = {}
  for (const name of names) value[name] = simplest(properties[name] ?? {}, resolve)
  if (typeof additionalProperties === 'object') {
    for (let index = 0; Object.keys(value).length < minProperties; index++) {
      value[`m${index}`] = simplest(additionalProperties, resolve)
    }
  }
  return value
}
