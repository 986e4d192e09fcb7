import { describe, expect, it } from 'vitest'
import { DomainError } from '../../../src/domain/errors.ts'
import { evaluate, trace } from '../../../src/domain/sheet/evaluate.ts'
import { formula, sumFormula } from '../../../src/domain/sheet/formula.ts'
import { given, quantity } from '../../../src/domain/sheet/quantity.ts'
import { type Handle, Sheet } from '../../../src/domain/sheet/sheet.ts'
import type { Unit } from '../../../src/domain/units.ts'

const parameters = quantity('parameters', 'parameter', 'Parameters', '参数量')
const tokens = quantity('tokens', 'token', 'Tokens', '训练 token 数')
const flop = quantity('flop', 'FLOP', 'Training compute', '训练算力')
const sixNd = formula({
  text: '6 · N · D',
  symbols: ['N', 'D'],
  inputUnits: ['parameter', 'token'],
  unit: 'FLOP',
  fn: (n, d) => 6 * n * d,
})

const refusal = (act: () => unknown): DomainError => {
  try {
    act()
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a sheet', () => {
  it('evaluates derived quantities and explains each', () => {
    const sheet = new Sheet()
    const n = sheet.input(parameters, 12.85e9, given)
    const d = sheet.input(tokens, 300e9, given)
    sheet.derive(flop, sixNd, [n, d])
    const values = evaluate(sheet)
    // Brown et al. 2020, table D.1: 2.31e22 FLOP for the 12.85 B model over 300 B tokens.
    expect(values[2]).toBeCloseTo(2.313e22, -20)
    expect(trace(sheet, values)[2]).toMatchObject({
      id: 'flop',
      unit: 'FLOP',
      formula: '6 · N · D',
      inputs: ['parameters', 'tokens'],
      label: { en: 'Training compute', zh: '训练算力' },
    })
  })

  it('evaluates the same structure over other inputs without touching its own', () => {
    const sheet = new Sheet()
    const n = sheet.input(parameters, 1, given)
    sheet.derive(flop, sixNd, [n, sheet.input(tokens, 1, given)])
    expect(evaluate(sheet, [2, 3, Number.NaN])[2]).toBe(36)
    expect(evaluate(sheet)[2]).toBe(6)
  })

  it('shows a quantity in its display unit and calculates in its own', () => {
    const sheet = new Sheet()
    sheet.input(quantity('size', 'CNY', 'Size', '规模', '亿元'), 2965.13e8, given)
    expect(trace(sheet, evaluate(sheet))[0]).toMatchObject({ value: 2965.13, unit: '亿元' })
  })

  it('sums any number of quantities of one unit', () => {
    const sheet = new Sheet()
    const parts = [1, 2, 3, 4, 5, 6].map(part =>
      sheet.input(quantity(`p${part}`, 'USD', 'p', 'p'), part, given),
    )
    sheet.derive(quantity('total', 'USD', 'Total', '合计'), sumFormula('USD', 6), parts)
    expect(evaluate(sheet).at(-1)).toBe(21)
  })

  it('refuses a second quantity of the same id', () => {
    const sheet = new Sheet()
    sheet.input(parameters, 1, given)
    expect(refusal(() => sheet.input(parameters, 2, given)).code).toBe('duplicate-quantity')
  })

  it('refuses an operand that is not on the sheet', () => {
    const sheet = new Sheet()
    const n = sheet.input(parameters, 1, given)
    const error = refusal(() => sheet.derive(flop, sixNd, [n, 7 as Handle<'token'>]))
    expect(error.code).toBe('unknown-quantity')
    expect(error.message).toContain('flop')
  })

  it('refuses an unknown unit', () => {
    expect(refusal(() => quantity('x', 'furlong' as Unit, 'x', 'x')).message).toContain('furlong')
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s as an input', value => {
    expect(refusal(() => new Sheet().input(parameters, value, given)).code).toBe('non-finite-quantity')
  })

  it('names the quantity and its inputs when a result is not finite', () => {
    const sheet = new Sheet()
    const ratio = formula({
      text: 'a / b',
      symbols: ['a', 'b'],
      inputUnits: ['1', '1'],
      unit: '1',
      fn: (a, b) => a / b,
    })
    const a = sheet.input(quantity('a', '1', 'a', 'a'), 1, given)
    const b = sheet.input(quantity('b', '1', 'b', 'b'), 0, given)
    sheet.derive(quantity('c', '1', 'c', 'c'), ratio, [a, b])
    const error = refusal(() => evaluate(sheet))
    expect(error.code).toBe('non-finite-quantity')
    expect(error.message).toContain('c = a / b is Infinity with a = 1, b = 0')
    expect(error.facts).toMatchObject({ quantity: 'c', inputs: { a: 1, b: 0 } })
  })
})
