import pg from 'pg'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { claim, label, none, operandFrom, rent, reportRequests } from '../support/reports.ts'
import { useService } from '../support/service.ts'

const service = useService()
const { mergePatch, newReport } = reportRequests(service)

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

  it('refers only to companies, datasets, sources, rows and claims of its own that exist', async () => {
    const report = await newReport()
    await service.http.post(`${report}/claims`).send(claim('rent')).expect(201)
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
          claims: ['rent', 'lease'],
          evidence: [{ table: 1, row: 'a' }],
        },
      ],
    }).expect(422)
    expect(body.code).toBe('unknown-reference')
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/source',
      '/recommendations/0/companies/0/company',
      '/figures/0/datasets/1',
      '/findings/0/claims/1',
      '/findings/0/evidence/0/table',
    ])
  })
})

describe('a public report', () => {
  const report = '/v1/reports/galaxy-2023'

  it("shows a workspace's own claims beside the public ones", async () => {
    const own = claim('our-note', operandFrom({ claim: 'N060' }, 364, 'day'))
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
      principal: { id: 'another', workspaceId: 'another', scopes },
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
