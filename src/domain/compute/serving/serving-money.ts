import type { Lookup } from '../../estimate.ts'
import { byDefault, given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { ExchangeRate, PriceObservation } from '../catalogue.ts'
import { writeRentalPrice } from '../money/rental-price.ts'
import { moneyFormulas as f } from './money-formulas.ts'
import { operationQuantities as q } from './operation-quantities.ts'
import type { Performance } from './performance.ts'
import type { PerformanceRequest } from './performance-request.ts'

/** What tokens cost, as handles, and the prices behind. */
export interface ServingMoney {
  readonly perDeviceHour: Handle<'USD/(device·hour)'> | undefined
  readonly behind: readonly PriceObservation[]
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
  readonly asOf: string | undefined
  readonly results: readonly Handle[]
}

/** Writes the cost of a million tokens, split by the device time that prompts and answers take, and what an API earns. */
export function writeMoney(
  sheet: Sheet,
  request: PerformanceRequest,
  performance: Performance,
  accelerator: string,
  priceAsOf: string | undefined,
  lookup: Lookup,
): ServingMoney {
  const asked = {
    accelerator: { id: accelerator },
    ...(request.price !== undefined && { price: request.price }),
    ...(priceAsOf !== undefined && { priceAsOf }),
  }
  const price = writeRentalPrice(sheet, asked, lookup)
  const { perDeviceHour } = price
  if (perDeviceHour === undefined) return { ...price, results: [] }
  const { inputShare, ratePerDevice, input, output } = performance
  const utilisation = sheet.input(
    q.utilisation,
    request.utilisation ?? 1,
    request.utilisation === undefined
      ? byDefault('all of it: devices that wait cost more a token', '满负荷：空闲会提高单位成本')
      : given,
  )
  const results: Handle[] = [
    sheet.derive(q.costPerMillionOutputTokens, f.costPerOutput, [
      ...([perDeviceHour, inputShare, ratePerDevice, utilisation] as const),
    ]),
    sheet.derive(q.costPerMillionInputTokens, f.costPerInput, [
      ...([perDeviceHour, inputShare, output, ratePerDevice, utilisation, input] as const),
    ]),
    sheet.derive(q.costPerMillionOutputTokensAllIn, f.costAllIn, [perDeviceHour, ratePerDevice, utilisation]),
  ]
  const { apiPrice } = request
  if (apiPrice !== undefined) {
    const perInput = sheet.input(q.apiPricePerMillionInput, apiPrice.perMillionInputTokens, given)
    const perOutput = sheet.input(q.apiPricePerMillionOutput, apiPrice.perMillionOutputTokens, given)
    const breakEven = sheet.derive(q.breakEvenUtilisation, f.breakEven, [
      ...([perDeviceHour, ratePerDevice, perOutput, perInput, input, output] as const),
    ])
    results.push(breakEven, sheet.derive(q.grossMargin, f.grossMargin, [breakEven, utilisation]))
  }
  return { ...price, results }
}
