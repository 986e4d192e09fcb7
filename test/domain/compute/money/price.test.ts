import { describe, expect, it } from 'vitest'
import type { Catalogue, PriceObservation } from '../../../../src/domain/compute/catalogue.ts'
import {
  committedPrice,
  defaultPrice,
  median,
  originOf,
  purchasePrice,
} from '../../../../src/domain/compute/money/price.ts'

const observed = (vendor: string, date: string, more: Partial<PriceObservation>): PriceObservation =>
  ({
    ...{ vendor, date, source: 'list', provenance: 'read', basis: 'single-device' },
    ...{ onDemand: null, commitment1y: null, commitment3y: null, purchase: null, ...more },
  }) as PriceObservation

const catalogueOf = (...prices: readonly PriceObservation[]) =>
  ({ prices: new Map([['card', prices]]) }) as unknown as Catalogue

describe('a median', () => {
  it.each([
    [[], undefined],
    [[3], 3],
    [[9, 1], 5],
    [[10, 9, 2], 9],
    [[100, 1, 20, 3], 11.5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected)
  })
})

describe('the price of an hour', () => {
  const catalogue = catalogueOf(
    observed('a', '2023-03-31', { onDemand: 7 }),
    observed('a', '2023-04-01', { onDemand: 5, commitment1y: 4, commitment3y: 2 }),
    observed('b', '2023-06-01', { onDemand: 1 }),
    observed('b', '2023-09-01', { onDemand: 3, commitment3y: 1 }),
    observed('c', '2024-03-31', { onDemand: 2 }),
    observed('d', '2024-04-02', { purchase: 900 }),
  )

  it('is the median of the latest price of each vendor in the twelve months to a day', () => {
    // a 5, b 3 and c 2: what b asked before does not count.
    expect(defaultPrice(catalogue, 'card', '2024-03-31')).toMatchObject({ value: 3, until: '2024-03-31' })
    // A day later the price of a is a year old: b 3 and c 2.
    expect(defaultPrice(catalogue, 'card', '2024-04-01')?.value).toBe(2.5)
    expect(defaultPrice(catalogue, 'card', '2023-03-31')?.value).toBe(7)
    expect(defaultPrice(catalogue, 'card', '2023-03-30')).toBeUndefined()
  })

  it('is that of the last day on which somebody asked one, without a day', () => {
    const found = defaultPrice(catalogue, 'card')
    expect(found).toMatchObject({ value: 3, until: '2024-03-31' })
    expect(found?.observations.map(({ vendor, date }) => [vendor, date])).toEqual([
      ['a', '2023-04-01'],
      ['b', '2023-09-01'],
      ['c', '2024-03-31'],
    ])
    expect(defaultPrice(catalogue, 'card')).toEqual(found)
  })

  it('goes by the term of a commitment', () => {
    expect(committedPrice(catalogue, 'card', '1-year')).toMatchObject({ value: 4, until: '2023-04-01' })
    expect(committedPrice(catalogue, 'card', '3-year')).toMatchObject({ value: 1.5, until: '2023-09-01' })
    expect(committedPrice(catalogue, 'card', '1-year', '2024-04-01')).toBeUndefined()
  })

  it('is unknown for a device that nobody lets', () => {
    expect(defaultPrice(catalogue, 'other')).toBeUndefined()
    expect(committedPrice(catalogue, 'other', '1-year')).toBeUndefined()
    expect(purchasePrice(catalogue, 'other')).toBeUndefined()
  })
})

it('the price to own a device leaves out what a source estimated', () => {
  const catalogue = catalogueOf(
    observed('a', '2024-01-01', { purchase: 100 }),
    observed('b', '2024-02-01', { purchase: 300 }),
    observed('c', '2024-03-01', { purchase: 10_000, basis: 'estimate' }),
  )
  expect(purchasePrice(catalogue, 'card')).toMatchObject({ value: 200, until: '2024-02-01' })
})

describe('the origin of a median', () => {
  const one = observed('a', '2024-01-01', {})
  const other = observed('b', '2024-01-01', { source: 'log' })
  const recalled = observed('b', '2024-01-01', { provenance: 'recalled' })

  it('is what all its observations share', () => {
    expect(originOf([one, one])).toEqual({ source: 'list', provenance: 'read' })
    expect(originOf([one, other])).toEqual({ source: null, provenance: 'read' })
    expect(originOf([one, recalled])).toEqual({ source: 'list', provenance: 'derived' })
    expect(originOf([])).toEqual({ source: null, provenance: 'derived' })
  })
})
