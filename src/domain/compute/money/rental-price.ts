import { DomainError } from '../../errors.ts'
import type { Lookup, Warning } from '../../estimate.ts'
import { given, type Provenance, type QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Label } from '../../units.ts'
import type { Catalogue, ExchangeRate, PriceObservation } from '../catalogue.ts'
import { formulas, quantities } from '../training/training-formulas.ts'
import type { KnownConstant } from './cost-constant.ts'
import { type Commitment, committedPrice, type DefaultPrice, defaultPrice, originOf } from './price.ts'
import { writeYuanPrice } from './yuan-price.ts'

/** What decides the price of a device-hour. A price that is given is one on demand. */
export interface RentalPriceRequest {
  readonly accelerator?: { readonly id: string }
  readonly price?: { readonly perDeviceHour: number; readonly currency?: 'USD' | 'CNY' }
  readonly priceAsOf?: string
  /** Takes the committed prices of the catalogue, or the usual discount where it has none. */
  readonly commitment?: Commitment
  /** Share by which the price lies below the one on demand. */
  readonly discount?: number
}

/** The price of a device-hour on a sheet, undefined when nobody knows one, and what it rests on. */
export interface RentalPrice {
  readonly perDeviceHour: Handle<'USD/(device·hour)'> | undefined
  readonly behind: readonly PriceObservation[]
  /** The quantity that the observations are the median for. */
  readonly behindOf: 'perDeviceHour' | 'onDemandPerDeviceHour'
  /** The day that the price is of, where one is known. */
  readonly asOf: string | undefined
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
}

/** Writes the price of a device-hour: as given, else the median of the catalogue on a day; less a discount. */
export function writeRentalPrice(sheet: Sheet, request: RentalPriceRequest, lookup: Lookup): RentalPrice {
  const { accelerator, commitment, discount, price, priceAsOf } = request
  if (commitment !== undefined && discount !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `commitment = ${commitment} and discount = ${discount} both decide the discount; keep one of them.`,
      { pointer: '/discount', facts: { commitment, discount } },
    )
  }
  const committed =
    price === undefined && accelerator !== undefined && commitment !== undefined
      ? committedPrice(lookup.catalogue, accelerator.id, commitment, priceAsOf)
      : undefined
  if (committed !== undefined && commitment !== undefined) {
    return writeMedian(sheet, quantities.perDeviceHour, committed, terms[commitment])
  }
  if (commitment === undefined && discount === undefined) {
    return writeOnDemand(sheet, quantities.perDeviceHour, request, lookup)
  }
  const onDemand = writeOnDemand(sheet, quantities.onDemandPerDeviceHour, request, lookup)
  if (onDemand.perDeviceHour === undefined) return onDemand
  const less =
    discount === undefined
      ? usualDiscount(lookup.catalogue, commitment as Commitment)
      : { value: discount, provenance: given }
  const perDeviceHour = sheet.derive(quantities.perDeviceHour, formulas.discountedPrice, [
    onDemand.perDeviceHour,
    sheet.input(quantities.rentalDiscount, less.value, less.provenance),
  ])
  return { ...onDemand, perDeviceHour }
}

type PriceQuantity = QuantityDefinition<'USD/(device·hour)'>

function writeOnDemand(
  sheet: Sheet,
  quantity: PriceQuantity,
  { price, accelerator, priceAsOf }: RentalPriceRequest,
  { catalogue }: Lookup,
): RentalPrice {
  const unpriced: RentalPrice = {
    perDeviceHour: undefined,
    behind: [],
    behindOf: 'perDeviceHour',
    asOf: priceAsOf,
    borrowed: new Map(),
  }
  if (price !== undefined && price.currency === 'CNY') {
    const asked = { value: price.perDeviceHour, asOf: priceAsOf, pointer: '/price/currency' }
    const { handle, borrowed } = writeYuanPrice(
      sheet,
      catalogue,
      asked,
      quantities.perDeviceHourCny,
      quantity,
    )
    return { ...unpriced, perDeviceHour: handle, borrowed }
  }
  if (price !== undefined) {
    return { ...unpriced, perDeviceHour: sheet.input(quantity, price.perDeviceHour, given) }
  }
  const found = accelerator && defaultPrice(catalogue, accelerator.id, priceAsOf)
  return found === undefined ? unpriced : writeMedian(sheet, quantity, found, terms['on-demand'])
}

const terms = {
  'on-demand': { en: 'on-demand', zh: '按需' },
  '1-year': { en: 'one-year', zh: '一年期' },
  '3-year': { en: 'three-year', zh: '三年期' },
} as const

function writeMedian(
  sheet: Sheet,
  quantity: PriceQuantity,
  { value, observations, until }: DefaultPrice,
  term: Label,
): RentalPrice {
  const provenance: Provenance = {
    status: 'catalogue',
    ...originOf(observations),
    note: {
      en: `median of ${observations.length} vendors' ${term.en} prices in the twelve months to ${until}`,
      zh: `截至 ${until} 的十二个月内 ${observations.length} 家厂商${term.zh}价格的中位数`,
    },
  }
  return {
    perDeviceHour: sheet.input(quantity, value, provenance),
    behind: observations,
    behindOf: quantity.id as RentalPrice['behindOf'],
    asOf: until,
    borrowed: new Map(),
  }
}

/** The discount of vendors other than the three largest, who publish none: the mean of theirs. */
function usualDiscount({ costConstants }: Catalogue, commitment: Commitment): KnownConstant {
  const constant = costConstants.get('commitmentDiscount')
  const byTerm = constant?.values?.lambdaOrOther as Readonly<Record<string, number>> | undefined
  const value = byTerm?.[commitment === '1-year' ? 'commitment1y' : 'commitment3y']
  if (constant === undefined || value === undefined) {
    throw new DomainError('missing-value', 'The catalogue has no discount for a commitment; give discount.', {
      pointer: '/discount',
    })
  }
  const { source, provenance } = constant
  const { en, zh } = terms[commitment]
  return {
    value,
    provenance: {
      status: 'default',
      source,
      provenance,
      note: { en: `mean ${en} discount of three clouds`, zh: `三家云厂商${zh}折扣的平均值` },
    },
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
