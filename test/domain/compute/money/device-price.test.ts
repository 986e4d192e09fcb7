import { describe, expect, it } from 'vitest'
import type { PriceObservation } from '../../../../src/domain/compute/catalogue.ts'
import { cataloguePrice } from '../../../../src/domain/compute/money/device-price.ts'

const observed = (date: string, purchase: number | null, basis = 'single-device') =>
  ({ id: date, accelerator: 'card', date, purchase, basis }) as unknown as PriceObservation

const priceOn = (acquired: string, ...observations: readonly PriceObservation[]) =>
  cataloguePrice({ prices: new Map([['card', [...observations]]]) }, 'card', acquired)

const [early, spring, summer, late] = [
  observed('2017-03-01', 9_000),
  observed('2018-03-27', 11_000),
  observed('2018-08-01', 12_000),
  observed('2019-06-01', 8_000),
]

describe('what a device cost on a day', () => {
  it('is the median of the twelve months before it, that day included and the same day a year earlier not', () => {
    expect(priceOn('2018-09-01', early, spring, summer, late)?.value).toBe(11_500)
    expect(priceOn('2018-08-01', early, spring, summer, late)?.value).toBe(11_500)
    expect(priceOn('2018-07-31', early, spring, summer, late)?.value).toBe(11_000)
    expect(priceOn('2019-03-27', early, spring, summer, late)?.value).toBe(12_000)
    expect(priceOn('2019-03-26', early, spring, summer, late)?.value).toBe(11_500)
    const found = priceOn('2018-09-01', early, spring, summer, late)
    expect(found?.observations).toEqual([spring, summer])
    expect(found?.wholeServer).toBe(false)
  })

  it('is the first price after it where there is none before, and the last before where there is none after', () => {
    expect(priceOn('2016-01-01', early, spring)?.value).toBe(9_000)
    expect(priceOn('2018-03-26', early, spring, summer)?.observations).toEqual([spring])
    expect(priceOn('2025-01-01', early, spring, late)?.observations).toEqual([late])
  })

  it('is that of whole servers where any was seen, however many single devices were', () => {
    const server = observed('2018-05-01', 15_000, 'server-share')
    expect(priceOn('2018-09-01', spring, server, summer)).toEqual({
      value: 15_000,
      wholeServer: true,
      observations: [server],
    })
  })

  it('is an estimate only where nobody asked a price', () => {
    const estimate = observed('2018-05-01', 20_000, 'estimate')
    expect(priceOn('2018-09-01', spring, estimate)?.value).toBe(11_000)
    expect(priceOn('2018-09-01', estimate)?.value).toBe(20_000)
    expect(priceOn('2018-09-01', estimate, observed('2018-08-02', null))?.value).toBe(20_000)
  })

  it('is unknown without any, and of another device', () => {
    expect(priceOn('2018-09-01')).toBeUndefined()
    expect(priceOn('2018-09-01', observed('2018-08-02', null))).toBeUndefined()
    expect(cataloguePrice({ prices: new Map() }, 'card', '2018-09-01')).toBeUndefined()
  })
})
