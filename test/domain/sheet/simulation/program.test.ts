import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../../src/domain/sheet/evaluate.ts'
import { formula, sumFormula } from '../../../../src/domain/sheet/formula.ts'
import { given, quantity } from '../../../../src/domain/sheet/quantity.ts'
import { type Handle, Sheet } from '../../../../src/domain/sheet/sheet.ts'
import { compile } from '../../../../src/domain/sheet/simulation/program.ts'

const ratio = (text: string, symbols: readonly string[], fn: (...values: number[]) => number) =>
  formula({ text, symbols: [...symbols], inputUnits: symbols.map(() => '1' as const), unit: '1', fn })
const product = ratio('a · b', ['a', 'b'], (a = 0, b = 0) => a * b)
const root = ratio('sqrt(a)', ['a'], (a = 0) => Math.sqrt(a))
const one = (id: string) => quantity(id, '1', id, id)

/** A chain of products long enough for several loops, each with the value of the first input in it. */
function chain(length: number): { sheet: Sheet; last: Handle<'1'> } {
  const sheet = new Sheet()
  const x = sheet.input(one('x'), 1.5, given)
  const k = sheet.input(one('k'), 0.75, given)
  const fixed = sheet.derive(one('fixed'), product, [k, k])
  let last = sheet.derive(one('q0'), product, [x, fixed])
  for (let index = 1; index < length; index++)
    last = sheet.derive(one(`q${index}`), product, [last, index % 2 === 0 ? x : k])
  const total = sheet.derive(one('total'), sumFormula('1', 3), [last, x, fixed])
  return { sheet, last: total }
}

describe('compile', () => {
  it.each([1, 63, 64, 65, 300])(
    'works columns out as evaluate works out each sample, over %d steps',
    length => {
      const { sheet, last } = chain(length)
      const fixed = sheet.find('fixed') as number
      const program = compile(sheet, evaluate(sheet), [0], [last, fixed, 0])
      const xs = [0.9, 1.1, 1.3, 1.5]
      program.inputs[0]?.set(xs)
      expect(program.run(4)).toBe(true)
      for (const [index, x] of xs.entries()) {
        const values = evaluate(sheet, [x, ...sheet.inputs.slice(1)])
        expect(program.outputs[0]?.[index]).toBe(values[last])
        expect(program.outputs[1]?.[index]).toBe(values[fixed])
        expect(program.outputs[2]?.[index]).toBe(x)
      }
    },
  )

  it('keeps the constants of each sheet apart, though the loops are the same', () => {
    const [one, other] = [chain(5), chain(5)]
    other.sheet.inputs[1] = 0.5
    const programs = [one, other].map(({ sheet, last }) => compile(sheet, evaluate(sheet), [0], [last]))
    for (const program of programs) program.inputs[0]?.fill(2)
    for (const program of programs) program.run(1)
    const expected = [one, other].map(
      ({ sheet, last }) => evaluate(sheet, [2, ...sheet.inputs.slice(1)])[last],
    )
    expect(programs.map(({ outputs }) => outputs[0]?.[0])).toEqual(expected)
    expect(expected[0]).not.toBe(expected[1])
  })

  it('says when some sample has no finite value, even where the output has one', () => {
    const sheet = new Sheet()
    const x = sheet.input(one('x'), 4, given)
    const y = sheet.derive(one('y'), root, [x])
    const z = sheet.derive(
      one('z'),
      ratio('min(a, 1)', ['a'], (a = 0) => (a >= 0 ? Math.min(a, 1) : 1)),
      [y],
    )
    const program = compile(sheet, evaluate(sheet), [x], [z])
    program.inputs[0]?.set([1, 4, 9])
    expect(program.run(3)).toBe(true)
    program.inputs[0]?.set([1, -4, 9])
    expect(program.run(3)).toBe(false)
  })
})
