import { beforeAll, describe, expect, it } from 'vitest'
import { locationsOf, replaceAt, valueAt } from '../contract/fuzz/locations.ts'
import { isObject, type Json, type Schema } from '../contract/fuzz/schema.ts'
import { useService } from '../support/service.ts'
import {
  contract,
  jsonWrites,
  makeExamples,
  schemasOf,
  sendBody,
  type WriteOperation,
} from '../support/writes.ts'

const service = useService({ worker: false })
beforeAll(() => makeExamples(service))

/** Members that the service decides, and nobody who writes. */
const coveted: Readonly<Record<string, Json>> = {
  id: 'chosen',
  version: 7,
  createdAt: '2020-01-01T00:00:00Z',
  updatedAt: '2020-01-01T00:00:00Z',
  workspaceId: 'public',
  workspace: 'public',
  status: 'succeeded',
  latestRunId: 'run_1',
  scopes: ['admin'],
  isAdmin: true,
  secretHash: '00',
  actor: 'somebody',
  resultHash: '00',
  engineVersion: '9.9.9',
}

/** Places of an operation's example that take the members of their schema alone, with the schema. */
function closedPlaces({ model, example }: WriteOperation): { pointer: string; schema: Schema }[] {
  const places = [...locationsOf(model.schema, contract.resolve)].filter(
    ({ pointer, schema }) =>
      (schema.additionalProperties === false || pointer === '') && isObject(valueAt(example, pointer)),
  )
  const seen = new Map<string, Schema[]>()
  for (const { pointer, schema } of places) seen.set(pointer, [...(seen.get(pointer) ?? []), schema])
  return [...seen].map(([pointer, schemas]) => ({
    pointer,
    // Where one of several schemas is chosen, a member that any of them has is no foreign one.
    schema: { properties: Object.assign({}, ...schemas.map(({ properties }) => properties)) },
  }))
}

describe('a body that sets what the service decides', () => {
  it('covers every operation that reads JSON', () => {
    expect(jsonWrites.length).toBeGreaterThan(35)
  })

  it.each(jsonWrites.map(operation => [operation.id, operation] as const))(
    'of %s is refused member by member, at the top and below',
    async (_id, operation) => {
      let tried = 0
      for (const { pointer, schema } of closedPlaces(operation).slice(0, 12)) {
        const names = Object.keys(coveted).filter(name => schema.properties?.[name] === undefined)
        // All of them at the top; below, where a body is as closed, one by one in turn.
        for (const name of pointer === '' ? names : names.slice(tried % names.length).slice(0, 1)) {
          const place = valueAt(operation.example, pointer) as Record<string, Json>
          const changed = { ...place, [name]: coveted[name] ?? null }
          const body = replaceAt(operation.example, pointer, changed)
          const { status, text } = await sendBody(service, operation, JSON.stringify(body))
          tried += 1
          expect(status, `${pointer}/${name}: ${text}`).toBe(422)
          const { errors = [] } = JSON.parse(text) as { errors?: { pointer?: string }[] }
          expect(
            errors.some(each => `${pointer}/${name}`.startsWith(each.pointer ?? '?')),
            text,
          ).toBe(true)
        }
      }
      expect(tried).toBeGreaterThan(0)
    },
  )
})

describe('an answer', () => {
  /** Components that show what a caller wrote, or what another document describes, as it came. */
  const open = [
    'AuditEntry/after',
    'AuditEntry/before',
    'Evidence',
    'Inputs',
    'Run/parameters',
    'SweepRow/over',
  ]

  it('has the members of its schema alone: every object of every answer says which those are', () => {
    const answered = [...schemasOf()]
      .filter(([at, { type, additionalProperties, properties }]) => {
        const isShape = [type].flat().includes('object') && (properties ?? additionalProperties) !== undefined
        return isShape && (additionalProperties ?? true) === true && !/(Patch|Content)$/.test(at)
      })
      .map(([at]) => at)
    expect(answered.toSorted()).toEqual(open)
  })
})
