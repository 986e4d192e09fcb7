import { makeKey, withKey } from './keys.ts'
import { claim, label } from './reports.ts'
import type { TestService } from './service.ts'

/** One of everything that a workspace can own, and the words that give it away. */
export interface Belongings {
  readonly send: ReturnType<typeof withKey>
  /** Occurs in every name and id, and nowhere else. */
  readonly marker: string
  /** The id of what stands at an address of the document, by the part of the path before its parameter. */
  readonly ids: Readonly<Record<string, string>>
  /** What a change of it may say: a valid body, so that a refusal is for the owner's sake. */
  readonly contents: Readonly<Record<string, object>>
}

const inputs = { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 }, devices: 8 }

const fact = (marker: string) => ({
  id: `${marker}-fact`,
  fact: 'revenue',
  label: label('Revenue'),
  value: 1,
  unit: '亿元',
  period: '2026',
  status: 'forecast',
  vintage: '2026-11',
})

/** Makes one of everything in a workspace of its own. */
export async function belongingsOf(service: TestService, marker: string): Promise<Belongings> {
  const { key } = await makeKey(service, { workspace: marker, scopes: ['read', 'write', 'run', 'admin'] })
  const send = withKey(service, key)
  const made = async (path: string, body: object): Promise<Record<string, string>> =>
    (
      await send('post', path)
        .send(body)
        .expect(res => {
          if (res.status > 202) throw new Error(`${path}: ${res.status} ${res.text}`)
        })
    ).body
  const id = `${marker}-thing`
  const contents = {
    '/v1/scenarios': { name: id, estimator: 'training', inputs, description: marker },
    '/v1/companies': { name: label(marker) },
    '/v1/applications': {
      name: marker,
      company: marker,
      field: 'audio',
      fieldLabel: label('Audio'),
      scenario: label(marker),
    },
    '/v1/datasets': {
      segment: 'games',
      title: label(marker),
      metric: 'revenue',
      scope: { en: 'What we counted', zh: null },
      unit: '亿元',
      currency: 'CNY',
      region: 'CN',
      observations: [{ period: '2022', value: 1, status: 'actual' }],
    },
    '/v1/scopes': {
      name: label(marker),
      definition: label(marker),
      revenueKind: 'vendor-revenue',
    },
    '/v1/reports': { title: label(marker), publisher: label('Us'), date: '2026-11' },
  }
  for (const [path, content] of Object.entries(contents)) {
    if (path === '/v1/scenarios') await made(path, content)
    else await made(path, { id, ...content })
  }
  const { id: claimId, ...claimContent } = claim(`${marker}-claim`)
  await made(`/v1/reports/${id}/claims`, { id: claimId, ...claimContent })
  const { id: factId, ...factContent } = fact(marker)
  await made(`/v1/companies/${id}/facts`, { id: factId, ...factContent })
  const run = await made(`/v1/scenarios/${id}/runs`, {})
  const share = await made(`/v1/scenarios/${id}/shares`, {})
  const ownKey = await made('/v1/keys', { name: marker, scopes: ['read'] })
  const log = await send('get', '/v1/audit-log').expect(200)
  return {
    send,
    marker,
    ids: {
      '/v1/scenarios': id,
      '/v1/scenarios/shares': String(share.id),
      '/v1/companies': id,
      '/v1/companies/facts': factId,
      '/v1/applications': id,
      '/v1/datasets': id,
      '/v1/scopes': id,
      '/v1/reports': id,
      '/v1/reports/claims': claimId,
      '/v1/runs': String(run.id),
      '/v1/keys': String(ownKey.id),
      '/v1/audit-log': log.body.items[0].id,
    },
    contents: { ...contents, '/v1/reports/claims': claimContent, '/v1/companies/facts': factContent },
  }
}
