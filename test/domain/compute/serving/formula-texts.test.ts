import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectiveFormulas } from '../../../../src/domain/compute/serving/collective.ts'
import { deviceUseFormulas } from '../../../../src/domain/compute/serving/device-use-formulas.ts'
import { operationFormulas } from '../../../../src/domain/compute/serving/operation-formulas.ts'
import { powerFormulas } from '../../../../src/domain/compute/serving/power.ts'
import { shareFormulas } from '../../../../src/domain/compute/serving/share-formulas.ts'
import { stepFormulas } from '../../../../src/domain/compute/serving/step-formulas.ts'
import { evaluateExpression } from '../../../../src/domain/formula/evaluate.ts'
import { namesOf, parseFormula } from '../../../../src/domain/formula/parse.ts'
import type { Formula } from '../../../../src/domain/sheet/formula.ts'
import { sourceRows } from '../../../support/reference-files.ts'

const formulas = [
  collectiveFormulas,
  deviceUseFormulas,
  operationFormulas,
  powerFormulas,
  shareFormulas,
  stepFormulas,
].flatMap(named => Object.entries(named as Record<string, Formula>))
const sources = new Set(sourceRows().map(({ id }) => id))

describe('formulas of serving', () => {
  it.each(formulas)('%s reads as it computes, and names a source that there is', (_, formula) => {
    const { text, symbols, inputUnits, fn, source } = formula
    if (text === null) throw new Error('A procedure has no text to compare.')
    const parsed = parseFormula(text)
    expect(namesOf(parsed).toSorted()).toEqual([...symbols].toSorted())
    expect(inputUnits).toHaveLength(symbols.length)
    if (source !== null) expect(sources.has(source), source).toBe(true)
    // Exponents are among the symbols: from 1 on every power stays a number.
    const point = fc.array(fc.double({ min: 1.01, max: 6, noNaN: true }), {
      minLength: symbols.length,
      maxLength: symbols.length,
    })
    fc.assert(
      fc.property(point, values => {
        const read = evaluateExpression(parsed, name => values[symbols.indexOf(name)] ?? Number.NaN)
        const computed = fn(...values)
        // A share of experts above 1 has no power of a fraction: neither reading is a number then.
        expect(Number.isNaN(read)).toBe(Number.isNaN(computed))
        if (Number.isNaN(computed)) return
        expect(Math.abs(read - computed)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(computed), 1))
      }),
      { numRuns: 100, seed: 20_230_208 },
    )
  })
})
