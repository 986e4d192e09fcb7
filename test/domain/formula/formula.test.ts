import { describe, expect, it } from 'vitest'
import { evaluateExpression } from '../../../src/domain/formula/evaluate.ts'
import { namesOf, parseFormula } from '../../../src/domain/formula/parse.ts'

const valueIn = (text: string, scope: Record<string, number> = {}) =>
  evaluateExpression(parseFormula(text), name => scope[name] ?? Number.NaN)

describe('the formula grammar', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['2 ^ -1', 0.5],
    ['10 - 4 - 3', 3],
    ['12 / 3 / 2', 2],
    ['31 536 000 / 86 400', 365],
    ['3.14e23', 3.14e23],
    ['6 · 2 × 3 − 1', 35],
    ['ceil(700 / 32)', 22],
    ['max(1, min(5, 3), 2)', 3],
    ['ln(exp(2)) + log10(1000) + sqrt(16) + abs(-1) + floor(2.9)', 12],
  ])('%s is %d', (text, expected) => {
    expect(valueIn(text)).toBeCloseTo(expected, 12)
  })

  it('reads names in any script, with dots for elements', () => {
    expect(valueIn('segments.games.size × 渗透率', { 'segments.games.size': 200, 渗透率: 0.25 })).toBe(50)
  })

  it('lists the names once, in order', () => {
    expect(namesOf(parseFormula('C / (F · C) + P'))).toEqual(['C', 'F', 'P'])
  })

  it.each([
    '',
    '1 +',
    '(1',
    '1)',
    '1 2',
    'a b',
    'sin(1)',
    'ceil()',
    'ceil(1, 2)',
    'min(1)',
    '1 $ 2',
    '* 2',
    ')',
    'a.__proto__(',
  ])('refuses "%s" and says where', text => {
    expect(() => parseFormula(text)).toThrow(/character \d+ of/)
  })

  it.each([
    ['1 +', 4, 'A number or a name is missing'],
    ['(1 + 2', 7, '")" is missing'],
    ['1 2', 3, 'Something unexpected stands'],
    ['1 + * 2', 5, 'A number or a name is missing before "*"'],
    ['1 + $ 2', 5, '"$" is not part of a formula'],
    ['3 · sin(1)', 5, '"sin" is not a function'],
    ['1 + ceil(1, 2)', 5, 'ceil takes 1 operands, not 2,'],
    ['min(1)', 1, 'min takes 2 to'],
  ])('says of "%s" that at character %d %s', (text, position, what) => {
    expect(() => parseFormula(text)).toThrow(
      expect.objectContaining({
        code: 'invalid-formula',
        message: expect.stringContaining(what),
        facts: { formula: text, position },
      }),
    )
    expect(() => parseFormula(text)).toThrow(`at character ${position} of "${text}"`)
  })

  it('takes blanks anywhere between its parts, at both ends too', () => {
    expect(valueIn('  1 +  2 \n')).toBe(3)
    expect(() => parseFormula('   ')).toThrow('A number or a name is missing at character 4')
  })

  it('refuses text and nesting past its bounds without exhausting the stack', () => {
    expect(() => parseFormula('1+'.repeat(600))).toThrow(/longer than 1000/)
    expect(() => parseFormula(`${'('.repeat(400)}1${')'.repeat(400)}`)).toThrow(/Nesting deeper than 50/)
    expect(() => parseFormula(`${'-'.repeat(900)}1`)).toThrow(/Nesting deeper than 50/)
  })

  it('takes the values of its names, which are listed by their first use', () => {
    const growth = parseFormula('(end / start) ^ (1 / years) - 1')
    expect(namesOf(growth)).toEqual(['end', 'start', 'years'])
    // Games, China: 1655.7 in 2016 to 2965.13 in 2021, published as 12.36 % a year.
    const values = new Map([
      ['end', 2965.13],
      ['start', 1655.7],
      ['years', 5],
    ])
    expect(evaluateExpression(growth, name => values.get(name) ?? Number.NaN)).toBeCloseTo(0.1236, 4)
  })
})
