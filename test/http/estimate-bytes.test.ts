import { describe, expect, it } from 'vitest'
import { digest } from '../../src/digest.ts'
import { type Estimate, estimate } from '../../src/domain/estimate.ts'
import { estimatorIds, estimatorOf } from '../../src/domain/estimators.ts'
import { estimateBytes } from '../../src/http/estimate-bytes.ts'
import { useService } from '../support/service.ts'

const decoded = (answer: Estimate): unknown =>
  JSON.parse(Buffer.from(estimateBytes(answer), 'latin1').toString('utf8'))

const service = useService({ worker: false })
const viewer = { workspaceId: 'default', mayWritePublic: true }

describe('the bytes of an estimate', () => {
  it.each(estimatorIds)(
    'say what JSON.stringify says, for every illustration of %s, first and again',
    async id => {
      const estimator = estimatorOf(id)
      for (const request of estimator.illustrations) {
        const { store, catalogue } = service.installation
        const datasets = await store.documents.datasets(viewer, estimator.needs(request))
        for (const trace of [false, true, true]) {
          const answer = estimate(estimator, request, { catalogue: catalogue(), datasets }, { digest, trace })
          expect(decoded(answer)).toEqual(JSON.parse(JSON.stringify(answer)))
        }
      }
    },
  )

  it('keep nothing of an earlier answer that says something else under the same names', async () => {
    const { catalogue } = service.installation
    const training = estimatorOf('training')
    const [request] = training.illustrations
    const lookup = { catalogue: catalogue(), datasets: new Map() }
    const answer = estimate(training, request, lookup, { digest, trace: true })
    const quantities = Object.values(answer.results)
    const [assumption] = answer.assumptions
    if (assumption === undefined) throw new Error('The illustration assumes nothing.')
    const label = { en: '"value":null', zh: '其他' }
    const others = [
      ...[
        { label },
        { unit: 'USD' },
        { formula: 'x' },
        { inputs: ['x'] },
        { symbols: ['x'] },
        { source: 'x' },
      ].map(other => ({
        results: Object.fromEntries(quantities.map(each => [each.id, { ...each, ...other }])),
      })),
      ...[
        { label },
        { unit: 'x' },
        { status: 'derived' },
        { source: 'x' },
        { provenance: 'read' },
        { note: label },
      ].map(other => ({ assumptions: [{ ...assumption, ...other }] })),
      { assumptions: [{ ...assumption, evidence: [{ vendor: '云' }] }] },
    ]
    for (const other of others) {
      expect(decoded(answer)).toEqual(JSON.parse(JSON.stringify(answer)))
      const changed = { ...answer, ...other } as Estimate
      expect(decoded(changed)).toEqual(JSON.parse(JSON.stringify(changed)))
    }
  })

  it('are sent with their length, their type and the headers of every answer', async () => {
    const answer = await fetch(`${service.url}/v1/estimates/training`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ trainingPfDays: 268, throughput: { flopPerSecond: 28e12 } }),
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    const headers = Object.fromEntries(answer.headers)
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(bytes.length),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
    })
    expect(headers['x-request-id']).toMatch(/./)
    expect(JSON.parse(bytes.toString('utf8')).results.deviceDays.label.zh).toBe('卡日')
  })

  it("escapes the caller's own words", async () => {
    const label = { en: 'a "quoted" \\ name\n', zh: '</script>\u2028' }
    const segments = [{ id: 'x', label, size: { value: 1 } }]
    const { body } = await service.http
      .post('/v1/estimates/market')
      .send({ baseYear: 2021, targetYear: 2021, segments })
      .expect(200)
    expect(body.tables.path.columns[0].label).toEqual(label)
    expect(body.results['segments.x'].label.en).toContain(label.en)
  })
})
