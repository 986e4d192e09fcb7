import { describe, expect, it } from 'vitest'
import { estimatorIds, estimatorOf } from '../../src/domain/estimators.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

interface Entry {
  readonly id: string
  readonly unit: string
  readonly role: string
  readonly result: boolean
  readonly statuses: readonly string[]
  readonly default: { readonly value: number; readonly note: { readonly en: string } | null } | null
  readonly formulas: readonly {
    readonly text: string
    readonly inputs: readonly string[]
    readonly source: string | null
  }[]
}

const sheetOf = async (id: string): Promise<Map<string, Entry>> => {
  const { body } = await service.http.get(`/v1/estimators/${id}`).expect(200)
  return new Map((body.quantities as Entry[]).map(entry => [entry.id, entry]))
}

describe('GET /v1/estimators', () => {
  it('lists every estimator with what it answers, in both languages', async () => {
    const { body } = await service.http.get('/v1/estimators').expect(200)
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([...estimatorIds].toSorted())
    for (const { label, description } of body.items) {
      expect(label.zh).toMatch(/\p{Script=Han}/u)
      expect(description.en.length).toBeGreaterThan(100)
    }
  })

  it('pages the list', async () => {
    const first = await service.http.get('/v1/estimators?limit=1').expect(200)
    expect(first.body.items).toHaveLength(1)
    const next = await service.http.get('/v1/estimators').query({ limit: 1, cursor: first.body.nextCursor })
    expect(next.body.items[0].id).not.toBe(first.body.items[0].id)
  })
})

describe('GET /v1/estimators/{id}', () => {
  it.each(estimatorIds)('%s: each quantity has a unit, and is given or has a formula', async id => {
    const sheet = await sheetOf(id)
    for (const { id: quantity, unit, role, formulas, statuses } of sheet.values()) {
      expect(unit, quantity).not.toBe('')
      expect(formulas.length > 0, quantity).toBe(role !== 'input')
      expect(statuses.length > 0, quantity).toBe(role !== 'derived')
      for (const { inputs } of formulas)
        expect([...sheet.keys()]).toEqual(expect.arrayContaining([...inputs]))
    }
  })

  it.each(estimatorIds)('%s: the illustrations can be sent as they are', async id => {
    const { body } = await service.http.get(`/v1/estimators/${id}`)
    expect(body.illustrations).toEqual(estimatorOf(id).illustrations)
    const sheet = await sheetOf(id)
    for (const illustration of body.illustrations) {
      const answer = await service.http
        .post(`/v1/estimates/${id}`)
        .query({ trace: true })
        .send(illustration)
        .expect(200)
      const texts = new Set([...sheet.values()].flatMap(({ formulas }) => formulas.map(({ text }) => text)))
      for (const { formula } of answer.body.trace) if (formula !== null) expect(texts).toContain(formula)
    }
  })

  it.each(estimatorIds)('%s: whatever it cites is a source of the catalogue', async id => {
    const known = new Set(service.installation.catalogue().resources.source.map(source => source.id))
    for (const { formulas } of (await sheetOf(id)).values())
      for (const { source } of formulas) if (source !== null) expect(known).toContain(source)
  })

  it('training: 6ND with its citation, and the utilisation that stands in for none', async () => {
    const sheet = await sheetOf('training')
    expect(sheet.get('trainingFlop')).toMatchObject({
      unit: 'FLOP',
      role: 'either',
      result: true,
      formulas: expect.arrayContaining([
        {
          text: '6 · N · D',
          symbols: ['N', 'D'],
          inputs: ['parameters', 'trainingTokens'],
          source: 'kaplan-2020',
        },
      ]),
    })
    // The median of the 30 utilisations that Epoch's data gives, by another program: 0.37435.
    expect(sheet.get('mfu')?.default).toMatchObject({ source: 'epoch-all-ml-systems' })
    expect(sheet.get('mfu')?.default?.value).toBeCloseTo(0.37435, 10)
    expect(sheet.get('perDeviceHour')?.statuses).toEqual(expect.arrayContaining(['input', 'catalogue']))
  })

  it('serving: the share of memory kept free, and why', async () => {
    const sheet = await sheetOf('serving')
    expect(sheet.get('memoryReserve')?.default).toMatchObject({
      value: 0.1,
      note: { en: expect.stringContaining('KV cache') },
    })
    expect(sheet.get('devicesForWeights')).toMatchObject({ role: 'derived', result: true })
  })

  it('market: one entry for the quantities of all segments and years, with every curve', async () => {
    const sheet = await sheetOf('market')
    expect([...sheet.keys()].filter(id => /\d/.test(id))).toEqual([])
    const value = sheet.get('segments.{segment}')
    expect(value).toMatchObject({ unit: '亿元', otherUnits: ['万亿元', '亿美元'], result: true })
    for (const { text } of value?.formulas ?? []) expect(text).toBe('S · P · v · m')
    const curves = sheet.get('segments.{segment}.penetration.{year}')?.formulas.map(({ text }) => text)
    expect(curves).toEqual([
      'K / (1 + (K / p − 1) · exp(−k))',
      'K · (p / K)^exp(−k)',
      'min(K, max(0, p + k))',
      'K / (1 + exp(b − 1 · r))',
      'K · (1 − exp(−1 · (p + q))) / (1 + q / p · exp(−1 · (p + q)))',
      'K · exp(−exp(b − 1 · r))',
    ])
    expect(sheet.get('segments.{segment}.valueCapture')?.default).toMatchObject({ value: 1 })
    expect(sheet.get('penetrationMultiplier')?.default).toMatchObject({ value: 1 })
  })

  it('answers 304 to who has it, until engine or catalogue change', async () => {
    const { headers } = await service.http.get('/v1/estimators/market').expect(200)
    expect(headers.etag).toContain(service.installation.catalogue().version)
    await service.http
      .get('/v1/estimators/market')
      .set('if-none-match', headers.etag ?? '')
      .expect(304)
  })

  it('knows no other', async () => {
    const { body } = await service.http.get('/v1/estimators/astrology').expect(404)
    expect(body.code).toBe('not-found')
    expect(body.detail).toContain('training')
  })
})
