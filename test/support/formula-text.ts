import fc from 'fast-check'
import { expect } from 'vitest'
import { evaluateExpression } from '../../src/domain/formula/evaluate.ts'
import { namesOf, parseFormula } from '../../src/domain/formula/parse.ts'
import type { Formula } from '../../src/domain/sheet/formula.ts'
import { sourceRows } from './reference-files.ts'

const sources = new Set(sourceRows().map(({ id }) => id))

/**
 * Holds that a formula reads as it computes, at a hundred points with every symbol within the bounds, has a unit for
 * each of its symbols, and names a source that there is.
 */
export function expectReadsAsComputed(
  { text, symbols, inputUnits, fn, source }: Formula,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (text === null) throw new Error('A procedure has no text to compare.')
  const parsed = parseFormula(text)
  expect(namesOf(parsed).toSorted()).toEqual([...symbols].toSorted())
  expect(inputUnits).toHaveLength(symbols.length)
  if (source !== null) expect(sources.has(source), source).toBe(true)
  const point = fc.array(fc.double({ min, max, noNaN: true }), {
    minLength: symbols.length,
    maxLength: symbols.length,
  })
  fc.assert(
    fc.property(point, values => {
      const read = evaluateExpression(parsed, name => values[symbols.indexOf(name)] ?? Number.NaN)
      const computed = fn(...values)
      // A share above 1 has no power of a fraction: neither reading is a number then.
      expect(Number.isNaN(read)).toBe(Number.isNaN(computed))
      if (Number.isNaN(computed)) return
      expect(Math.abs(read - computed)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(computed), 1))
    }),
    { numRuns: 100, seed: 20_230_208 },
  )
}
