import { describe, expect, it } from 'vitest'
import { DomainError } from '../../../src/domain/errors.ts'
import { auditClaims, refuseUncheckable, summarise, verdictOf } from '../../../src/domain/evidence/audit.ts'
import type { Check, Claim, Comparison, Origin, Relation } from '../../../src/domain/evidence/claim.ts'
import { compare } from '../../../src/domain/evidence/comparison.ts'

const from: Origin = { claim: 'X1' }
const comparison = (printed: string, relation: Relation, value: number): Comparison => ({
  printed,
  relation,
  expression: 'x',
  operands: { x: { value, unit: null, from } },
})
const label = (text: string) => ({ en: text, zh: text })
const formula = (...comparisons: Comparison[]): Check => ({ kind: 'formula', comparisons })
const claim = (id: string, check: Check): Claim => ({
  id,
  section: '1',
  subject: label(id),
  quote: 'up to 22 of them',
  kind: 'claim',
  printed: { value: 1, text: '1', unit: null },
  check,
  correction: null,
  remark: null,
})

function refusal(check: Check): DomainError {
  try {
    refuseUncheckable(claim('X1', check))
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
  throw new Error('Nothing was refused.')
}

describe('a comparison', () => {
  it.each([
    // Printed digits may be rounded or cut: either is within one unit of the last of them.
    ['355', '=', 355.6, true],
    ['355', '=', 356, true],
    ['355', '=', 356.01, false],
    ['355', '=', 354, true],
    ['1750', '=', 1746, true],
    ['1750', '=', 1760.1, false],
    ['9.5', '=', 9.516, true],
    ['9.5', '=', 9.39, false],
    ['0.7', '=', 0.8, true],
    ['3.14E+23', '=', 3.14496e23, true],
    ['13.73', '=', 13.5875, false],
    // A stated bound is a bound: no digit of it may be rounded away.
    ['20', '≥', 19.8, false],
    ['20', '≥', 20, true],
    ['100', '≥', 134.6, true],
    ['2', '≤', 2.5, false],
    ['2600', '≤', 1750, true],
    // 0.1 + 0.2 is 0.30000000000000004 in doubles, which no report means by 0.3.
    ['0.3', '≤', 0.1 + 0.2, true],
    ['-5', '=', -5.5, true],
  ] as const)('%s %s %d: %s', (printed, relation, value, holds) => {
    expect(compare(comparison(printed, relation, value)).holds).toBe(holds)
  })

  it('gives what was recomputed, the ratio, the difference and the tolerance beside what was given', () => {
    const given: Comparison = {
      printed: '364',
      expression: 'flop / rate / 86400',
      operands: {
        flop: { value: 3.14e23, unit: 'FLOP', from },
        rate: { value: 1e12, unit: 'FLOP/s', from },
      },
      relation: '=',
    }
    const result = compare(given)
    expect(result).toMatchObject({ ...given, printedValue: 364, tolerance: 1, holds: false })
    // 3.14e23 / 1e12 / 86 400 by hand
    expect(result.recomputed).toBeCloseTo(3_634_259.26, 2)
    expect(result.ratio).toBeCloseTo(9984.23, 2)
    expect(result.difference).toBeCloseTo(3_633_895.26, 2)
  })

  it('has no tolerance for a bound, and no ratio to zero', () => {
    expect(compare(comparison('20', '≥', 19.8)).tolerance).toBe(0)
    expect(compare(comparison('0', '=', 0.5))).toMatchObject({ ratio: null, difference: 0.5, holds: true })
  })
})

describe('a verdict', () => {
  it('is consistent when all comparisons hold, and inconsistent when one does not', () => {
    const holds = comparison('26', '=', 26.2)
    const fails = comparison('1', '≤', 2.5)
    expect(verdictOf(formula(holds, holds))).toMatchObject({ verdict: 'consistent', basis: 'computed' })
    expect(verdictOf(formula(holds, fails))).toMatchObject({ verdict: 'inconsistent', basis: 'computed' })
  })

  it('of a reader is labelled as a judgement, with its reason and evidence', () => {
    const check = { verdict: 'inconsistent', reason: label('They differ'), evidence: [from] } as const
    expect(verdictOf({ kind: 'editorial', ...check })).toEqual({
      ...check,
      basis: 'judgement',
      comparisons: [],
    })
  })

  it('is none without a check, and says why', () => {
    expect(verdictOf({ kind: 'none', reason: label('Printed once') })).toMatchObject({
      verdict: 'not-checkable',
      basis: 'none',
      reason: label('Printed once'),
    })
  })

  it('comes with the findings that rest on the claim, and is counted', () => {
    const audited = auditClaims(
      [
        claim('X1', formula(comparison('1', '=', 1))),
        claim('X2', { kind: 'editorial', verdict: 'inconsistent', reason: label('no'), evidence: [from] }),
        claim('X3', { kind: 'none', reason: label('why') }),
      ],
      [
        { id: 'E1', claims: ['X2'] },
        { id: 'E2', claims: ['X3', 'X2'] },
      ],
      { datasets: new Map(), reportDate: '2023-02', today: '2026-11-25' },
    )
    expect(audited.map(({ findings }) => findings)).toEqual([[], ['E1', 'E2'], ['E2']])
    expect(summarise(audited)).toEqual({
      claims: 3,
      verdicts: { consistent: 1, inconsistent: 1, notCheckable: 1 },
      checks: { formula: 1, editorial: 1, none: 1 },
    })
  })
})

describe('a check that could not be audited is refused, with the place', () => {
  const good = comparison('1', '=', 1)
  const evidence = (...origins: Origin[]): Check => ({
    kind: 'editorial',
    verdict: 'consistent',
    reason: label('They agree'),
    evidence: origins,
  })
  const operand = (origin: Origin): Check =>
    formula({ ...good, operands: { x: { value: 1, unit: null, from: origin } } })

  it.each<[string, Check, string, string]>([
    [
      'digits that are none',
      formula(comparison('many', '=', 1)),
      'invalid-printed-number',
      '/check/comparisons/0/printed',
    ],
    [
      'an expression that cannot be read, in the second comparison',
      formula(good, { ...good, expression: 'x +' }),
      'invalid-formula',
      '/check/comparisons/1/expression',
    ],
    [
      'a name without operand',
      formula({ ...good, expression: 'x * y' }),
      'missing-value',
      '/check/comparisons/0/expression',
    ],
    [
      'a name that objects inherit',
      formula({ ...good, expression: 'x * toString' }),
      'missing-value',
      '/check/comparisons/0/expression',
    ],
    [
      'an operand that nothing uses',
      formula({ ...good, operands: { ...good.operands, 'a/b': { value: 1, unit: null, from } } }),
      'unused-operand',
      '/check/comparisons/0/operands/a~1b',
    ],
    [
      'a division by zero',
      formula({ ...good, expression: '1 / (x - x)' }),
      'non-finite-quantity',
      '/check/comparisons/0/expression',
    ],
    [
      'a root of a negative',
      formula({ ...good, expression: 'sqrt(-x)' }),
      'non-finite-quantity',
      '/check/comparisons/0/expression',
    ],
    ['no origin', operand({}), 'inconsistent-inputs', '/check/comparisons/0/operands/x/from'],
    [
      'two origins',
      operand({ claim: 'X2', source: 'paper' }),
      'inconsistent-inputs',
      '/check/comparisons/0/operands/x/from',
    ],
    ['half an origin', operand({ table: 1 }), 'inconsistent-inputs', '/check/comparisons/0/operands/x/from'],
    [
      'words that the quote lacks',
      operand({ quote: '23' }),
      'missing-value',
      '/check/comparisons/0/operands/x/from/quote',
    ],
    [
      'an exchange rate as evidence',
      evidence({ exchangeRate: 'CNY/USD', year: 2022 }),
      'inconsistent-inputs',
      '/check/evidence/0',
    ],
    [
      'a fact without its source',
      evidence(from, { fact: 'It rained' }),
      'inconsistent-inputs',
      '/check/evidence/1',
    ],
  ])('%s', (_, check, code, pointer) => {
    expect(refusal(check)).toMatchObject({ code, pointer })
  })

  it.each<Origin>([
    { claim: 'X2' },
    { quote: 'upto22' },
    { table: 1, row: 'gpt-3' },
    { dataset: 'games_gpc', period: '2021' },
    { source: 'paper', locator: 'Table D.1' },
    { exchangeRate: 'CNY/USD', year: 2022 },
  ])('but not an operand from %o', origin => {
    expect(() => refuseUncheckable(claim('X1', operand(origin)))).not.toThrow()
  })
})
