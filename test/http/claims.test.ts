import pg from 'pg'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { useService } from '../support/service.ts'

const service = useService()

const label = (text: string) => ({ en: text, zh: text })
const mergePatch = (path: string, tag: string, body: object) =>
  service.http
    .patch(path)
    .set('if-match', tag)
    .set('content-type', 'application/merge-patch+json')
    .send(JSON.stringify(body))

let count = 0
const newReport = async (more: object = {}): Promise<string> => {
  const id = `note-${++count}`
  const content = { title: label('A note'), publisher: label('Us'), date: '2026-11', ...more }
  await service.http
    .post('/v1/reports')
    .send({ id, ...content })
    .expect(201)
  return `/v1/reports/${id}`
}

/** Rent of 64 devices for 30 days at a price an hour, printed as 0.11 million. */
const rent = (price: number) => ({
  printed: '0.11',
  expression: 'price * devices * 24 * 30 / 1000000',
  operands: {
    price: { value: price, unit: 'USD/(device·hour)', from: { quote: `$${price} an hour` } },
    devices: { value: 64, unit: 'device', from: { quote: '64 devices' } },
  },
  relation: '=',
})
const claim = (id: string, more: object = {}) => ({
  id,
  subject: label('Rent of a month'),
  quote: '64 devices for 30 days at $2.35 an hour are $0.11 million',
  printed: { value: 0.11, text: '0.11', unit: 'million USD' },
  check: { kind: 'formula', comparisons: [rent(2.35)] },
  ...more,
})
const formula = (comparison: object) => ({
  check: { kind: 'formula', comparisons: [{ ...rent(2.35), ...comparison }] },
})
const operandFrom = (from: object) =>
  formula({ expression: 'x', operands: { x: { value: 1, unit: null, from } } })
const editorial = (...evidence: object[]) => ({
  check: { kind: 'editorial', verdict: 'consistent', reason: label('They agree'), evidence },
})
const none = { check: { kind: 'none', reason: label('Printed once') } }
const problemOf = async (path: string, body: object, status = 422) =>
  (await service.http.post(`${path}/claims`).send(body).expect(status)).body

describe("an analyst's own report", () => {
  it('is audited from the first claim to the last change', async () => {
    const report = await newReport()
    const audit = async () => (await service.http.get(`${report}/audit`).expect(200)).body
    expect(await audit()).toMatchObject({ summary: { claims: 0 }, claims: [] })

    // 2.35 × 64 × 720 / 10^6 = 0.108288, within 0.01 of 0.11.
    const made = await service.http.post(`${report}/claims`).send(claim('rent')).expect(201)
    expect(made.headers).toMatchObject({ location: `${report}/claims/rent`, etag: '"1"' })
    expect(made.body).toMatchObject({
      section: '',
      kind: 'claim',
      correction: null,
      remark: null,
      version: 1,
    })
    expect(made.body).not.toHaveProperty('verdict')
    let [audited] = (await audit()).claims
    expect(audited).toMatchObject({ id: 'rent', verdict: 'consistent', basis: 'computed' })
    expect(audited.comparisons[0]).toMatchObject({ tolerance: 0.01, holds: true })
    expect(audited.comparisons[0].recomputed).toBeCloseTo(0.108288, 12)

    // 3.90 × 64 × 720 / 10^6 = 0.179712
    const patch = {
      quote: '64 devices for 30 days at $3.9 an hour are $0.11 million',
      check: { comparisons: [rent(3.9)] },
    }
    await mergePatch(`${report}/claims/rent`, '"1"', patch).expect(200).expect('etag', '"2"')
    ;[audited] = (await audit()).claims
    expect(audited).toMatchObject({ verdict: 'inconsistent' })
    expect(audited.comparisons[0].recomputed).toBeCloseTo(0.179712, 12)
    expect(audited.comparisons[0].ratio).toBeCloseTo(1.633745, 6)

    await service.http.delete(`${report}/claims/rent`).set('if-match', '"2"').expect(204)
    expect(await audit()).toMatchObject({ summary: { claims: 0 }, claims: [] })
    await service.http.get(`${report}/claims/rent`).expect(404)
    await service.http.delete(report).set('if-match', '"1"').expect(204)
    await service.http.get(`${report}/audit`).expect(404)
    await service.http.get(`${report}/claims`).expect(404)
  })

  it('has an audit whose tag changes with every claim, and with the report', async () => {
    const report = await newReport()
    const tags = new Set<string>()
    const changed = async () => {
      const { etag } = (await service.http.get(`${report}/audit`).expect(200)).headers
      expect(tags.has(etag as string)).toBe(false)
      tags.add(etag as string)
      await service.http
        .get(`${report}/audit`)
        .set('if-none-match', etag as string)
        .expect(304)
    }
    await changed()
    await service.http.post(`${report}/claims`).send(claim('rent')).expect(201)
    await changed()
    await mergePatch(`${report}/claims/rent`, '"1"', { section: '2' }).expect(200)
    await changed()
    await mergePatch(report, '"1"', {
      findings: [
        { id: 'E1', severity: 'low', where: '2', summary: label('A slip'), claims: ['rent'], evidence: [] },
      ],
    }).expect(200)
    await changed()
    const { body } = await service.http.get(`${report}/audit`).expect(200)
    expect(body.claims[0].findings).toEqual(['E1'])
    await service.http.delete(`${report}/claims/rent`).set('if-match', '*').expect(204)
    await changed()
  })

  it('may be replaced, and made at an id by PUT; so may its claims', async () => {
    const report = await newReport()
    const { id: _, ...content } = claim('chosen')
    const put = (tag: string) =>
      service.http.put(`${report}/claims/chosen`).set('if-none-match', tag).send(content)
    await put('*').expect(201).expect('location', `${report}/claims/chosen`)
    await put('*').expect(412)
    const replaced = await service.http
      .put(`${report}/claims/chosen`)
      .set('if-match', '"1"')
      .send({ ...content, ...none })
      .expect(200)
    expect(replaced.body).toMatchObject({ version: 2, ...none })
    await service.http.post(`${report}/claims`).send(claim('chosen')).expect(409)
  })

  it('refers only to companies, datasets, sources and rows that exist', async () => {
    const report = await newReport()
    const { body } = await mergePatch(report, '"1"', {
      source: 'hearsay',
      recommendations: [
        { layer: 'middle', rating: label('buy'), companies: [{ company: 'acme', ticker: null }], note: null },
      ],
      figures: [
        {
          no: 1,
          title: label('F'),
          source: 'us',
          status: 'lost',
          datasets: ['games_gpc', 'acme'],
          note: null,
        },
      ],
      findings: [
        {
          id: 'E1',
          severity: 'low',
          where: '1',
          summary: label('?'),
          claims: [],
          evidence: [{ table: 1, row: 'a' }],
        },
      ],
    }).expect(422)
    expect(body.code).toBe('unknown-reference')
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/source',
      '/recommendations/0/companies/0/company',
      '/figures/0/datasets/1',
      '/findings/0/evidence/0/table',
    ])
  })
})

describe('a claim', () => {
  it('is 404 in a report that does not exist', async () => {
    expect(await problemOf('/v1/reports/nothing', claim('rent'), 404)).toMatchObject({
      code: 'not-found',
      detail: 'There is no report "nothing".',
    })
    const { id: _, ...content } = claim('rent')
    await service.http.put('/v1/reports/nothing/claims/x').set('if-none-match', '*').send(content).expect(404)
    await mergePatch('/v1/reports/nothing/claims/x', '*', {}).expect(404)
    await service.http.delete('/v1/reports/nothing/claims/x').set('if-match', '*').expect(404)
  })

  it.each<[string, object, string, string]>([
    ['an expression that stops', formula({ expression: 'price *' }), 'invalid-formula', '/expression'],
    ['a name that is no operand', formula({ expression: 'price * hours' }), 'missing-value', '/expression'],
    ['an operand that is not used', formula({ expression: 'price' }), 'unused-operand', '/operands/devices'],
    [
      'a division by zero',
      formula({ expression: 'price / (devices - 64)' }),
      'non-finite-quantity',
      '/expression',
    ],
    ['a number that is not finite', formula({ printed: '1E999' }), 'out-of-range', '/printed'],
    ['digits that are none', formula({ printed: 'a dozen' }), 'invalid-request', '/printed'],
    ['an unknown relation', formula({ relation: '>' }), 'invalid-request', '/relation'],
    [
      'words that its quote lacks',
      operandFrom({ quote: '65 devices' }),
      'missing-value',
      '/operands/x/from/quote',
    ],
    ['an unknown claim', operandFrom({ claim: 'N001' }), 'unknown-reference', '/operands/x/from/claim'],
    ['the claim itself', operandFrom({ claim: 'bad' }), 'unknown-reference', '/operands/x/from/claim'],
    [
      'an unknown dataset',
      operandFrom({ dataset: 'nothing', period: '2021' }),
      'unknown-reference',
      '/operands/x/from/dataset',
    ],
    [
      'a period that the dataset lacks',
      operandFrom({ dataset: 'games_gpc', period: '1999' }),
      'unknown-reference',
      '/operands/x/from/period',
    ],
    [
      'an unknown source',
      operandFrom({ source: 'hearsay', locator: 'p. 1' }),
      'unknown-reference',
      '/operands/x/from/source',
    ],
    [
      'an unknown table',
      operandFrom({ table: 9, row: 'gpt-3' }),
      'unknown-reference',
      '/operands/x/from/table',
    ],
    [
      'a year without a rate',
      operandFrom({ exchangeRate: 'CNY/USD', year: 1999 }),
      'unknown-reference',
      '/operands/x/from/exchangeRate',
    ],
  ])('is refused with %s, at the place', async (_, more, code, place) => {
    const problem = await problemOf(await newReport(), claim('bad', more))
    expect(problem).toMatchObject({ code, errors: [{ pointer: `/check/comparisons/0${place}` }] })
  })

  it('is refused with a check that mixes two kinds, at each place', async () => {
    const report = await newReport()
    const problem = await problemOf(report, claim('bad', { check: { kind: 'none', comparisons: [] } }))
    expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted()).toEqual([
      '/check/comparisons',
      '/check/reason',
    ])
    const guess = await problemOf(report, claim('bad', { check: { kind: 'guess' } }))
    expect(guess.errors).toMatchObject([{ pointer: '/check' }])
  })

  it('may rest on other claims, on their words, on tables, datasets, sources and rates', async () => {
    const table = {
      no: 1,
      title: label('T'),
      source: 'us',
      columns: [{ id: 'x', label: label('x') }],
      rows: [{ id: 'a', x: 1 }],
      note: null,
    }
    const report = await newReport({ tables: [table] })
    await service.http.post(`${report}/claims`).send(claim('first')).expect(201)
    const origins = [
      { claim: 'first' },
      { claim: 'first', quote: '64 devices' },
      { table: 1, row: 'a' },
      { dataset: 'games_gpc', period: '2021' },
      { source: 'rp-gpt-3-paper', locator: 'Table D.1' },
      { exchangeRate: 'CNY/USD', year: 2022 },
    ]
    for (const [index, from] of origins.entries())
      await service.http
        .post(`${report}/claims`)
        .send(claim(`c${index}`, operandFrom(from)))
        .expect(201)
    const places = [
      { claim: 'judged' },
      { table: 1, row: 'a' },
      { fact: 'It was so', source: 'rp-gpt-3-paper' },
    ]
    await service.http
      .post(`${report}/claims`)
      .send(claim('judged', editorial(...places)))
      .expect(201)
    const { body } = await service.http.get(`${report}/audit?claim=judged`).expect(200)
    expect(body.claims).toMatchObject([{ verdict: 'consistent', basis: 'judgement', evidence: places }])
    const problem = await problemOf(
      report,
      claim('bad', editorial({ claim: 'first', quote: '65 devices' }, { table: 1, row: 'b' })),
    )
    expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/check/evidence/0/quote',
      '/check/evidence/1/row',
    ])
  })
})

describe('a public report', () => {
  const report = '/v1/reports/galaxy-2023'

  it("shows a workspace's own claims beside the public ones", async () => {
    const own = claim('our-note', operandFrom({ claim: 'N060' }))
    await service.http.post(`${report}/claims`).send(own).expect(201)
    const { body } = await service.http.get(`${report}/audit`).expect(200)
    expect(body.summary.claims).toBe(114)
    expect(body.claims.at(-1)).toMatchObject({ id: 'our-note' })
    await service.http.post(`${report}/claims`).send(claim('N060')).expect(409)
    await service.http.delete(`${report}/claims/our-note`).set('if-match', '"1"').expect(204)
  })

  it('and its claims are changed by admins alone, and its verdicts follow', async () => {
    const { installation, databaseUrl } = service
    const database = new pg.Client({ connectionString: databaseUrl })
    await database.connect()
    await database.query("INSERT INTO workspace (id, name) VALUES ('another', 'Another')")
    await database.end()
    const scopes = new Set(['read', 'write', 'run'] as const)
    const app = await buildApp({
      ...installation,
      log: pino({ level: 'silent' }),
      principal: { workspaceId: 'another', scopes },
    })
    const change = (url: string) =>
      app.inject({
        method: 'PATCH',
        url,
        headers: { 'content-type': 'application/merge-patch+json', 'if-match': '"1"' },
        payload: JSON.stringify({ remark: label('Mine now') }),
      })
    expect((await change(`${report}/claims/N060`)).json()).toMatchObject({ status: 403, code: 'forbidden' })
    // Another workspace's report is not there at all, and so are its claims.
    const ours = await newReport()
    await service.http.post(`${ours}/claims`).send(claim('rent')).expect(201)
    for (const path of ['', '/claims', '/claims/rent', '/audit', '/tables'])
      expect((await app.inject(`${ours}${path}`)).statusCode).toBe(404)
    // Anybody may add to it in their own workspace, where the others do not see it.
    const theirs = await app.inject({ method: 'POST', url: `${report}/claims`, payload: claim('theirs') })
    expect(theirs.statusCode).toBe(201)
    expect((await app.inject(`${report}/claims/theirs`)).statusCode).toBe(200)
    await service.http.get(`${report}/claims/theirs`).expect(404)
    expect((await service.http.get(`${report}/audit`).expect(200)).body.summary.claims).toBe(113)
    await app.close()

    const { body } = await service.http.get(`${report}/claims/N050`).expect(200)
    const comparisons = body.check.comparisons.map((comparison: object) => ({
      ...comparison,
      printed: '340',
    }))
    await mergePatch(`${report}/claims/N050`, '"1"', { check: { comparisons } }).expect(200)
    const audit = await service.http.get(`${report}/audit?claim=N050`).expect(200)
    expect(audit.body.claims).toMatchObject([{ verdict: 'consistent' }])
  })
})
