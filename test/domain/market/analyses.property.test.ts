import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DomainError } from '../../../src/domain/errors.ts'
import { scoreForecasts } from '../../../src/domain/evidence/forecast/score-forecasts.ts'
import { closure } from '../../../src/domain/market/closure/closure.ts'
import { fitModels } from '../../../src/domain/market/fit/fit-request.ts'
import { fitSeries } from '../../../src/domain/market/fit/fit-series.ts'
import { reconcile } from '../../../src/domain/market/reconciliation/reconciliation.ts'
import { marketLookup } from '../../support/market.ts'

const lookup = { ...marketLookup(), scopes: new Map() }
const none = new Map()

/** Every number of an answer that is none, with where it stands. */
function* broken(node: unknown, at = ''): Generator<string> {
  if (typeof node === 'number' && !Number.isFinite(node)) yield `${at}: ${node}`
  if (node === null || typeof node !== 'object') return
  for (const [member, value] of Object.entries(node)) yield* broken(value, `${at}/${member}`)
}

/** Answers with finite numbers, or refuses in words. */
function answersOrRefuses(work: () => unknown): void {
  let answer: unknown
  try {
    answer = work()
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError)
    return
  }
  expect([...broken(answer)]).toEqual([])
}

/** Any number that a schema lets through, the ends among them. */
const value = fc.oneof(
  fc.double({ min: -1e18, max: 1e18, noNaN: true }),
  fc.constantFrom(0, 1, 1e18, -1e18, 1e-18, 5e-324),
  fc.double({ min: 0, max: 100, noNaN: true }),
)
const positive = fc.oneof(fc.double({ min: 0, max: 1e20, noNaN: true }), fc.constantFrom(0, 1e20, 1e-9))
const share = fc.double({ min: 0, max: 1, noNaN: true })
const runs = { numRuns: 300, seed: 20_230_208 }

describe('whatever a schema lets through is answered with finite numbers or refused', () => {
  it.each(fitModels)('by a %s fit', model => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 9_000 }),
        fc.integer({ min: -800, max: 900 }),
        (values, first, on) => {
          const period = (year: number) => ({
            period: String(Math.min(9_999, Math.max(0, year))).padStart(4, '0'),
          })
          const points = values.map((each, index) => ({ ...period(first + index), value: each }))
          answersOrRefuses(() => fitSeries({ model, data: { points }, project: [period(first + on)] }, none))
        },
      ),
      runs,
    )
  })

  it.each(fitModels)('by a %s fit at numbers, from a start of any kind', model => {
    const ids: Readonly<Record<string, readonly string[]>> = {
      linear: ['level', 'slope'],
      'log-linear': ['logLevel', 'logGrowth'],
      logistic: ['ceiling', 'offset', 'rate'],
      gompertz: ['ceiling', 'offset', 'rate'],
      bass: ['ceiling', 'innovation', 'imitation'],
      'bass-cumulative': ['ceiling', 'innovation', 'imitation'],
      richards: ['ceiling', 'offset', 'rate', 'asymmetry'],
      'exponential-saturation': ['ceiling', 'rate'],
    }
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 12 }),
        fc.array(value, { minLength: 12, maxLength: 12 }),
        fc.array(value, { minLength: 4, maxLength: 4 }),
        (places, values, start) => {
          const points = places
            .toSorted((a, b) => a - b)
            .map((x, index) => ({ x, value: values[index] ?? 0 }))
          const names = ids[model]
          const starts = names && [Object.fromEntries(names.map((id, index) => [id, start[index] ?? 0]))]
          answersOrRefuses(() =>
            fitSeries({ model, data: { points }, ...(starts && { starts }), project: [{ x: 1e6 }] }, none),
          )
        },
      ),
      runs,
    )
  })

  it('by a closure', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e20, noNaN: true }),
        fc.array(fc.tuple(share, fc.array(fc.option(positive), { minLength: 1, maxLength: 4 })), {
          minLength: 1,
          maxLength: 5,
        }),
        (total, parts) => {
          const segments = parts.map(([penetration, sizes], index) => ({
            id: `s${index}`,
            penetration,
            candidates: sizes.map(size =>
              size === null ? null : { value: size, growth: { rate: 10, years: 60 } },
            ),
          }))
          answersOrRefuses(() => closure({ total, segments }, lookup))
        },
      ),
      runs,
    )
  })

  it('by a reconciliation', () => {
    fc.assert(
      fc.property(
        fc.tuple(positive, positive),
        fc.array(fc.tuple(positive, fc.double({ min: 0, max: 10, noNaN: true })), {
          minLength: 1,
          maxLength: 6,
        }),
        ([whole, sd], parts) => {
          const bottomUp = parts.map(([each, cv], index) => ({ id: `p${index}`, value: each, cv }))
          answersOrRefuses(() =>
            reconcile({ leastSquares: { topDown: { value: whole, sd }, bottomUp } }, lookup),
          )
        },
      ),
      runs,
    )
  })

  it('by a triangulation', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(positive, fc.double({ min: 1e-6, max: 10, noNaN: true })), {
          minLength: 2,
          maxLength: 6,
        }),
        given => {
          const estimates = given.map(([each, logSd], index) => ({ name: `e${index}`, value: each, logSd }))
          answersOrRefuses(() => reconcile({ triangulation: { estimates } }, lookup))
        },
      ),
      runs,
    )
  })

  it('by the scores of forecasts', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(value, value, fc.constantFrom('normal', 'lognormal', 'ensemble', 'none'), positive),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        given => {
          const forecasts = given.map(([forecast, actual, kind, spread], index) => {
            const wide = Math.min(1e18, Math.max(1e-9, spread))
            const distribution =
              kind === 'normal'
                ? { normal: { mean: forecast, sd: wide } }
                : kind === 'lognormal'
                  ? { lognormal: { p5: 1e-9, p95: wide } }
                  : kind === 'ensemble'
                    ? { ensemble: [forecast, actual, wide] }
                    : undefined
            const row = { id: `f${index}`, forecaster: 'f', period: '2022', value: forecast, actual }
            return distribution === undefined ? row : { ...row, distribution }
          })
          answersOrRefuses(() => scoreForecasts({ forecasts }, none))
        },
      ),
      runs,
    )
  })
})
