import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { refuseUncheckable } from '../../../src/domain/evidence/audit.ts'
import type { Claim, Operand } from '../../../src/domain/evidence/claim.ts'
import { misquotedOperands } from '../../../src/domain/evidence/operand-value.ts'
import { hasWords } from '../../../src/domain/evidence/origin.ts'
import { type Dataset, observationFor } from '../../../src/domain/market/dataset.ts'

// The report as data: what its checks take from elsewhere must be what stands there.
const data = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../../../prisma/data/${path}`, import.meta.url), 'utf8')) as T

const { claims, tables } = data<{
  claims: Claim[]
  tables: { no: number; rows: Record<string, unknown>[] }[]
}>('reports/galaxy-2023.json')
const datasets = [...data<Dataset[]>('datasets.json'), ...data<Dataset[]>('chart-datasets.json')]
const rates = data<{ currency: string; per: string; year: number; value: number }[]>('exchange-rates.json')
const claimOf = new Map(claims.map(claim => [claim.id, claim]))

const comparisons = claims.flatMap(({ id, check, printed, quote }) =>
  check.kind === 'formula' ? check.comparisons.map(comparison => ({ id, printed, quote, comparison })) : [],
)
const operands = comparisons.flatMap(({ id, comparison }) =>
  Object.entries(comparison.operands).map(([name, operand]) => ({ at: `${id} ${name}`, operand })),
)
const from = (member: keyof Operand['from']) =>
  operands.filter(({ operand }) => Object.keys(operand.from)[0] === member)

/** Numbers that a value states: itself, each of several, or the parts of a date. */
const numbersIn = (value: unknown): number[] =>
  [value].flat().flatMap(each => (typeof each === 'number' ? [each] : String(each).split('-').map(Number)))

/** Chinese numerals that the quotes use for whole numbers. */
const numerals: Readonly<Record<string, number>> = { 一: 1, 二: 2, 两: 2, 三: 3, 五: 5, 百: 100, 千: 1000 }

describe("the founding report's checks", () => {
  it('can all be audited', () => {
    for (const claim of claims) expect(() => refuseUncheckable(claim), claim.id).not.toThrow()
  })

  it('take from a claim what that claim prints, in its unit', () => {
    const whole = from('claim').filter(({ operand }) => operand.from.quote === undefined)
    expect(whole).toHaveLength(53)
    for (const { at, operand } of whole) {
      const { printed } = claimOf.get(operand.from.claim ?? '') as Claim
      expect(numbersIn(printed.value), at).toContain(operand.value)
      // A part of a date has a unit of its own, and a remark in parentheses is no part of a unit.
      if (typeof printed.value !== 'string')
        expect(printed.unit?.replace(/ \(.*\)$/, ''), at).toBe(operand.unit?.replace(/(?<=^GB)\/device$/, ''))
    }
  })

  it('take from a dataset what it holds for the period, in its unit', () => {
    expect(from('dataset')).toHaveLength(2)
    for (const { at, operand } of from('dataset')) {
      const dataset = datasets.find(({ id }) => id === operand.from.dataset) as Dataset
      expect(observationFor(dataset, operand.from.period ?? '')?.value, at).toBe(operand.value)
      expect(dataset.unit, at).toBe(operand.unit)
    }
  })

  it('take no number from a place that states others', () => {
    const rowOf = (no: number, row: string) =>
      tables.find(table => table.no === no)?.rows.find(({ id }) => id === row)
    for (const { id, check } of claims) {
      const misquoted = misquotedOperands(check, {
        claim: other => claimOf.get(other),
        row: rowOf,
        dataset: series => datasets.find(dataset => dataset.id === series),
        exchangeRate: (pair, year) =>
          rates.find(rate => `${rate.currency}/${rate.per}` === pair && rate.year === year)?.value,
      })
      expect(misquoted, id).toEqual([])
    }
  })

  it('take the exchange rate of the year', () => {
    expect(from('exchangeRate')).toHaveLength(1)
    for (const { at, operand } of from('exchangeRate')) {
      const [currency, per] = operand.from.exchangeRate?.split('/') ?? []
      const rate = rates.find(
        each => each.currency === currency && each.per === per && each.year === operand.from.year,
      )
      expect(rate?.value, at).toBe(operand.value)
    }
  })

  it('take from a table what its row prints', () => {
    expect(from('table')).toHaveLength(4)
    for (const { at, operand } of from('table')) {
      const row = tables
        .find(({ no }) => no === operand.from.table)
        ?.rows.find(({ id }) => id === operand.from.row)
      expect(Object.values(row ?? {}).flatMap(numbersIn), at).toContain(operand.value)
    }
  })

  it('take from a quote numbers that it states', () => {
    // 22 亿, 约五亿 (5), 1 万亿 (10^12), 20 美元 and 4 个字节, read by hand.
    const read: Record<string, number> = {
      'N035 price': 20,
      'N050 later': 22,
      'N050 earlier': 5,
      'N060 rate': 1e12,
      'N076 bytes': 4,
    }
    const quoting = operands.filter(({ operand }) => operand.from.quote !== undefined)
    expect(Object.fromEntries(quoting.map(({ at, operand }) => [at, operand.value]))).toEqual(read)
    expect(hasWords(claimOf.get('N077')?.quote ?? '', '每个参数需要 4 个字节')).toBe(true)
  })

  it('compare with the digits as they are printed', () => {
    for (const { id, printed, quote, comparison } of comparisons) {
      const texts = [printed.text].flat().filter(text => text !== null)
      // N007 prints a sentence, "in step", without a digit.
      if (texts.length === 0) expect(id).toBe('N007')
      else
        expect(
          texts.map(text => String(numerals[text] ?? text)),
          id,
        ).toContain(comparison.printed)
      for (const text of texts) expect(quote, id).toContain(text)
    }
  })

  it('name only places that exist', () => {
    const evidence = claims.flatMap(({ id, check }) =>
      check.kind === 'editorial' ? check.evidence.map(origin => ({ at: id, origin })) : [],
    )
    for (const { at, origin } of evidence) {
      if (origin.claim !== undefined) expect(claimOf.has(origin.claim), at).toBe(true)
      if (origin.table !== undefined)
        expect(
          tables.find(({ no }) => no === origin.table)?.rows.some(({ id }) => id === origin.row),
          at,
        ).toBe(true)
    }
  })
})
