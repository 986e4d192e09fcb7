import { describe, expect, it } from 'vitest'
import { evaluateExpression } from '../../../../src/domain/formula/evaluate.ts'
import { parseFormula } from '../../../../src/domain/formula/parse.ts'
import { fitCurve } from '../../../../src/domain/market/fit/fit-curve.ts'
import { curveModels } from '../../../../src/domain/market/fit/fit-request.ts'
import { nist } from '../../../support/nist.ts'

/** Digits to which a number agrees with another. */
const digits = (value: number, certified: number): number =>
  value === certified ? 16 : -Math.log10(Math.abs(value - certified) / Math.abs(certified))

const problems = Object.entries(nist).flatMap(([name, problem]) =>
  problem.starts.map((start, index) => [name, index + 1, problem, start] as const),
)

describe('the certified regressions of NIST', () => {
  it.each(problems)(
    '%s from start %i: parameters and standard errors to 6 digits',
    (_, __, problem, start) => {
      const found = fitCurve(curveModels[problem.model], problem, { starts: [start] })
      expect(found.convergence.converged).toBe(true)
      for (const [index, certified] of problem.parameters.entries()) {
        expect(digits(found.parameters[index] as number, certified)).toBeGreaterThan(6)
        const error = Math.sqrt(found.covariance?.[index]?.[index] as number)
        expect(digits(error, problem.standardErrors[index] as number)).toBeGreaterThan(6)
      }
      expect(digits(found.residualSumOfSquares, problem.residualSumOfSquares)).toBeGreaterThan(6)
    },
  )

  it.each(Object.entries(nist))('%s without a start: every one of our own arrives', (_, problem) => {
    const found = fitCurve(curveModels[problem.model], problem)
    expect(found.convergence.startsAgreeing).toBe(found.convergence.starts)
    for (const [index, certified] of problem.parameters.entries())
      expect(digits(found.parameters[index] as number, certified)).toBeGreaterThan(6)
  })
})

describe('Bass diffusion by the least squares of Srinivasan and Mason (1986)', () => {
  // Series recalled; the estimates are the published ones to all printed digits, with more from SciPy 1.17.
  it.each([
    [
      'room air conditioners 1949–61',
      [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500],
      [18712.7416, 0.00944208, 0.37476283],
      341468.41,
    ],
    [
      'colour television 1963–70',
      [747, 1480, 2646, 5118, 5777, 5982, 5962, 4631],
      [39658.6243, 0.01846644, 0.61586335],
      955792.03,
    ],
    [
      'clothes dryers 1949–61',
      [106, 319, 492, 635, 737, 890, 1397, 1523, 1294, 1240, 1425, 1260, 1236],
      [16497.0046, 0.01359624, 0.32670239],
      212777.44,
    ],
  ])('%s', (_, y, [m, p, q], rss) => {
    const found = fitCurve(curveModels.bass, { x: y.map((__, index) => index + 1), y })
    // The published digits, less the last, which may be rounded.
    expect(digits(found.parameters[0] as number, m as number)).toBeGreaterThan(7)
    expect(found.parameters[1]).toBeCloseTo(p as number, 7)
    expect(found.parameters[2]).toBeCloseTo(q as number, 7)
    expect(found.residualSumOfSquares).toBeCloseTo(rss, 1)
    expect(found.convergence.startsAgreeing).toBe(found.convergence.starts)
  })

  it('has the standard errors of SciPy for room air conditioners', () => {
    const y = [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500]
    const { covariance } = fitCurve(curveModels.bass, { x: y.map((_, index) => index + 1), y })
    for (const [index, error] of [1410.5, 0.00203841, 0.0402189].entries())
      expect(digits(Math.sqrt(covariance?.[index]?.[index] as number), error)).toBeGreaterThan(4)
  })
})

describe('a fixed parameter', () => {
  it('stays, and the others are those of a fit without it', () => {
    const { x, y, parameters } = nist.Rat42
    const found = fitCurve(curveModels.logistic, { x, y }, { fixed: new Map([[0, parameters[0]]]) })
    expect(found.parameters[0]).toBe(parameters[0])
    expect(found.free).toEqual([false, true, true])
    expect(digits(found.parameters[2] as number, parameters[2])).toBeGreaterThan(6)
    // With one parameter less to give way to, the others are better known.
    expect(Math.sqrt(found.covariance?.[2]?.[2] as number)).toBeLessThan(nist.Rat42.standardErrors[2])
    expect(found.covariance?.[0]).toEqual([0, 0, 0])
  })
})

describe.each(Object.entries(curveModels))('the curve %s', (_, model) => {
  const at = [7, 0.4, 0.3, 1.7].slice(0, model.parameters.length)
  const places = [0.5, 1, 3, 8]

  it('reads as it computes', () => {
    const text = parseFormula(model.formula.text ?? '')
    for (const x of places) {
      const values = [...at, x]
      const read = evaluateExpression(text, name => values[model.formula.symbols.indexOf(name)] ?? Number.NaN)
      const own = model.onLogScale ? Math.exp(model.value(at, x)) : model.value(at, x)
      expect(model.formula.fn(...values)).toBeCloseTo(read, 12)
      expect(own).toBeCloseTo(read, 12)
    }
  })

  it('has the slopes that its values have', () => {
    const slopes = new Float64Array(at.length)
    for (const x of places) {
      expect(model.slopes(at, x, slopes, 0)).toBeCloseTo(model.value(at, x), 12)
      for (const [p, value] of at.entries()) {
        const step = 1e-5
        const moved = (by: number) =>
          model.value(
            at.map((each, other) => (other === p ? value + by : each)),
            x,
          )
        expect(slopes[p]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 6)
      }
    }
  })
})
