import type { Accelerator, ExchangeRate, PriceObservation } from '../../compute/catalogue.ts'
import { fromCatalogue } from '../../compute/model.ts'
import { costConstant } from '../../compute/money/cost-constant.ts'
import { writeDevicePrice } from '../../compute/money/device-price.ts'
import { lifetimeOf } from '../../compute/money/ownership.ts'
import { ownershipQuantities } from '../../compute/money/ownership-formulas.ts'
import { writeYuanPrice } from '../../compute/money/yuan-price.ts'
import { DomainError } from '../../errors.ts'
import type { Lookup } from '../../estimate.ts'
import { byDefault, given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { DecidedDemand } from './decided-demand.ts'
import { demandFormulas as f } from './demand-formulas.ts'
import { serverQuantities as q } from './demand-quantities.ts'

const usualDevices = 8

/** What a server is and costs, on a sheet; the price is undefined when nobody knows one. */
export interface ServerTerms {
  readonly devices: Handle<'device'>
  readonly price: Handle<'USD/server'> | undefined
  readonly network: Handle<'1'>
  readonly lifetime: number
  readonly lifetimeHandle: Handle<'year'>
  readonly behind: readonly PriceObservation[]
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
}

/** Writes devices, price, network share and years of use of a server. Throws `inconsistent-inputs` for a price given twice. */
export function writeServerTerms(
  sheet: Sheet,
  { server = {}, baseYear, priceAsOf }: DecidedDemand,
  accelerator: Accelerator,
  { catalogue }: Lookup,
): ServerTerms {
  const known = accelerator.devicesPerNode
  const devices =
    server.devices !== undefined
      ? sheet.input(q.devicesPerServer, server.devices, given)
      : known !== null
        ? sheet.input(q.devicesPerServer, known.value, fromCatalogue(known))
        : sheet.input(
            q.devicesPerServer,
            usualDevices,
            byDefault('as most servers with accelerators have', '多数加速服务器的配置'),
          )
  const network = costConstant(catalogue, 'interconnectShareOfClusterCost')
  const share =
    server.networkShare === undefined ? network : { value: server.networkShare, provenance: given }
  const lifetime =
    server.lifetime === undefined
      ? lifetimeOf(catalogue, baseYear)
      : { value: server.lifetime, provenance: given }
  const acquired = priceAsOf ?? `${baseYear}-12-31`
  return {
    devices,
    ...writePrice(sheet, server, devices, { accelerator, acquired, catalogue }),
    network: sheet.input(ownershipQuantities.interconnectShare, share.value, share.provenance),
    lifetime: lifetime.value,
    lifetimeHandle: sheet.input(ownershipQuantities.serverLifetime, lifetime.value, lifetime.provenance),
  }
}

function writePrice(
  sheet: Sheet,
  { price, devicePrice, overhead }: NonNullable<DecidedDemand['server']>,
  devices: Handle<'device'>,
  {
    accelerator,
    acquired,
    catalogue,
  }: {
    readonly accelerator: Accelerator
    readonly acquired: string
    readonly catalogue: Lookup['catalogue']
  },
): Pick<ServerTerms, 'price' | 'behind' | 'borrowed'> {
  const none = { behind: [], borrowed: new Map<number, ExchangeRate>() }
  if (price !== undefined) {
    const twice = devicePrice !== undefined ? 'devicePrice' : overhead !== undefined ? 'overhead' : undefined
    if (twice !== undefined) {
      const other = devicePrice?.perDevice ?? overhead
      throw new DomainError(
        'inconsistent-inputs',
        `server.price.perServer = ${price.perServer} is the price of a whole server, and server.${twice} = ${other} makes another; keep one of them.`,
        { pointer: `/server/${twice}`, facts: { perServer: price.perServer, [twice]: other } },
      )
    }
    if (price.currency !== 'CNY')
      return { ...none, price: sheet.input(q.serverPrice, price.perServer, given) }
    const yuan = { value: price.perServer, asOf: acquired, pointer: '/server/price/currency' }
    const { handle, borrowed } = writeYuanPrice(sheet, catalogue, yuan, q.serverPriceCny, q.serverPrice)
    return { ...none, price: handle, borrowed }
  }
  const bought = writeDevicePrice(sheet, devicePrice, overhead, accelerator, acquired, catalogue)
  if (bought === undefined) return { ...none, price: undefined }
  return {
    price: sheet.derive(q.serverPrice, f.serverPrice, [bought.price, bought.overhead, devices]),
    behind: bought.behind,
    borrowed: bought.borrowed,
  }
}
