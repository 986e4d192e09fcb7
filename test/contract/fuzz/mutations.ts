import fc from 'fast-check'
import { replaceAt } from './locations.ts'
import { escapeSegment, isObject, type Json } from './schema.ts'

/** A value changed in one place. */
export interface Mutation {
  readonly value: Json
  /** The place that was changed, or that is missing or too many. */
  readonly pointer: string
}

/** A value changed in one place at random: often, but not always, into one that its schema refuses. */
export function mutationsOf(value: Json): fc.Arbitrary<Mutation> {
  const places = [...placesOf(value, '')]
  return fc.constantFrom(...places).chain(place => fc.oneof(...changesOf(value, place)))
}

interface Place {
  readonly pointer: string
  readonly node: Json
}

function* placesOf(node: Json, pointer: string): Generator<Place> {
  yield { pointer, node }
  if (node === null || typeof node !== 'object') return
  for (const [name, each] of Object.entries(node)) yield* placesOf(each, `${pointer}/${escapeSegment(name)}`)
}

function changesOf(whole: Json, { pointer, node }: Place): fc.Arbitrary<Mutation>[] {
  const by = (changed: Json, at = pointer): Mutation => ({
    value: replaceAt(whole, pointer, changed) ?? changed,
    pointer: at,
  })
  const anything = fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' })
  const changes = [anything.map(value => by(value as Json))]
  if (typeof node === 'number') changes.push(fc.constantFrom(...numbersBeside(node)).map(value => by(value)))
  if (typeof node === 'string') {
    changes.push(
      fc.constantFrom('', ' ', `${node}\n`, `${node}\u202e`, node.repeat(300)).map(value => by(value)),
    )
  }
  if (Array.isArray(node)) {
    changes.push(fc.integer({ min: 2, max: 600 }).map(length => by(cycle(node, length))))
    changes.push(fc.constant(by([])))
  }
  if (isObject(node)) {
    changes.push(
      fc
        .string({ maxLength: 12 })
        .map(name => by({ ...node, [name]: 1 }, `${pointer}/${escapeSegment(name)}`)),
    )
    const names = Object.keys(node)
    if (names.length > 0) {
      changes.push(
        fc.constantFrom(...names).map(name => {
          const { [name]: _, ...rest } = node
          return by(rest, `${pointer}/${escapeSegment(name)}`)
        }),
      )
    }
  }
  return changes
}

const numbersBeside = (value: number): number[] =>
  [-value, value * 1e12, value / 1e12, value + 0.5, 0, -1, 1e300, -1e300, 2 ** 53].filter(
    each => each !== value,
  )

const cycle = (elements: readonly Json[], length: number): Json[] =>
  Array.from(
    { length: elements.length === 0 ? 0 : length },
    (_, index) => elements[index % elements.length] ?? null,
  )
