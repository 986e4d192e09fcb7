import { describe, expect, it } from 'vitest'
import { digest } from '../../src/digest.ts'
import { estimate } from '../../src/domain/estimate.ts'
import { estimatorIds, estimatorOf } from '../../src/domain/estimators.ts'
import { estimateBytes } from '../../src/http/estimate-bytes.ts'
import { useService } from '../support/service.ts'

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
          expect(JSON.parse(estimateBytes(answer).toString())).toEqual(JSON.parse(JSON.stringify(answer)))
        }
      }
    },
  )

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
