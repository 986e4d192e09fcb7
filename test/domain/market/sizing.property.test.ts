import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Penetration } from '../../../src/domain/market/adoption.ts'
import type { Segment } from '../../../src/domain/market/segment.ts'
import type { MarketRequest } from '../../../src/domain/market/sizing.ts'
import { sized } from '../../support/market.ts'

const share = fc.double({ min: 0.001, max: 0.999, noNaN: true })
const amount = fc.double({ min: 0.01, max: 1e6, noNaN: true })
const year = fc.integer({ min: 1990, max: 2050 })
const curve = fc
  .record({ from: fc.record({ year, value: share }), span: fc.integer({ min: 1, max: 30 }), value: share })
  .map(({ from, span, value }) => ({ from, to: { year: from.year + span, value } }))
const penetration: fc.Arbitrary<Penetration> = fc.oneof(
  share.map(constant => ({ constant })),
  curve.map(linear => ({ linear })),
  curve.map(logistic => ({ logistic })),
  curve.map(gompertz => ({ gompertz })),
)
type Known = Omit<Segment, 'size'> & { readonly size: { readonly value: number; readonly year: number } }
const segment: fc.Arbitrary<Known> = fc.record({
  id: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,9}$/),
  size: fc.record({ value: amount, year }),
  growth: fc.double({ min: -0.2, max: 0.5, noNaN: true }).map(cagr => ({ cagr })),
  penetration,
  valueCapture: share,
})
type KnownRequest = Omit<MarketRequest, 'segments'> & { readonly segments: readonly Known[] }
const request: fc.Arbitrary<KnownRequest> = fc
  .record({
    baseYear: year,
    span: fc.integer({ min: 0, max: 12 }),
    unit: fc.constantFrom('亿元' as const, '亿美元' as const),
    penetrationMultiplier: fc.double({ min: 0.1, max: 3, noNaN: true }),
    segments: fc.uniqueArray(segment, { minLength: 1, maxLength: 6, selector: ({ id }) => id }),
  })
  .map(({ baseYear, span, ...rest }) => ({ ...rest, baseYear, targetYear: baseYear + span }))

const near = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(expected), 1e-9))
const at = (values: Record<string, number>, id: string): number => {
  const value = values[id]
  if (value === undefined) throw new Error(`There is no ${id}.`)
  return value
}
/** A request with one segment changed. */
const changed = (asked: KnownRequest, index: number, change: (segment: Known) => Segment): MarketRequest => ({
  ...asked,
  segments: asked.segments.map((each, place) => (place === index ? change(each) : each)),
})

describe('any sizing', () => {
  it('has a total that is the sum of its segments, and shares that add up to one', () => {
    fc.assert(
      fc.property(request, asked => {
        const values = sized(asked)
        const ids = asked.segments.map(({ id }) => id)
        near(
          ids.reduce((sum, id) => sum + at(values, `segments.${id}`), 0),
          at(values, 'total'),
        )
        if (at(values, 'total') > 1e-6)
          near(
            ids.reduce((sum, id) => sum + at(values, `shares.${id}`), 0),
            1,
          )
      }),
    )
  })

  it('grows with the size of any segment', () => {
    fc.assert(
      fc.property(
        request,
        fc.nat(),
        fc.double({ min: 1.01, max: 10, noNaN: true }),
        (asked, pick, factor) => {
          const index = pick % asked.segments.length
          const larger = changed(asked, index, each => ({
            ...each,
            size: { ...each.size, value: each.size.value * factor },
          }))
          expect(sized(larger).total).toBeGreaterThanOrEqual(at(sized(asked), 'total'))
          const id = `segments.${asked.segments[index]?.id}`
          near(at(sized(larger), id), factor * at(sized(asked), id))
        },
      ),
    )
  })

  it('grows with the penetration of any segment', () => {
    fc.assert(
      fc.property(request, fc.nat(), share, share, (asked, pick, one, other) => {
        const index = pick % asked.segments.length
        const to = (constant: number) =>
          at(sized(changed(asked, index, each => ({ ...each, penetration: { constant } }))), 'total')
        expect(to(Math.max(one, other))).toBeGreaterThanOrEqual(to(Math.min(one, other)))
      }),
    )
  })

  it('keeps every path between 0 and 1, and never turns round', () => {
    fc.assert(
      fc.property(curve, fc.constantFrom('linear', 'logistic', 'gompertz'), year, (path, kind, baseYear) => {
        const targetYear = baseYear + 20
        const values = sized({
          baseYear,
          targetYear,
          segments: [{ id: 's', size: { value: 1 }, penetration: { [kind]: path } as never }],
        })
        const rising = path.to.value >= path.from.value ? 1 : -1
        let before: number | undefined
        for (let each = baseYear; each <= targetYear; each++) {
          const here = at(values, `segments.s.penetration.${each}`)
          expect(here).toBeGreaterThanOrEqual(0)
          expect(here).toBeLessThanOrEqual(1)
          if (before !== undefined) expect(rising * (here - before)).toBeGreaterThanOrEqual(-1e-12)
          before = here
        }
      }),
    )
  })

  it('scales with its sizes', () => {
    fc.assert(
      fc.property(request, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (asked, factor) => {
        const scaled: MarketRequest = {
          ...asked,
          segments: asked.segments.map(each => ({
            ...each,
            size: { ...each.size, value: each.size.value * factor },
          })),
        }
        const [before, after] = [sized(asked), sized(scaled)]
        for (const id of ['total', 'totalUsd', 'totalCny']) near(at(after, id), factor * at(before, id))
        if (at(before, 'total') === 0) return
        for (const { id } of asked.segments) near(at(after, `shares.${id}`), at(before, `shares.${id}`))
      }),
    )
  })

  it('scales with the penetration multiplier', () => {
    fc.assert(
      fc.property(request, asked => {
        near(
          at(sized(asked), 'total'),
          (asked.penetrationMultiplier ?? 1) * at(sized({ ...asked, penetrationMultiplier: 1 }), 'total'),
        )
      }),
    )
  })
})
