import {
  branchesOf,
  escapeSegment,
  isObject,
  type Json,
  memberSchema,
  type Resolve,
  type Schema,
  unescapeSegment,
} from './schema.ts'
import { simplest } from './simplest.ts'

type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'item' }
  | { readonly kind: 'branch'; readonly index: number }

/** A place in the values of a schema. */
export interface Location {
  readonly steps: readonly Step[]
  /** What stands there, resolved. */
  readonly schema: Schema
  /** JSON Pointer of the place, first elements of arrays. */
  readonly pointer: string
  /** Whether one of several schemas was chosen on the way, so that errors may point above the place. */
  readonly inUnion: boolean
  /** The member that chooses the schema of the whole, if one does: a change of it makes all else wrong. */
  readonly decides?: string
}

/** Steps after which a schema is taken to repeat itself. */
const longest = 24

/** A name for the members of a map. */
const mapMember = 'a'

/** Every place in the values of a schema, the value itself first. */
export function* locationsOf(schema: Schema, resolve: Resolve): Generator<Location> {
  yield* below({ steps: [], schema: resolve(schema), pointer: '', inUnion: false }, resolve)
}

function* below(place: Location, resolve: Resolve): Generator<Location> {
  yield place
  const { steps, schema, pointer, inUnion } = place
  if (steps.length >= longest) return
  const branches = branchesOf(schema)
  for (const [index, branch] of branches.entries()) {
    const next: Location = {
      steps: [...steps, { kind: 'branch', index }],
      schema: resolve(branch),
      pointer,
      inUnion: true,
      ...(schema.discriminator && { decides: `${pointer}/${schema.discriminator.propertyName}` }),
    }
    yield* below(next, resolve)
  }
  if (branches.length > 0) return
  for (const name of Object.keys(schema.properties ?? {})) yield* below(member(place, name, resolve), resolve)
  if (typeof schema.additionalProperties === 'object')
    yield* below(member(place, mapMember, resolve), resolve)
  if (schema.items !== undefined) {
    yield* below(
      {
        steps: [...steps, { kind: 'item' }],
        schema: resolve(schema.items),
        pointer: `${pointer}/0`,
        inUnion,
      },
      resolve,
    )
  }
}

function member(place: Location, name: string, resolve: Resolve): Location {
  return {
    ...place,
    steps: [...place.steps, { kind: 'member', name }],
    schema: resolve(memberSchema(place.schema, name) ?? {}),
    pointer: `${place.pointer}/${escapeSegment(name)}`,
  }
}

/** The smallest value of a schema in which a place is taken by `value`. */
export function valueWith(schema: Schema, steps: readonly Step[], value: Json, resolve: Resolve): Json {
  const known = resolve(schema)
  const [step, ...rest] = steps
  if (step === undefined) return value
  if (step.kind === 'branch') return valueWith(branchesOf(known)[step.index] ?? {}, rest, value, resolve)
  if (step.kind === 'item') {
    const element = valueWith(known.items ?? {}, rest, value, resolve)
    const others = simplest({ ...known, minItems: known.minItems ?? 1 }, resolve)
    return Array.isArray(others) ? [element, ...others.slice(1)] : [element]
  }
  const own = valueWith(memberSchema(known, step.name) ?? {}, rest, value, resolve)
  // Where members exclude each other, the one on the way pushes out the one that the smallest value has.
  const least = Math.max(0, (known.minProperties ?? 0) - 1)
  const others = simplest({ ...known, minProperties: least }, resolve)
  return { ...(isObject(others) ? others : {}), [step.name]: own }
}

/** What stands at a pointer; undefined where the value has no such place. */
export function valueAt(value: Json, pointer: string): Json | undefined {
  return pointer
    .split('/')
    .slice(1)
    .reduce<Json | undefined>((node, segment) => {
      if (node === null || typeof node !== 'object') return undefined
      const name = unescapeSegment(segment)
      return Object.hasOwn(node, name) ? (node as Record<string, Json>)[name] : undefined
    }, value)
}

/** A value with the place at a pointer taken by another; undefined where the value has no such place. */
export function replaceAt(value: Json, pointer: string, by: Json): Json | undefined {
  if (pointer === '') return by
  const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(pointer) ?? []
  const name = unescapeSegment(first)
  if (Array.isArray(value)) {
    const index = Number(name)
    const element = (value as readonly Json[])[index]
    if (element === undefined) return undefined
    const next = replaceAt(element, rest, by)
    return next === undefined ? undefined : value.with(index, next)
  }
  if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
  const next = replaceAt(value[name] ?? null, rest, by)
  return next === undefined ? undefined : { ...value, [name]: next }
}
