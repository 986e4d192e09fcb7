import type { Lookup, Warning } from '../estimate.ts'
import { given, type Provenance } from '../sheet/quantity.ts'
import type { Handle, Sheet } from '../sheet/sheet.ts'
import type { ExchangeRate, PriceObservation } from './catalogue.ts'
import { defaultPrice, originOf } from './price.ts'
import { quantities } from './training-formulas.ts'
import { writeYuanPrice } from './yuan-price.ts'

/** What decides the price of a device-hour. */
export interface RentalPriceRequest {
  readonly accelerator?: { readonly id: string }
  readonly price?: { readonly perDeviceHour: number; readonly currency?: 'USD' | 'CNY' }
  readonly priceAsOf?: string
}

/** The price of a device-hour on a sheet, undefined when nobody knows one, and what it rests on. */
export interface RentalPrice {
  readonly perDeviceHour: Handle<'USD/(device·hour)'> | undefined
  readonly behind: readonly PriceObservation[]
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
}

const unpriced: RentalPrice = { perDeviceHour: undefined, behind: [], borrowed: new Map() }

/** Writes the price of a device-hour: as given, else the median of the catalogue on a day. */
export function writeRentalPrice(sheet: Sheet, request: RentalPriceRequest, lookup: Lookup): RentalPrice {
  const { price, accelerator, priceAsOf } = request
  if (price !== undefined && price.currency === 'CNY') {
    const asked = { value: price.perDeviceHour, asOf: priceAsOf, pointer: '/price/currency' }
    const { handle, borrowed } = writeYuanPrice(
      sheet,
      lookup.catalogue,
      asked,
      quantities.perDeviceHourCny,
      quantities.perDeviceHour,
    )
    return { ...unpriced, perDeviceHour: handle, borrowed }
  }
  if (price !== undefined) {
    return { ...unpriced, perDeviceHour: sheet.input(quantities.perDeviceHour, price.perDeviceHour, given) }
  }
  const found = accelerator && defaultPrice(lookup.catalogue, accelerator.id, priceAsOf)
  if (found === undefined) return unpriced
  const provenance: Provenance = {
    status: 'catalogue',
    ...originOf(found.observations),
    note: {
      en: `median of ${found.observations.length} vendors' on-demand prices in the twelve months to ${found.until}`,
      zh: `截至 ${found.until} 的十二个月内 ${found.observations.length} 家厂商按需价格的中位数`,
    },
  }
  return {
    ...unpriced,
    perDeviceHour: sheet.input(quantities.perDeviceHour, found.value, provenance),
    behind: found.observations,
  }
}

/** That nobody knows a price, so that there is no cost. */
export const noPrice: Warning = {
  code: 'no-price',
  message: {
    en: 'No price per device-hour was given and the catalogue has none for this device and date, so the cost is left out.',
    zh: '未给出每卡时价格，且目录中没有该设备在该日期的价格，因此不给出成本。',
  },
}
