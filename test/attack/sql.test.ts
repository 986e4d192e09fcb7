import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { typesOf } from '../contract/fuzz/schema.ts'
import { useService } from '../support/service.ts'
import { contract } from '../support/writes.ts'

const service = useService({ worker: false })
const root = new URL('../../src/', import.meta.url).pathname

/** Texts that would be more than a text, were they ever put into a statement. */
const payloads: readonly string[] = [
  ...[
    "'",
    "''",
    '"',
    '`',
    ';',
    '--',
    '/*',
    '*/',
    '\\',
    "\\'",
    '$$',
    '$1',
    '$$a$$',
    '?',
    ':a',
    '%',
    '_',
    '%%',
  ],
  ...["' OR '1'='1", "' OR 1=1 --", "') OR ('1'='1", '" OR ""="', "1' OR '1'='1'/*", "' OR TRUE; --"],
  ...["'; DROP TABLE scenario; --", "'; DELETE FROM api_key; --", "'); DROP TABLE document; --"],
  ...["' UNION SELECT secret_hash FROM api_key --", "' UNION SELECT NULL, NULL, NULL --"],
  ...["'; SELECT pg_sleep(10); --", "' || pg_sleep(10) || '", '1; SELECT pg_sleep(10)', "' AND 1=(SELECT 1)"],
  ...[
    "'; COPY api_key TO '/tmp/x'; --",
    "' || (SELECT version()) || '",
    "E'\\\\'",
    "U&'\\0027'",
    '\u02bc OR 1=1',
  ],
  ...['\uff07 OR 1=1', "'; SET ROLE postgres; --", "a' LIKE 'a", "[a-z]' ~ '", "{'a':1}", '{"$gt":""}'],
  ...[
    "'::regclass",
    "'; NOTIFY run; --",
    'x"; --',
    '1)) OR 1=1 --',
    "' ORDER BY 9 --",
    "' LIMIT 1 OFFSET 1 --",
  ],
]

describe('no statement is put together from text', () => {
  it('anywhere in the source', () => {
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      file => file.endsWith('.ts') && !file.startsWith('generated'),
    )
    expect(files.length).toBeGreaterThan(200)
    const unsafe = files.filter(file =>
      /\$(queryRaw|executeRaw)Unsafe|\$(queryRaw|executeRaw)\(\s*['"`]/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    )
    expect(unsafe).toEqual([])
    // Names of columns, each from a list in the source.
    const raw = files.filter(file => readFileSync(join(root, file), 'utf8').includes('Prisma.raw('))
    expect(raw).toEqual(['store/audit-log.ts', 'store/runs.ts'])
    // Names, which PostgreSQL takes no parameters for: never a caller's.
    const composed = files.flatMap(file =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\bquery\(\s*`([^`]*\$\{[^`]*)`/g)].map(
        ([, sql]) => `${file}: ${sql}`,
      ),
    )
    expect(composed).toEqual([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source.
      'store/embedded-postgres.ts: CREATE DATABASE ${database}',
      // Names of tables as the database itself quotes them.
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source.
      'store/restore.ts: SELECT 1 FROM ${quoted} LIMIT 1',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source.
      'store/run-changes.ts: LISTEN ${runChannel}',
    ])
  })
})

/** Every parameter of a list that is any text, by its operation. */
const textual = contract.operations.flatMap(({ method, path, id, parameters }) =>
  method !== 'GET' || path.includes('{')
    ? []
    : parameters
        .filter(({ in: place, schema, name }) => {
          const known = contract.resolve(schema)
          return place === 'query' && name !== 'cursor' && typesOf(known).includes('string') && !known.enum
        })
        .map(({ name }) => ({ path, id, name })),
)

describe('fifty texts that would be statements', () => {
  it('are fifty', () => {
    expect(new Set(payloads).size).toBeGreaterThanOrEqual(50)
  })

  it('are no more than texts in every filter, search and order of every list', async () => {
    expect(textual.length).toBeGreaterThan(30)
    const everything = (await service.http.get('/v1/companies?limit=200').expect(200)).body.items.length
    for (const [index, { path, id, name }] of textual.entries()) {
      // Each parameter gets a third of them, each of them a third of the parameters.
      for (const payload of payloads.filter((_, at) => at % 3 === index % 3)) {
        const url = `${path}?${name}=${encodeURIComponent(payload)}`
        const start = performance.now()
        const { statusCode, body } = await service.app.inject({ method: 'GET', url })
        const took = performance.now() - start
        expect([200, 404, 422], `${id} ${name}=${payload}: ${body}`).toContain(statusCode)
        expect(took).toBeLessThan(5_000)
        if (path === '/v1/companies' && name !== 'q' && statusCode === 200)
          expect(JSON.parse(body).items, payload).toEqual([])
        expect(body).not.toMatch(/syntax error|PostgreSQL \d|pg_catalog/)
      }
    }
    const after = (await service.http.get('/v1/companies?limit=200').expect(200)).body.items.length
    expect(after).toBe(everything)
  })

  it('are stored and found as they are', async () => {
    for (const [index, payload] of payloads.entries()) {
      const label = { en: payload, zh: payload }
      const made = { id: `payload-${index}`, name: label, note: payload }
      await service.http.post('/v1/companies').send(made).expect(201)
      const { body } = await service.http.get(`/v1/companies/${made.id}`).expect(200)
      expect(body).toMatchObject(made)
      if (payload.trim() === '') continue
      const q = encodeURIComponent(payload)
      const { body: found } = await service.http.get(`/v1/companies?q=${q}&limit=200`).expect(200)
      const ids = found.items.map((each: { id: string }) => each.id)
      expect(ids, payload).toContain(made.id)
    }
  })

  it('are ids of nothing', async () => {
    for (const payload of payloads) {
      for (const path of ['/v1/scenarios', '/v1/runs', '/v1/companies', '/v1/audit-log', '/v1/shared']) {
        const url = `${path}/${encodeURIComponent(payload)}`
        const { statusCode, body } = await service.app.inject({ method: 'GET', url })
        expect([400, 404, 422], `${url}: ${body}`).toContain(statusCode)
      }
    }
  })
})
