import { describe, expect, it } from 'vitest'
import { estimatorIds, estimatorOf } from '../../src/domain/estimators.ts'
import { evaluateExpression } from '../../src/domain/formula/evaluate.ts'
import { namesOf, parseFormula } from '../../src/domain/formula/parse.ts'
import { evaluate } from '../../src/domain/sheet/evaluate.ts'
import type { Formula } from '../../src/domain/sheet/formula.ts'
import { lookupOfFiles } from '../support/lookup.ts'

const lookup = lookupOfFiles()

/** Lehmer's generator with Park and Miller's constants: the same points at every run. */
function* points(seed: number): Generator<number, never> {
  let state = seed
  for (;;) {
    state = (state * 48_271) % 2_147_483_647
    yield state / 2_147_483_647
  }
}

/** Every formula that the illustrations of an estimator apply, each once. */
function formulasOf(id: (typeof estimatorIds)[number]): Set<Formula> {
  const estimator = estimatorOf(id)
  const formulas = new Set<Formula>()
  for (const request of estimator.illustrations) {
    const { sheet } = estimator.build(request, lookup)
    evaluate(sheet)
    for (const { formula } of sheet.quantities) if (formula !== null) formulas.add(formula)
  }
  return formulas
}

/**
 * Points, log-uniform from 0.01 to 100, at which a formula has a finite value, also as it is written: there a mean of
 * a high power overflows on the way, or vanishes, which it does not where it is computed.
 */
function* finitePoints(
  { symbols, fn }: Formula,
  read: (at: readonly number[]) => number,
  count: number,
): Generator<number[]> {
  const random = points(20_230_208)
  let found = 0
  for (let tries = 0; found < count && tries < 100_000; tries++) {
    const values = symbols.map(() => 10 ** (4 * random.next().value - 2))
    const [computed, written] = [fn(...values), read(values)]
    if (!Number.isFinite(computed) || !Number.isFinite(written) || (written === 0) !== (computed === 0))
      continue
    found++
    yield values
  }
}

describe.each(estimatorIds)('the formulas of %s', id => {
  it('read as they compute', () => {
    const formulas = formulasOf(id)
    expect(formulas.size).toBeGreaterThan(3)
    for (const { text, symbols, fn, inputUnits, ...formula } of formulas) {
      expect(inputUnits).toHaveLength(symbols.length)
      // A procedure has no text; the tests of its estimator compare it with a computation of their own.
      if (text === null) continue
      const parsed = parseFormula(text)
      expect(namesOf(parsed).toSorted(), text).toEqual([...symbols].toSorted())
      let compared = 0
      const readAt = (values: readonly number[]) =>
        evaluateExpression(parsed, name => values[symbols.indexOf(name)] ?? Number.NaN)
      for (const values of finitePoints({ text, symbols, fn, inputUnits, ...formula }, readAt, 100)) {
        const [computed, written] = [fn(...values), readAt(values)]
        const apart = Math.abs(written - computed) / Math.max(Math.abs(computed), 1e-9)
        expect(apart, `${text} at ${values}: ${written} and ${computed}`).toBeLessThan(1e-9)
        compared++
      }
      expect(compared, text).toBe(100)
    }
  })
})
