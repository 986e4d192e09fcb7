import { describe, expect, it } from 'vitest'
import type { Catalogue, ExchangeRate } from '../../../../src/domain/compute/catalogue.ts'
import { borrowedRates, exchangeRateOf } from '../../../../src/domain/compute/money/exchange-rate.ts'
import { writeCnyPerUsd, writeYuanPrice } from '../../../../src/domain/compute/money/yuan-price.ts'
import { DomainError } from '../../../../src/domain/errors.ts'
import { evaluate } from '../../../../src/domain/sheet/evaluate.ts'
import { quantity } from '../../../../src/domain/sheet/quantity.ts'
import { Sheet } from '../../../../src/domain/sheet/sheet.ts'

const rate = (year: number, value: number) =>
  ({ year, value, source: 'office', provenance: 'measured' }) as unknown as ExchangeRate
const [early, late] = [rate(2021, 6.4), rate(2023, 8)]
const catalogue = { exchangeRates: [early, late] } as unknown as Catalogue

describe('the rate of a year', () => {
  it.each([
    [2021, early],
    [2022, early],
    [2023, late],
    [2030, late],
    [2019, early],
  ])('%d', (year, expected) => {
    expect(exchangeRateOf(catalogue, year)).toBe(expected)
  })

  it('is unknown where none is', () => {
    expect(exchangeRateOf({ exchangeRates: [] }, 2021)).toBeUndefined()
  })
})

describe('the warning of borrowed rates', () => {
  it('is none where every year has its own', () => {
    expect(borrowedRates(new Map())).toEqual([])
  })

  it('names five years in their order, and counts the others', () => {
    const borrowed = (...years: readonly number[]) => new Map(years.map(year => [year, late]))
    const text = (...years: readonly number[]) => borrowedRates(borrowed(...years))[0]?.message.en ?? ''
    expect(text(2025, 2024)).toContain('2024 takes 8 of 2023, 2025 takes 8 of 2023.')
    expect(text(2024, 2025, 2026, 2027, 2028)).not.toContain('more')
    expect(text(2024, 2025, 2026, 2027, 2028, 2029, 2030)).toMatch(/2028 takes 8 of 2023 and 2 more/)
    expect(borrowedRates(borrowed(2024))[0]?.code).toBe('exchange-rate-of-another-year')
  })
})

describe('a price in yuan', () => {
  const yuan = quantity('perDeviceHourCny', 'CNY/(device·hour)', 'Price in yuan', '人民币价格')
  const dollars = quantity('perDeviceHour', 'USD/(device·hour)', 'Price', '价格')
  const priced = (asOf: string | undefined) => {
    const sheet = new Sheet()
    const asked = { value: 16, asOf, pointer: '/price/currency' }
    const { handle, borrowed } = writeYuanPrice(sheet, catalogue, asked, yuan, dollars)
    return { price: evaluate(sheet)[handle], borrowed: [...borrowed] }
  }

  it('is divided by the rate of its year, the nearest known, or the last without a day', () => {
    expect(priced('2021-12-31')).toEqual({ price: 2.5, borrowed: [] })
    expect(priced('2022-01-01')).toEqual({ price: 2.5, borrowed: [[2022, early]] })
    expect(priced(undefined)).toEqual({ price: 2, borrowed: [] })
  })

  it('is written once for a rate, and beside it under the year of another', () => {
    const sheet = new Sheet()
    const at = (asOf: string) => writeCnyPerUsd(sheet, catalogue, { asOf, pointer: '' }).perUsd
    const [first, same, other, again] = [at('2021'), at('2022'), at('2023'), at('2024')]
    expect(same).toBe(first)
    expect(again).toBe(other)
    expect(other).not.toBe(first)
    expect(sheet.quantities.map(({ definition }) => definition.id)).toEqual(['cnyPerUsd', 'cnyPerUsd.2023'])
  })

  it('is refused without any rate', () => {
    const none = { exchangeRates: [] } as unknown as Catalogue
    const written = () => writeCnyPerUsd(new Sheet(), none, { asOf: '2023', pointer: '/price/currency' })
    expect(written).toThrow(DomainError)
    expect(written).toThrow(expect.objectContaining({ code: 'missing-value', pointer: '/price/currency' }))
  })
})
