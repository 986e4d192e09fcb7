import { formula } from '../../sheet/formula.ts'
import { byDefault, given, type Provenance, quantity } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Accelerator, Catalogue } from '../catalogue.ts'
import { fromCatalogue } from '../model.ts'
import { costConstant, familyKeys } from '../money/cost-constant.ts'

/** Power of a device, in watts. */
export const powerQuantities = {
  thermalDesignPower: quantity(
    'thermalDesignPower',
    'W',
    'Thermal design power of a device',
    '单卡热设计功耗',
  ),
  powerFraction: quantity(
    'powerFraction',
    '1',
    'Mean power as a share of the thermal design power',
    '平均功耗占热设计功耗的比例',
  ),
  serverFactor: quantity(
    'serverFactor',
    '1',
    'Power of a server by that of its devices',
    '服务器功耗与其设备功耗之比',
  ),
  powerPerDevice: quantity(
    'powerPerDevice',
    'W',
    'Mean power of a device with its share of the server',
    '单卡（含服务器分摊）平均功耗',
  ),
  pue: quantity('pue', '1', 'Power usage effectiveness (PUE)', '电能利用效率（PUE）'),
} as const

/** Power of devices, each formula once; a hot loop calls `fn`. */
const powerFormulas = {
  /** A server under a steady load. */
  steady: formula({
    text: 'TDP · f · s',
    symbols: ['TDP', 'f', 's'],
    inputUnits: ['W', '1', '1'],
    unit: 'W',
    fn: (tdp, fraction, server) => tdp * fraction * server,
    source: 'epoch-cost-analysis',
  }),
  /** A device alone that is busy for a share of the time: idle power, and what computing adds to it. */
  atLoad: formula({
    text: 'TDP · (i + (f − i) · u)',
    symbols: ['TDP', 'i', 'f', 'u'],
    inputUnits: ['W', '1', '1', '1'],
    unit: 'W',
    fn: (tdp, idle, busy, load) => tdp * (idle + (busy - idle) * load),
  }),
} as const

/** Power of a device as a request may give it; what it leaves out is the catalogue's for the device family. */
export interface PowerRequest {
  /** Watts of a device with its share of the server, in place of thermal design power and its two factors. */
  readonly powerPerDevice?: number
  readonly powerFraction?: number
  readonly serverFactor?: number
  readonly pue?: number
}

/**
 * Writes the mean power of a device with its share of the server, without the losses of the building. Undefined
 * when neither the request nor the catalogue says what the device draws.
 */
export function writePowerPerDevice(
  sheet: Sheet,
  request: PowerRequest,
  accelerator: Accelerator | undefined,
  catalogue: Catalogue,
): Handle<'W'> | undefined {
  const q = powerQuantities
  const known = sheet.find(q.powerPerDevice.id) as Handle<'W'> | undefined
  if (known !== undefined) return known
  if (request.powerPerDevice !== undefined)
    return sheet.input(q.powerPerDevice, request.powerPerDevice, given)
  const rated = accelerator?.tdp ?? null
  if (accelerator === undefined || rated === null) return undefined
  const keys = familyKeys(accelerator)
  const factor = (id: 'tdpFractionUsed' | 'chipToServerPower', asked: number | undefined) =>
    asked === undefined ? costConstant(catalogue, id, ...keys) : { value: asked, provenance: given }
  const fraction = factor('tdpFractionUsed', request.powerFraction)
  const server = factor('chipToServerPower', request.serverFactor)
  return sheet.derive(q.powerPerDevice, powerFormulas.steady, [
    sheet.input(q.thermalDesignPower, rated.value, fromCatalogue(rated)),
    sheet.input(q.powerFraction, fraction.value, fraction.provenance),
    sheet.input(q.serverFactor, server.value, server.provenance),
  ])
}

/** Writes the power usage effectiveness, once on a sheet: as given, else that of a data centre of no hyperscaler. */
export function writePue(sheet: Sheet, { pue }: PowerRequest, catalogue: Catalogue): Handle<'1'> {
  const q = powerQuantities.pue
  const known = sheet.find(q.id) as Handle<'1'> | undefined
  if (known !== undefined) return known
  if (pue !== undefined) return sheet.input(q, pue, given)
  const { value, provenance } = costConstant(catalogue, 'powerUsageEffectiveness', 'other')
  const hyperscaler = costConstant(catalogue, 'powerUsageEffectiveness', 'hyperscaler').value
  const why: Provenance = {
    ...byDefault(
      `a data centre of no hyperscaler; theirs take ${hyperscaler}`,
      `非超大规模云厂商的数据中心；超大规模云厂商为 ${hyperscaler}`,
      provenance.source,
    ),
    provenance: provenance.provenance,
  }
  return sheet.input(q, value, why)
}
