import { describe, expect, it } from 'vitest'
import type { DomainError } from '../../../src/domain/errors.ts'
import { evaluateExpression } from '../../../src/domain/formula/evaluate.ts'
import { parseFormula } from '../../../src/domain/formula/parse.ts'
import type { AdoptionCurve } from '../../../src/domain/market/adoption.ts'
import { type CurveKind, checkCurve, curveKinds, curves } from '../../../src/domain/market/adoption.ts'
import { growthRate, growthStep } from '../../../src/domain/market/growth.ts'
import type { Formula } from '../../../src/domain/sheet/formula.ts'
import { sized } from '../../support/market.ts'

const path = (kind: CurveKind, curve: AdoptionCurve, baseYear = 2021, targetYear = 2025) => {
  const values = sized({
    baseYear,
    targetYear,
    segments: [{ id: 's', size: { value: 1 }, penetration: { [kind]: curve } as never }],
  })
  return {
    rate: values['segments.s.penetration.rate'] as number,
    in: (year: number) => values[`segments.s.penetration.${year}`] as number,
  }
}
const to = (value: number, ceiling?: number): AdoptionCurve => ({
  from: { year: 2021, value: 0.015 },
  to: { year: 2025, value },
  ...(ceiling !== undefined && { ceiling }),
})

describe('a penetration path from 1.5 % in 2021 to a target in 2025', () => {
  // Worked with SciPy 1.17: logistic p = 1/(1 + e^−(L0 + k·i)), Gompertz p = e^(−e^−(G0 + k·i)).
  it.each([
    [0.7, 1.257972325, [0.050853, 0.158605, 0.39875]],
    [0.6, 1.147514137, [0.045779, 0.131294, 0.322556]],
    [0.5, 1.04614786, [0.041549, 0.109848, 0.259966]],
    [0.3, 0.834323395, [0.033886, 0.074748, 0.156881]],
    [0.25, 0.771494788, [0.031889, 0.066509, 0.133529]],
  ])('logistic to %d: k = %d and %j between', (target, k, between) => {
    const curve = path('logistic', to(target))
    expect(curve.rate).toBeCloseTo(k, 9)
    for (const [index, value] of between.entries()) expect(curve.in(2022 + index)).toBeCloseTo(value, 6)
    expect(curve.in(2025)).toBe(target)
  })

  it.each([
    [0.7, 0.616486184, [0.103606, 0.294081, 0.516486]],
    [0.6, 0.526685324, [0.083729, 0.23115, 0.421057]],
    [0.5, 0.450381806, [0.068781, 0.18156, 0.337063]],
    [0.3, 0.312346886, [0.04628, 0.105544, 0.192939]],
    [0.25, 0.277095011, [0.041449, 0.089556, 0.160586]],
  ])('Gompertz to %d: k = %d and %j between', (target, k, between) => {
    const curve = path('gompertz', to(target))
    expect(curve.rate).toBeCloseTo(k, 9)
    for (const [index, value] of between.entries()) expect(curve.in(2022 + index)).toBeCloseTo(value, 6)
    expect(curve.in(2025)).toBe(target)
  })

  it('linear to 0.70: 0.3575 in 2023, where the logistic has 0.1586', () => {
    expect(path('linear', to(0.7)).in(2023)).toBeCloseTo(0.3575, 12)
  })
})

describe('a path past its anchors and below a ceiling', () => {
  const closed: Record<CurveKind, (share: number, ceiling: number) => number> = {
    linear: share => share,
    logistic: (share, ceiling) => Math.log(share / (ceiling - share)),
    gompertz: (share, ceiling) => -Math.log(-Math.log(share / ceiling)),
  }

  it.each(['logistic', 'gompertz'] as const)('a %s path is a straight line in its own scale', kind => {
    const curve = path(kind, to(0.25, 0.4), 2018, 2030)
    const scaled = Array.from({ length: 13 }, (_, index) => closed[kind](curve.in(2018 + index), 0.4))
    for (let index = 1; index < scaled.length; index++)
      expect((scaled[index] as number) - (scaled[index - 1] as number)).toBeCloseTo(curve.rate, 8)
    expect(curve.in(2030)).toBeLessThan(0.4)
  })

  it('a line stops at 0 and at its ceiling', () => {
    const curve = path('linear', to(0.415, 0.5), 2018, 2030)
    expect(curve.in(2019)).toBe(0)
    expect(curve.in(2018)).toBe(0)
    expect(curve.in(2026)).toBe(0.5)
    expect(curve.in(2030)).toBe(0.5)
  })

  it.each(['linear', 'logistic', 'gompertz'] as const)(
    'a %s path is the same whether its window touches the anchors or not',
    kind => {
      const anchors: AdoptionCurve = { from: { year: 2000, value: 0.1 }, to: { year: 2040, value: 0.6 } }
      const whole = path(kind, anchors, 1995, 2045)
      for (const [base, target] of [
        [2015, 2020],
        [1995, 1997],
        [2043, 2045],
      ] as const) {
        const part = path(kind, anchors, base, target)
        for (let year = base; year <= target; year++) expect(part.in(year)).toBeCloseTo(whole.in(year), 12)
      }
    },
  )

  it('a falling path falls', () => {
    const curve = path('logistic', { from: { year: 2021, value: 0.6 }, to: { year: 2025, value: 0.2 } })
    expect(curve.rate).toBeLessThan(0)
    expect(curve.in(2023)).toBeGreaterThan(0.2)
    expect(curve.in(2023)).toBeLessThan(0.6)
  })
})

describe('the formulas of the paths and of growth', () => {
  const years = [-60, -3, -2, -1, 1, 2, 3, 60]
  const formulas = [
    ...curveKinds.flatMap(kind => [
      ...years.map(n => curves[kind].step(n)),
      ...[1, 4, 30].map(n => curves[kind].rate(n)),
    ]),
    ...years.map(growthStep.亿元),
    ...years.map(growthStep.亿美元),
    ...[1, 4, 30].map(growthRate.亿元),
  ] as Formula[]

  it.each(formulas.map(formula => [String(formula.text), formula] as const))(
    '%s reads as it computes',
    (text, formula) => {
      const parsed = parseFormula(text)
      for (const point of [
        [0.2, 0.3, 0.9],
        [0.05, 0.04, 0.5],
        [0.6, -0.1, 0.7],
      ]) {
        const read = evaluateExpression(parsed, name => point[formula.symbols.indexOf(name)] ?? Number.NaN)
        const computed = formula.fn(...point)
        expect(
          Math.abs(read - computed) / Math.max(Math.abs(computed), 1e-300) < 1e-12 ||
            Object.is(read, computed),
        ).toBe(true)
      }
    },
  )
})

describe('anchors that no path passes through', () => {
  const refusal = (kind: CurveKind, curve: AdoptionCurve): DomainError => {
    try {
      checkCurve(kind, curve, '/p')
    } catch (error) {
      return error as DomainError
    }
    throw new Error('The anchors were taken.')
  }

  it.each([
    [
      'linear',
      { from: { year: 2025, value: 0.1 }, to: { year: 2021, value: 0.2 } },
      '/p/to/year',
      ['2025', '2021'],
    ],
    [
      'logistic',
      { from: { year: 2021, value: 0.1 }, to: { year: 2021, value: 0.2 } },
      '/p/to/year',
      ['2021'],
    ],
    [
      'logistic',
      { from: { year: 2021, value: 0 }, to: { year: 2025, value: 0.2 } },
      '/p/from/value',
      ['0', '1'],
    ],
    ['gompertz', { from: { year: 2021, value: 0.1 }, to: { year: 2025, value: 1 } }, '/p/to/value', ['1']],
    ['gompertz', { ...to(0.5, 0.5) }, '/p/to/value', ['0.5']],
    ['linear', { ...to(0.6, 0.5) }, '/p/to/value', ['0.6', '0.5']],
  ] as const)('%s %j at %s', (kind, curve, pointer, says) => {
    const error = refusal(kind, curve)
    expect(error.pointer).toBe(pointer)
    for (const figure of says) expect(error.message).toContain(figure)
  })

  it('a line may start at nothing and end at everything', () => {
    const all: AdoptionCurve = { from: { year: 2021, value: 0 }, to: { year: 2025, value: 1 } }
    expect(() => checkCurve('linear', all, '')).not.toThrow()
  })
})
