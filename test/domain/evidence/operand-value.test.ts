import { describe, expect, it } from 'vitest'
import type { Check, Operand } from '../../../src/domain/evidence/claim.ts'
import { misquotedOperands, numbersIn, type Places } from '../../../src/domain/evidence/operand-value.ts'

const nowhere: Places = {
  claim: () => undefined,
  row: () => undefined,
  dataset: () => undefined,
  exchangeRate: () => undefined,
}
const operand = (value: number, from: Operand['from'], unit: string | null = null): Check => ({
  kind: 'formula',
  comparisons: [{ printed: '1', expression: 'x', operands: { 'x/y': { value, unit, from } }, relation: '=' }],
})
const printed = (value: number | string | (number | string)[], unit: string | null): Places => ({
  ...nowhere,
  claim: () => ({ printed: { value, text: null, unit } }),
})

describe('the numbers of a place', () => {
  it.each<[unknown, number[]]>([
    [12, [12]],
    ['64 devices for 30 days at $2.35', [64, 30, 2.35]],
    ['3,107.72 亿元', [3107.72, 3107.72e8]],
    ['每秒 1 万亿次', [1, 1e12]],
    ['3.14E+23 次', [3.14e23]],
    ['up to 9.5 million', [9.5, 9.5e6]],
    ['35.6%', [35.6, 0.356]],
    ['2023-02', [2023, 2]],
    [{ en: 'page 4', zh: null }, [4]],
    [
      [1, '2'],
      [1, 2],
    ],
    ['no digit at all', []],
    ['2020 年约五亿美金', []],
    ['a dozen of the 64', []],
    [null, []],
  ])('%j', (value, numbers) => {
    const found = numbersIn(value)
    expect(found).toHaveLength(numbers.length)
    for (const [index, number] of numbers.entries()) expect(found[index]).toBeCloseTo(number, 9)
  })
})

describe('an operand', () => {
  it('is held against the number at its origin, whose unit may be another of its kind', () => {
    expect(misquotedOperands(operand(5, { claim: 'a' }), printed([4, 5], null))).toEqual([])
    expect(misquotedOperands(operand(3e8, { claim: 'a' }, '元'), printed(3, '亿元'))).toEqual([])
    expect(misquotedOperands(operand(3e8, { claim: 'a' }, 'USD'), printed(3, '亿元'))).toHaveLength(1)
  })

  it('that differs is named with both numbers and the remedy, by an escaped pointer', () => {
    expect(misquotedOperands(operand(6, { claim: 'a' }), printed([4, 5], 'GB'))).toEqual([
      {
        pointer: '/check/comparisons/0/operands/x~1y/value',
        what: 'is 6, and where it is from stands 4, 5 GB; take the number as it stands there and compute in the expression',
      },
    ])
  })

  it('is believed where nothing can be looked up', () => {
    for (const from of [
      { claim: 'gone' },
      { quote: 'in words' },
      { table: 1, row: 'a' },
      { source: 's', locator: 'p. 1' },
      { dataset: 'd', period: '2024' },
      { exchangeRate: 'CNY/USD', year: 1999 },
    ])
      expect(misquotedOperands(operand(6, from), nowhere)).toEqual([])
    expect(misquotedOperands(operand(6, { claim: 'a' }), printed('about the same', null))).toEqual([])
  })
})
