import type { Warning } from '../../estimate.ts'
import { given, type QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'
import type { Accelerator, Catalogue } from '../catalogue.ts'
import { costConstant } from '../money/cost-constant.ts'
import { energyFormulas, energyQuantities } from './energy-formulas.ts'
import { type PowerRequest, writePowerPerDevice, writePue } from './power.ts'

/** Energy as a request may describe it; each member left out takes the catalogue's default. */
export interface EnergyRequest extends PowerRequest {
  /** kgCO2e per kWh. */
  readonly gridIntensity?: number
  /** Litres per kWh of IT energy, on site. */
  readonly wue?: number
  /** Litres per kWh of electricity, in its generation. */
  readonly electricityWater?: number
  /** kgCO2e of a device and its share of the server. */
  readonly embodiedPerDevice?: number
  /** Years of use that they are spread over. */
  readonly embodiedLifetime?: number
}

/** That nobody knows what the device draws, so that energy and what follows from it are left out. */
export const noPower: Warning = {
  code: 'no-power',
  message: {
    en: 'Neither the request nor the catalogue says what this device draws, so energy, carbon and water are left out; give energy.powerPerDevice.',
    zh: '请求与目录均未给出该设备的功耗，因此不给出能耗、碳排放与耗水；请给出 energy.powerPerDevice。',
  },
}

/** Writes energy, carbon and water of so many device-days. Gives the results; none when the power is unknown. */
export function writeTrainingEnergy(
  sheet: Sheet,
  request: EnergyRequest,
  deviceDays: Handle<'day'>,
  accelerator: Accelerator | undefined,
  catalogue: Catalogue,
): Handle[] {
  const power = writePowerPerDevice(sheet, request, accelerator, catalogue)
  if (power === undefined) return []
  const q = energyQuantities
  const f = energyFormulas
  const orDefault = <U extends Unit>(
    quantity: QuantityDefinition<U>,
    asked: number | undefined,
    constant: string,
  ): Handle<U> => {
    if (asked !== undefined) return sheet.input(quantity, asked, given)
    const { value, provenance } = costConstant(catalogue, constant)
    return sheet.input(quantity, value, provenance)
  }
  const pue = writePue(sheet, request, catalogue)
  const energy = sheet.derive(q.trainingEnergy, f.trainingEnergy, [deviceDays, power, pue])
  const intensity = orDefault(q.gridIntensity, request.gridIntensity, 'gridCarbonIntensity')
  const operational = sheet.derive(q.operationalCarbon, f.operationalCarbon, [energy, intensity])
  // Of an H100 and an eighth of its server: no maker's own figure is in the catalogue.
  const made =
    request.embodiedPerDevice === undefined
      ? sheet.derive(q.embodiedPerDevice, f.embodiedPerDevice, [
          orDefault(q.embodiedDevice, undefined, 'embodiedCarbonOfDevice'),
          orDefault(q.embodiedServer, undefined, 'embodiedCarbonOfServer'),
        ])
      : sheet.input(q.embodiedPerDevice, request.embodiedPerDevice, given)
  const years = orDefault(q.embodiedLifetime, request.embodiedLifetime, 'embodiedLifetime')
  const embodied = sheet.derive(q.embodiedCarbon, f.embodiedCarbon, [made, deviceDays, years])
  const carbon = sheet.derive(q.trainingCarbon, f.trainingCarbon, [operational, embodied])
  const share = sheet.derive(q.embodiedShare, f.embodiedShare, [embodied, carbon])
  const water = sheet.derive(q.trainingWater, f.trainingWater, [
    energy,
    pue,
    orDefault(q.wue, request.wue, 'waterUsageEffectiveness'),
    orDefault(q.electricityWater, request.electricityWater, 'electricityWaterFactor'),
  ])
  return [power, energy, operational, embodied, carbon, share, water]
}
