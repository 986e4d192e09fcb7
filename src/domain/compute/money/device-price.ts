import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Accelerator, Catalogue, ExchangeRate, PriceObservation } from '../catalogue.ts'
import { dayAfter } from './calendar.ts'
import { costConstant, familyKeys } from './cost-constant.ts'
import { ownershipQuantities } from './ownership-formulas.ts'
import { median, originOf } from './price.ts'
import { writeYuanPrice } from './yuan-price.ts'

/** A purchase price as a request gives it. */
export interface DevicePriceRequest {
  readonly perDevice: number
  readonly currency?: 'USD' | 'CNY'
  /** Whether it is a whole server's, divided by its devices. */
  readonly wholeServer?: boolean
}

/** What a device cost to buy, and what its server costs on top. */
export interface DevicePrice {
  readonly price: Handle<'USD/device'>
  readonly overhead: Handle<'1'>
  readonly behind: readonly PriceObservation[]
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
}

interface CataloguePrice {
  readonly value: number
  readonly wholeServer: boolean
  readonly observations: readonly PriceObservation[]
}

/**
 * What a device cost on a day: the median of the prices of the twelve months before, else the first price seen
 * after. Prices of whole servers go before those of single devices, as they need no assumption about the server.
 * Estimates of the source stand in where nobody asked a price, as for devices that are not sold.
 */
export function cataloguePrice(
  { prices }: Pick<Catalogue, 'prices'>,
  accelerator: string,
  acquired: string,
): CataloguePrice | undefined {
  const all = (prices.get(accelerator) ?? []).filter(({ purchase }) => purchase !== null)
  const asked = all.filter(({ basis }) => basis !== 'estimate')
  const known = asked.length > 0 ? asked : all
  const from = dayAfter(acquired, -365)
  const recent = known.filter(({ date }) => date > from && date <= acquired)
  const later = known.filter(({ date }) => date > acquired)
  const earlier = known.filter(({ date }) => date <= from)
  const first = later[0] ?? earlier.at(-1)
  const near = recent.length > 0 ? recent : first === undefined ? [] : [first]
  const servers = near.filter(({ basis }) => basis === 'server-share')
  const observations = servers.length > 0 ? servers : near
  const value = median(observations.map(({ purchase }) => purchase as number))
  return value === undefined ? undefined : { value, wholeServer: servers.length > 0, observations }
}

/** Writes the price of a device and its server's overhead; undefined when neither request nor catalogue has one. */
export function writeDevicePrice(
  sheet: Sheet,
  asked: DevicePriceRequest | undefined,
  serverOverhead: number | undefined,
  accelerator: Accelerator,
  acquired: string,
  catalogue: Catalogue,
): DevicePrice | undefined {
  const q = ownershipQuantities
  const overheadOf = (wholeServer: boolean): Handle<'1'> => {
    if (serverOverhead !== undefined) return sheet.input(q.serverOverhead, serverOverhead, given)
    if (wholeServer) {
      const why = byDefault('the price is a whole server’s', '该价格为整机价格')
      return sheet.input(q.serverOverhead, 1, why)
    }
    const known = costConstant(catalogue, 'serverOverheadMultiplier', ...familyKeys(accelerator))
    return sheet.input(q.serverOverhead, known.value, known.provenance)
  }
  if (asked !== undefined) {
    const { perDevice, currency, wholeServer = false } = asked
    if (currency !== 'CNY') {
      const price = sheet.input(q.devicePrice, perDevice, given)
      return { price, overhead: overheadOf(wholeServer), behind: [], borrowed: new Map() }
    }
    const yuan = { value: perDevice, asOf: acquired, pointer: '/ownership/price/currency' }
    const { handle, borrowed } = writeYuanPrice(sheet, catalogue, yuan, q.devicePriceCny, q.devicePrice)
    return { price: handle, overhead: overheadOf(wholeServer), behind: [], borrowed }
  }
  const found = cataloguePrice(catalogue, accelerator.id, acquired)
  if (found === undefined) return undefined
  const { observations, wholeServer } = found
  const dates = `${observations[0]?.date}${observations.length > 1 ? ` … ${observations.at(-1)?.date}` : ''}`
  const provenance: Provenance = {
    status: 'catalogue',
    ...originOf(observations),
    note: {
      en: `median of ${observations.length} prices of ${wholeServer ? 'whole servers' : 'single devices'}, ${dates}`,
      zh: `${dates} 的 ${observations.length} 个${wholeServer ? '整机' : '单卡'}价格的中位数`,
    },
  }
  const price = sheet.input(q.devicePrice, found.value, provenance)
  return { price, overhead: overheadOf(wholeServer), behind: observations, borrowed: new Map() }
}
