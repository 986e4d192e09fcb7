import { formula } from '../../sheet/formula.ts'
import { quantity } from '../../sheet/quantity.ts'

/** Energy of a training run, and what it emits and evaporates. */
export const energyQuantities = {
  trainingEnergy: quantity(
    'trainingEnergy',
    'MWh',
    'Electricity of the training run, losses of the building included',
    '训练用电（含机房损耗）',
  ),
  gridIntensity: quantity('gridIntensity', 'kgCO2e/kWh', 'Carbon intensity of the electricity', '电力碳强度'),
  operationalCarbon: quantity('operationalCarbon', 'tCO2e', 'Emissions of the electricity', '用电碳排放'),
  embodiedPerDevice: quantity(
    'embodiedPerDevice',
    'kgCO2e/device',
    'Emissions of making a device and its share of the server',
    '单卡（含服务器分摊）制造碳排放',
  ),
  embodiedDevice: quantity(
    'embodiedDevice',
    'kgCO2e/device',
    'Emissions of making a device',
    '单卡制造碳排放',
  ),
  embodiedServer: quantity(
    'embodiedServer',
    'kgCO2e/device',
    "Emissions of making a device's share of the server",
    '单卡分摊的服务器制造碳排放',
  ),
  embodiedLifetime: quantity(
    'embodiedLifetime',
    'year',
    'Years over which they are spread',
    '制造排放分摊年限',
  ),
  embodiedCarbon: quantity(
    'embodiedCarbon',
    'tCO2e',
    'Share of the emissions of making the devices',
    '制造碳排放分摊',
  ),
  trainingCarbon: quantity('trainingCarbon', 'tCO2e', 'Emissions of the training run', '训练碳排放'),
  embodiedShare: quantity('embodiedShare', '1', 'Embodied share of the emissions', '制造排放占比'),
  wue: quantity('wue', 'L/kWh', 'Water usage effectiveness (WUE), on site', '水资源利用效率（WUE，现场）'),
  electricityWater: quantity(
    'electricityWater',
    'L/kWh',
    'Water that generating electricity consumes',
    '发电耗水强度',
  ),
  trainingWater: quantity(
    'trainingWater',
    'm3',
    'Water of the training run, on site and in generation',
    '训练耗水（现场与发电）',
  ),
} as const

/** The formulas between them, each written once. */
export const energyFormulas = {
  trainingEnergy: formula({
    text: 'T · 24 · w · PUE / 1e6',
    symbols: ['T', 'w', 'PUE'],
    inputUnits: ['day', 'W', '1'],
    unit: 'MWh',
    fn: (deviceDays, watts, pue) => (deviceDays * 24 * watts * pue) / 1e6,
    source: 'patterson-2021',
  }),
  operationalCarbon: formula({
    text: 'E · g',
    symbols: ['E', 'g'],
    inputUnits: ['MWh', 'kgCO2e/kWh'],
    unit: 'tCO2e',
    fn: (energy, intensity) => energy * intensity,
    source: 'patterson-2021',
  }),
  embodiedPerDevice: formula({
    text: 'd + s',
    symbols: ['d', 's'],
    inputUnits: ['kgCO2e/device', 'kgCO2e/device'],
    unit: 'kgCO2e/device',
    fn: (device, server) => device + server,
    source: 'ecologits-methodology',
  }),
  embodiedCarbon: formula({
    text: 'k · T / (y · 365) / 1000',
    symbols: ['k', 'T', 'y'],
    inputUnits: ['kgCO2e/device', 'day', 'year'],
    unit: 'tCO2e',
    fn: (embodied, deviceDays, years) => (embodied * deviceDays) / (years * 365) / 1000,
    source: 'ecologits-methodology',
  }),
  trainingCarbon: formula({
    text: 'o + e',
    symbols: ['o', 'e'],
    inputUnits: ['tCO2e', 'tCO2e'],
    unit: 'tCO2e',
    fn: (operational, embodied) => operational + embodied,
  }),
  // Where neither making nor running a device emits anything, the share is 0 and not 0 / 0.
  embodiedShare: formula({
    text: 'e / max(c, 1e-300)',
    symbols: ['e', 'c'],
    inputUnits: ['tCO2e', 'tCO2e'],
    unit: '1',
    fn: (embodied, all) => embodied / Math.max(all, 1e-300),
  }),
  trainingWater: formula({
    text: 'E / PUE · WUE + E · EWF',
    symbols: ['E', 'PUE', 'WUE', 'EWF'],
    inputUnits: ['MWh', '1', 'L/kWh', 'L/kWh'],
    unit: 'm3',
    fn: (energy, pue, wue, generation) => (energy / pue) * wue + energy * generation,
    source: 'li-2023',
  }),
} as const
