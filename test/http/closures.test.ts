import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })
const post = (body: object) => service.http.post('/v1/closures').send(body)
const one = (value: number) => [{ value }]

describe('POST /v1/closures', () => {
  it('closes the sizes of 2025 by 0.5508 of every penetration', async () => {
    const { body } = await post({
      total: 1600,
      segments: [
        { id: 'web-literature', penetration: 0.7, candidates: one(436.1) },
        { id: 'text', penetration: 0.6, candidates: one(598) },
        { id: 'painting', penetration: 0.6, candidates: one(860) },
        { id: 'music', penetration: 0.5, candidates: one(293.5) },
        { id: 'video', penetration: 0.3, candidates: one(2337.5) },
        { id: 'games', penetration: 0.25, candidates: one(3507.89) },
      ],
    }).expect(200)
    expect(body.base.total).toBeCloseTo(2905.0425, 9)
    expect(body.base.uniformMultiplier).toBeCloseTo(0.550766468993, 12)
    expect(body).toMatchObject({ combinations: 1, closing: 0, unit: '亿元', base: { missing: null } })
  })

  it('finds what text and painting must have been when nothing grows: 33.7 of them together', async () => {
    const { body } = await post({
      total: 1600,
      segments: [
        { id: 'web-literature', penetration: 0.7, candidates: one(358.5) },
        { id: 'text', penetration: 0.6, candidates: [null, { value: 207 }] },
        { id: 'painting', penetration: 0.6, candidates: [null] },
        { id: 'music', penetration: 0.5, candidates: one(387) },
        { id: 'video', penetration: 0.3, candidates: [{ dataset: 'video_long', year: 2021 }] },
        { id: 'games', penetration: 0.25, candidates: [{ dataset: 'games_gpc', year: 2021 }] },
      ],
    }).expect(200)
    expect(body.base.total).toBeCloseTo(1579.7825, 9)
    expect(body.base.missing).toMatchObject({
      segments: ['text', 'painting'],
      contribution: expect.closeTo(20.2175, 9),
      size: expect.closeTo(33.6958, 3),
    })
    expect(body.closest.map(({ unknown }: { unknown: string[] }) => unknown)).toEqual([
      ['text', 'painting'],
      ['painting'],
    ])
  })

  it('closes the combination that base names', async () => {
    const segments = [
      { id: 'a', candidates: [...one(10), ...one(50)] },
      { id: 'b', candidates: one(5) },
    ]
    const { body } = await post({ total: 110, segments, base: { a: 1 } }).expect(200)
    expect(body.base).toMatchObject({
      total: 55,
      residual: -55,
      uniformMultiplier: 2,
      closingSizes: { a: 105, b: 60 },
    })
    const { body: over } = await post({ total: 4, segments }).expect(200)
    expect(over.base.closingSizes).toEqual({ a: null, b: null })
  })

  it('gives no size or multiplier that no market could have', async () => {
    const segments = [{ id: 'a', valueCapture: 3e-291, candidates: one(1) }]
    const { body } = await post({ total: 1, segments }).expect(200)
    expect(body.base).toMatchObject({ uniformMultiplier: null, closingSizes: { a: null } })
  })

  it('converts each size at the rate of its own year, in any scale', async () => {
    const candidates = [
      { value: 134, unit: '亿美元', year: 2021 },
      { value: 0.0864501, unit: '万亿元' },
      { value: 50, unit: '亿美元', year: 2031 },
    ]
    const { body } = await post({
      total: 8_645_010,
      unit: '万元',
      segments: [{ id: 'art', candidates }],
    }).expect(200)
    expect(body.segments[0].candidates[0].size).toBeCloseTo(8_645_010, 3)
    expect(body.segments[0].candidates[1].size).toBeCloseTo(8_645_010, 3)
    expect(body.closing).toBe(2)
    expect(body.warnings.map(({ code }: { code: string }) => code)).toEqual(['exchange-rate-of-another-year'])
  })

  it.each([
    [[{ id: 'a', candidates: [{ dataset: 'games_gpc' }] }], '/segments/0/candidates/0/year', 'missing-value'],
    [
      [{ id: 'a', candidates: [null, { value: 1, unit: '亿美元' }] }],
      '/segments/0/candidates/1/year',
      'missing-value',
    ],
    [
      [{ id: 'a', candidates: [{ dataset: 'games_gpc', year: 1999 }] }],
      '/segments/0/candidates/0/year',
      'missing-value',
    ],
    [
      [{ id: 'a', candidates: [{ dataset: 'nothing', year: 2021 }] }],
      '/segments/0/candidates/0/dataset',
      'unknown-dataset',
    ],
    [
      [{ id: 'a', candidates: [{ dataset: 'games_users', year: 2021 }] }],
      '/segments/0/candidates/0/dataset',
      'unknown-unit',
    ],
    [
      [{ id: 'a', candidates: [{ value: 1, unit: '斤' }] }],
      '/segments/0/candidates/0/unit',
      'invalid-request',
    ],
    [
      [
        { id: 'a', candidates: one(1) },
        { id: 'a', candidates: one(1) },
      ],
      '/segments/1/id',
      'duplicate-quantity',
    ],
  ])('%j is refused at %s', async (segments, pointer, code) => {
    const { body } = await post({ total: 1, segments }).expect(422)
    expect(body.code).toBe(code)
    expect(body.errors[0].pointer).toBe(pointer)
  })

  it.each([
    [{ b: 0 }, '/base/b'],
    [{ a: 2 }, '/base/a'],
  ])('a base of %j is refused', async (base, pointer) => {
    const { body } = await post({ total: 1, segments: [{ id: 'a', candidates: one(1) }], base }).expect(422)
    expect(body.errors[0].pointer).toBe(pointer)
  })

  it('refuses more than two million combinations with both numbers, and answers two million', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ value: index + 1 }))
    const segments = (...counts: number[]) =>
      counts.map((count, index) => ({ id: `s${index}`, candidates: many(count) }))
    const { body } = await post({ total: 100, segments: segments(100, 100, 100, 3) }).expect(422)
    expect(body.code).toBe('out-of-range')
    expect(body.detail).toMatch(/3000000 .*2000000/)
    const start = performance.now()
    const { body: most } = await post({ total: 200, segments: segments(100, 100, 100, 2) }).expect(200)
    expect(most.combinations).toBe(2_000_000)
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})
