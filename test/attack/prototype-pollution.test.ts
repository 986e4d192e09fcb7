import { beforeAll, describe, expect, it } from 'vitest'
import { mergePatch } from '../../src/http/merge-patch.ts'
import { useService } from '../support/service.ts'
import { jsonWrites, makeExamples, sendBody, type WriteOperation } from '../support/writes.ts'

const service = useService({ worker: false })
beforeAll(() => makeExamples(service))

/** Members, as JSON text, that reach for the prototype of all objects. */
const members: readonly string[] = [
  '"__proto__":{"polluted":true}',
  '"__proto__":[1]',
  '"__proto__":null',
  '"__proto__":"polluted"',
  '"\\u005f_proto__":{"polluted":true}',
  '"\\u005f\\u005f\\u0070roto\\u005f\\u005f":{"polluted":true}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"constructor":{"__proto__":{"polluted":true}}',
  '"constructor":null',
  '"\\u0063onstructor":{"prototype":{"polluted":true}}',
  '"prototype":{"polluted":true}',
  '"__proto__.polluted":true',
  '"constructor.prototype.polluted":true',
  '"__proto__[polluted]":true',
  '"a":{"__proto__":{"polluted":true}}',
  '"a":[{"__proto__":{"polluted":true}}]',
  '"a":{"constructor":{"prototype":{"polluted":true}}}',
  '"__proto__":{"__proto__":{"polluted":true}}',
  '"__defineGetter__":"polluted"',
  '"hasOwnProperty":1,"toString":{"polluted":true}',
]

/** An example with more members at its beginning. */
const bodyWith = ({ example }: WriteOperation, more: string): string => {
  const text = JSON.stringify(example)
  return text === '{}' ? `{${more}}` : `{${more},${text.slice(1)}`
}

const untouched = () => {
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  expect(([] as { polluted?: unknown }).polluted).toBeUndefined()
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(Object.prototype.toString.call([])).toBe('[object Array]')
}

describe('a body that reaches for the prototype of all objects', () => {
  it('comes in twenty ways', () => {
    expect(new Set(members).size).toBe(20)
  })

  it.each(jsonWrites.map(operation => [operation.id, operation] as const))(
    'of %s is refused, and reaches nothing',
    async (_id, operation) => {
      for (const member of members) {
        const { status, text } = await sendBody(service, operation, bodyWith(operation, member))
        expect(status, `${member}: ${text}`).toBe(422)
        untouched()
      }
    },
  )

  it('reaches nothing as a merge patch either', () => {
    for (const member of members) {
      const merged = mergePatch({ name: 'x' }, JSON.parse(`{${member}}`))
      untouched()
      expect((merged as { polluted?: unknown }).polluted).toBeUndefined()
    }
  })
})

it('a parameter of that name is one like any other', async () => {
  for (const name of [
    '__proto__',
    'constructor',
    '__proto__[polluted]',
    'constructor[prototype][polluted]',
  ]) {
    const { status } = await service.http.get(`/v1/scenarios?${encodeURIComponent(name)}=true`)
    expect(status, name).toBe(422)
    untouched()
  }
  for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    for (const path of ['/v1/scenarios', '/v1/models', '/v1/accelerators', '/v1/estimators', '/problems'])
      expect([404, 422], `${path}/${id}`).toContain((await service.http.get(`${path}/${id}`)).status)
    const named = { model: { id }, trainingPfDays: 1, throughput: { flopPerSecond: 1e14 } }
    expect((await service.http.post('/v1/estimates/training').send(named)).status).toBe(422)
  }
})
