import { DomainError } from '../../errors.ts'
import type { Warning } from '../../estimate.ts'
import { byDefault, given, type QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'
import type { Accelerator, Catalogue, ExchangeRate, PriceObservation } from '../catalogue.ts'
import { type PowerRequest, writePowerPerDevice, writePue } from '../energy/power.ts'
import { dayAfter, daysBetween, isDay, yearOf } from './calendar.ts'
import { costConstant, type KnownConstant } from './cost-constant.ts'
import { type DevicePriceRequest, writeDevicePrice } from './device-price.ts'
import { ownershipFormulas, ownershipQuantities } from './ownership-formulas.ts'

/** How the devices of a run are owned; what is left out takes Epoch AI's method and the catalogue. */
export interface OwnershipRequest {
  /** Day on which the devices were acquired; default: 90 days after their release. */
  readonly acquired?: string
  /** Day on which training starts; default: that day. */
  readonly trained?: string
  readonly price?: DevicePriceRequest
  readonly serverOverhead?: number
  readonly interconnectShare?: number
  readonly depreciation?: 'price-performance' | 'straight-line'
  readonly electricityPrice?: number
}

/** What owning costs on a sheet, with the day that its money is of. */
export interface Ownership {
  readonly results: readonly Handle[]
  readonly cost: Handle<'USD'> | undefined
  readonly trained: string | undefined
  readonly behind: readonly PriceObservation[]
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
  readonly warnings: readonly Warning[]
}

const noDevicePrice: Warning = {
  code: 'no-purchase-price',
  message: {
    en: 'Neither the request nor the catalogue has a purchase price of this device, so the cost of owning it is left out; give ownership.price.',
    zh: '请求与目录均无该设备的购置价格，因此不给出自有设备成本；请给出 ownership.price。',
  },
}

const noElectricity: Warning = {
  code: 'no-power',
  message: {
    en: 'Neither the request nor the catalogue says what this device draws, so the cost of owning it is left out; give energy.powerPerDevice.',
    zh: '请求与目录均未给出该设备的功耗，因此不给出自有设备成本；请给出 energy.powerPerDevice。',
  },
}

interface Days {
  readonly acquired: string
  readonly trained: string
}

/** Refuses a run that starts before its devices are there (`inconsistent-inputs`), or of unknown date. */
function daysOf(request: OwnershipRequest, accelerator: Accelerator, lag: number): Days {
  const release = accelerator.releaseDate?.value
  const available = release !== undefined && isDay(release) ? dayAfter(release, lag) : undefined
  const { trained } = request
  const acquired =
    request.acquired ??
    (trained !== undefined && (available === undefined || trained < available) ? trained : available)
  if (acquired === undefined) {
    throw new DomainError(
      'missing-value',
      `The catalogue does not know the day on which ${accelerator.id} was released; give ownership.acquired.`,
      { pointer: '/ownership/acquired' },
    )
  }
  if (trained !== undefined && trained < acquired) {
    throw new DomainError(
      'inconsistent-inputs',
      `Training cannot start on ${trained}, before the devices are acquired on ${acquired}; correct one of the two days.`,
      { pointer: '/ownership/trained', facts: { acquired, trained } },
    )
  }
  return { acquired, trained: trained ?? acquired }
}

/** Writes what the cluster costs to buy, and what of that and of electricity falls on so many device-days. */
export function writeOwnership(
  sheet: Sheet,
  request: OwnershipRequest,
  power: PowerRequest,
  run: {
    readonly deviceDays: Handle<'day'>
    readonly devices: Handle<'device'>
    readonly accelerator: Accelerator | undefined
  },
  catalogue: Catalogue,
): Ownership {
  const { accelerator, deviceDays, devices } = run
  if (accelerator === undefined) {
    throw new DomainError('missing-value', 'Owning devices takes an accelerator; give one.', {
      pointer: '/accelerator',
    })
  }
  const q = ownershipQuantities
  const f = ownershipFormulas
  const write = <U extends Unit>(
    quantity: QuantityDefinition<U>,
    asked: number | undefined,
    known: () => KnownConstant,
  ): Handle<U> => {
    const { value, provenance } = asked === undefined ? known() : { value: asked, provenance: given }
    return sheet.input(quantity, value, provenance)
  }
  const days = daysOf(request, accelerator, costConstant(catalogue, 'acquisitionLag').value)
  const bought = writeDevicePrice(
    sheet,
    request.price,
    request.serverOverhead,
    accelerator,
    days.acquired,
    catalogue,
  )
  const nothing = {
    cost: undefined,
    trained: undefined,
    behind: [],
    borrowed: new Map<number, ExchangeRate>(),
  }
  if (bought === undefined) return { ...nothing, results: [], warnings: [noDevicePrice] }
  const { price, overhead, behind, borrowed } = bought
  const network = write(q.interconnectShare, request.interconnectShare, () =>
    costConstant(catalogue, 'interconnectShareOfClusterCost'),
  )
  const acquisition = sheet.derive(q.acquisitionCost, f.acquisitionCost, [devices, price, overhead, network])
  const perHour = writeDepreciation(sheet, request, days, { price, overhead }, catalogue)
  const hardware = sheet.derive(q.amortisedHardwareCost, f.amortisedHardwareCost, [deviceDays, perHour])
  const interconnect = sheet.derive(q.amortisedInterconnectCost, f.amortisedInterconnectCost, [
    hardware,
    network,
  ])
  const { trained } = days
  const results = [acquisition, perHour, hardware, interconnect]
  const watts = writePowerPerDevice(sheet, power, accelerator, catalogue)
  if (watts === undefined) {
    return { cost: undefined, trained, behind, borrowed, results, warnings: [noElectricity] }
  }
  const pue = writePue(sheet, power, catalogue)
  const tariff = write(q.electricityPrice, request.electricityPrice, () =>
    tariffOf(catalogue, yearOf(trained)),
  )
  const electricity = sheet.derive(q.electricityCost, f.electricityCost, [deviceDays, watts, pue, tariff])
  const cost = sheet.derive(q.ownershipCost, f.ownershipCost, [hardware, interconnect, electricity])
  return { cost, trained, behind, borrowed, results: [...results, electricity, cost], warnings: [] }
}

function writeDepreciation(
  sheet: Sheet,
  request: OwnershipRequest,
  { acquired, trained }: Days,
  { price, overhead }: { readonly price: Handle<'USD/device'>; readonly overhead: Handle<'1'> },
  catalogue: Catalogue,
): Handle<'USD/(device·hour)'> {
  const q = ownershipQuantities
  const f = ownershipFormulas
  if (request.depreciation === 'straight-line') {
    const { value, provenance } = lifetimeOf(catalogue, yearOf(trained))
    const years = sheet.input(q.serverLifetime, value, provenance)
    return sheet.derive(q.hardwarePerDeviceHour, f.straightLinePerDeviceHour, [price, overhead, years])
  }
  const rate = costConstant(catalogue, 'pricePerformanceGrowth')
  const k = sheet.input(q.depreciationRate, rate.value, rate.provenance)
  const why = byDefault(`from ${acquired} to ${trained}`, `${acquired} 至 ${trained}`)
  const held = sheet.input(
    q.daysHeld,
    daysBetween(acquired, trained),
    request.acquired === undefined || request.trained === undefined ? why : { ...given, note: why.note },
  )
  const value = sheet.derive(q.valueAtStart, f.valueAtStart, [price, overhead, k, held])
  return sheet.derive(q.hardwarePerDeviceHour, f.hardwarePerDeviceHour, [value, k])
}

/** The price of electricity in a year, or in the nearest year known. */
export function tariffOf(catalogue: Catalogue, year: number): KnownConstant {
  const years = Object.keys(catalogue.costConstants.get('usIndustrialElectricityPrice')?.values ?? {})
  const nearest = years.toSorted((a, b) => Math.abs(Number(a) - year) - Math.abs(Number(b) - year))
  return costConstant(catalogue, 'usIndustrialElectricityPrice', ...nearest)
}

interface Span {
  readonly fromYear: number | null
  readonly toYear: number | null
  readonly value: number
}

/** How long servers were expected to last by those who bought them in a year. */
export function lifetimeOf(catalogue: Catalogue, year: number): KnownConstant {
  const constant = catalogue.costConstants.get('serverLifetime')
  const spans = Object.values(constant?.values ?? {}) as Span[]
  const place = spans.findIndex(
    ({ fromYear, toYear }) => (fromYear ?? year) <= year && year <= (toYear ?? year),
  )
  const value = spans[place]?.value
  if (constant === undefined || value === undefined) {
    throw new DomainError('missing-value', `The catalogue has no lifetime of servers bought in ${year}.`, {
      pointer: '/ownership/depreciation',
    })
  }
  const { source, provenance, locator } = constant
  return {
    value,
    provenance: {
      status: 'default',
      source,
      provenance,
      note: { en: `${locator}: ${year}`, zh: `${locator}: ${year}` },
    },
  }
}
