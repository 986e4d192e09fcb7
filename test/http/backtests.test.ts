import { describe, expect, it } from 'vitest'
import { everything } from '../support/lists.ts'
import { dataFile } from '../support/reference-files.ts'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

interface Row {
  readonly id: string
  readonly kind: string
  readonly publisher: string
  readonly measured: number
  readonly estimated: number
  readonly low: number | null
  readonly high: number | null
  readonly relativeError: number
  readonly source: string
}
interface Published {
  readonly id: string
  readonly scored: boolean
  readonly score: { readonly value: number } | null
}

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2
}

describe('GET /v1/backtests/estimates', () => {
  it('lists published measurements as published, each beside its estimate and its source', async () => {
    const published = new Map(dataFile<Published[]>('measurements.json').map(row => [row.id, row]))
    const rows = await everything<Row>(service, '/v1/backtests/estimates?kind=training-memory')
    expect(rows.length).toBeGreaterThanOrEqual(68)
    for (const { id, measured, estimated, relativeError, low, high } of rows) {
      expect(measured).toBe(published.get(id)?.score?.value)
      expect(relativeError).toBeCloseTo(estimated / measured - 1, 12)
      if (low === null || high === null) continue
      expect(low).toBeLessThanOrEqual(estimated)
      expect(high).toBeGreaterThanOrEqual(estimated)
    }
    await service.http.get(`/v1/sources/${rows[0]?.source}`).expect(200)
  })

  it('filters by publisher and device', async () => {
    const rows = await everything<Row>(service, '/v1/backtests/estimates?publisher=simumax')
    expect(new Set(rows.map(({ publisher }) => publisher))).toEqual(new Set(['simumax']))
    const { body } = await service.http.get('/v1/backtests/estimates?device=nothing').expect(200)
    expect(body.items).toEqual([])
  })
})

describe('GET /v1/backtests', () => {
  it.each(['kind', 'quantity', 'device', 'publisher', 'family'])('summarises by %s', async by => {
    const summaries = await everything<{ name: string; rows: number }>(service, `/v1/backtests?by=${by}`)
    const rows = await everything<Row>(service, '/v1/backtests/estimates')
    expect(summaries.reduce((sum, each) => sum + each.rows, 0)).toBe(rows.length)
  })

  it('has the median of the errors that the rows show', async () => {
    const rows = await everything<Row>(service, '/v1/backtests/estimates?kind=training-memory')
    const { body } = await service.http.get('/v1/backtests?kind=training-memory').expect(200)
    const [summary] = body.items
    expect(summary.medianAbsoluteError).toBeCloseTo(
      medianOf(rows.map(({ relativeError }) => Math.abs(relativeError))),
      12,
    )
    const held = rows.filter(({ low }) => low !== null)
    const inside = held.filter(
      ({ measured, low, high }) => measured >= (low as number) && measured <= (high as number),
    )
    expect(summary.intervalCoverage).toBeCloseTo(inside.length / held.length, 12)
  })

  it('has a tag, and no body for a caller who has it', async () => {
    const { headers } = await service.http.get('/v1/backtests').expect(200)
    await service.http
      .get('/v1/backtests')
      .set('if-none-match', headers.etag as string)
      .expect(304, '')
  })

  it('refuses what it cannot summarise by', async () => {
    const { body } = await service.http.get('/v1/backtests?by=colour').expect(422)
    expect(body.errors[0].parameter).toBe('by')
  })
})

describe('GET /v1/calibration-profiles', () => {
  it('shows each constant with what was known before, and what it was fitted on', async () => {
    const { body } = await service.http.get('/v1/calibration-profiles/training-memory').expect(200)
    expect(body.rows).toBeGreaterThanOrEqual(68)
    expect(body.publishers).toEqual(expect.arrayContaining(['bigscience', 'simumax']))
    for (const { reason, value, label } of body.constants) {
      expect(value).toBeGreaterThan(0)
      expect(reason.length).toBeGreaterThan(20)
      expect(label.zh).toMatch(/\p{Script=Han}/u)
    }
  })

  it('answers 404 for a family that there is not', async () => {
    await service.http.get('/v1/calibration-profiles/nothing').expect(404)
  })
})
