import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeKey, useKeyedService } from '../support/keys.ts'
import { label } from '../support/reports.ts'

const service = useKeyedService({ worker: false, limits: { unitsPerMinute: 1_000_000 } })

/** Collections of a workspace, and a member of each that has a word in everything that a reader sees. */
const collections = {
  companies: (id: string, word: string) => ({ id, name: label(word) }),
  applications: (id: string, word: string) => ({
    id,
    name: word,
    company: word,
    field: 'audio',
    fieldLabel: label(word),
    scenario: label(word),
  }),
  scopes: (id: string, word: string) => ({
    id,
    name: label(word),
    definition: label(word),
    revenueKind: 'vendor-revenue',
  }),
  reports: (id: string, word: string) => ({
    id,
    title: label(word),
    publisher: label(word),
    date: '2026-11',
  }),
  scenarios: (id: string, word: string) => ({
    name: id,
    estimator: 'training',
    inputs: { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 } },
    description: word,
  }),
} as const
type Collection = keyof typeof collections
const names = Object.keys(collections) as Collection[]

/** What one of two workspaces does. */
interface Step {
  readonly by: 0 | 1
  readonly what: 'make' | 'change' | 'delete' | 'start a run'
  readonly collection: Collection
}
const steps = fc.array(
  fc.record<Step>({
    by: fc.constantFrom(0, 1),
    what: fc.constantFrom('make', 'make', 'change', 'delete', 'start a run'),
    collection: fc.constantFrom(...names),
  }),
  { minLength: 2, maxLength: 6 },
)

type Send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) => Promise<string>

/** Sends as the holder of a key of a workspace. */
async function memberOf(workspace: string): Promise<Send> {
  const { key } = await makeKey(service, { workspace, scopes: ['read', 'write', 'run', 'admin'] })
  return async (method, url, body) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const { statusCode, body: text } = await service.app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${key}`,
        ...(method !== 'GET' && { 'if-match': '*' }),
        ...(body && { 'content-type': type }),
      },
      ...(body && { payload: JSON.stringify(body) }),
    })
    if (statusCode >= 400) throw new Error(`${method} ${url}: ${statusCode} ${text}`)
    return text
  }
}

describe('the lists of a workspace', () => {
  it('never show anything of another, after 200 random histories of both', async () => {
    const members = [await memberOf('heron'), await memberOf('crane')] as const
    const words = ['heronqx', 'craneqx'] as const
    const owned = new Map<string, string[]>()
    const of = (by: 0 | 1, collection: Collection) => {
      const key = `${by} ${collection}`
      const ids = owned.get(key) ?? []
      owned.set(key, ids)
      return ids
    }
    let count = 0

    const take = async ({ by, what, collection }: Step) => {
      const send = members[by]
      const ids = of(by, collection)
      const id = ids.at(-1)
      if (what === 'make') {
        count += 1
        const body = collections[collection](`${words[by]}-${count}`, words[by])
        const made = JSON.parse(await send('POST', `/v1/${collection}`, body)) as { id: string }
        ids.push(made.id)
      } else if (id === undefined) return
      else if (what === 'change') {
        const text = `${words[by]} again`
        const patch = collection === 'scenarios' ? { description: text } : { note: text }
        if (collection !== 'applications' && collection !== 'reports')
          await send('PATCH', `/v1/${collection}/${id}`, patch)
      } else if (what === 'delete') {
        await send('DELETE', `/v1/${collection}/${id}`)
        ids.pop()
      } else if (collection === 'scenarios') await send('POST', `/v1/scenarios/${id}/runs`, {})
    }

    let shown = 0
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.constantFrom(...names, 'runs', 'audit-log', 'keys'),
        fc.boolean(),
        async (history, list, isSearch) => {
          for (const step of history) await take(step)
          for (const by of [0, 1] as const) {
            const [mine, theirs] = [words[by], words[by === 0 ? 1 : 0]]
            const searchable = isSearch && (names as readonly string[]).includes(list)
            const search = searchable ? `&q=${theirs}` : ''
            const text = await members[by]('GET', `/v1/${list}?limit=50${search}`)
            expect(text).not.toContain(theirs)
            if (text.includes(mine)) shown += 1
          }
        },
      ),
      { numRuns: 200, seed: 20_261_125 },
    )
    // A list that shows nothing at all would hold as well.
    expect(shown).toBeGreaterThan(100)
  })
})
