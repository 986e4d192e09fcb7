import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateExpression } from '../../../src/domain/formula/evaluate.ts'
import { parseFormula } from '../../../src/domain/formula/parse.ts'

/** Text of a random formula beside the same formula as JavaScript, which is an independent evaluator. */
const formulas: fc.Arbitrary<{ text: string; script: string }> = fc.letrec<{
  tree: { text: string; script: string }
}>(tie => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc
      .double({ min: 0, max: 1e6, noNaN: true })
      .map(number => ({ text: String(number), script: String(number) })),
    fc.constantFrom('a', 'b', 'c').map(name => ({ text: name, script: name })),
    fc.tuple(fc.constantFrom('+', '-', '*', '/'), tie('tree'), tie('tree')).map(([sign, left, right]) => ({
      text: `(${left.text} ${sign} ${right.text})`,
      script: `(${left.script} ${sign} ${right.script})`,
    })),
    fc
      .tuple(tie('tree'), tie('tree'))
      .map(([left, right]) => ({
        text: `${left.text} · (${right.text}) − 1`,
        script: `${left.script} * (${right.script}) - 1`,
      }))
      .map(({ text, script }) => ({ text: `(${text})`, script: `(${script})` })),
    tie('tree').map(({ text, script }) => ({ text: `max(${text}, -1)`, script: `Math.max(${script}, -1)` })),
  ),
})).tree

describe('the formula grammar', () => {
  it('computes what JavaScript computes', () => {
    fc.assert(
      fc.property(
        formulas,
        fc.tuple(fc.double({ noNaN: true, min: -1e3, max: 1e3 }), fc.double({ noNaN: true, min: 1, max: 9 })),
        ({ text, script }, [a, b]) => {
          fc.pre(text.length < 900)
          const expected = new Function('a', 'b', 'c', `return ${script}`)(a, b, 2.5) as number
          const computed = evaluateExpression(
            parseFormula(text),
            name => ({ a, b, c: 2.5 })[name] ?? Number.NaN,
          )
          expect(Object.is(computed, expected) || computed === expected).toBe(true)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('refuses or parses any text, and never fails otherwise', () => {
    const characters = fc.constantFrom(...'0123456789.eE+-*/^()·×−, abxmin_渗$"\\')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 200, unit: 'grapheme' }),
          fc.string({ unit: characters, maxLength: 60 }),
        ),
        text => {
          try {
            parseFormula(text)
          } catch (error) {
            expect(error).toMatchObject({ name: 'DomainError', code: 'invalid-formula' })
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
