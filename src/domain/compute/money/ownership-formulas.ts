import { formula } from '../../sheet/formula.ts'
import { quantity } from '../../sheet/quantity.ts'

/** Owning the devices of a training run. */
export const ownershipQuantities = {
  devicePrice: quantity('devicePrice', 'USD/device', 'Purchase price of a device', '单卡购置价格'),
  devicePriceCny: quantity(
    'devicePriceCny',
    'CNY/device',
    'Purchase price of a device in yuan',
    '单卡人民币购置价格',
  ),
  serverOverhead: quantity(
    'serverOverhead',
    '1',
    'Price of a server by that of its devices',
    '服务器价格与其设备价格之比',
  ),
  interconnectShare: quantity(
    'interconnectShare',
    '1',
    'Share of the network between servers in the price of the cluster',
    '集群造价中服务器间网络的比例',
  ),
  acquisitionCost: quantity('acquisitionCost', 'USD', 'Purchase price of the cluster', '集群购置成本'),
  daysHeld: quantity(
    'daysHeld',
    'day',
    'Time from acquiring the devices to the start of training',
    '从购置到开始训练的时间',
  ),
  depreciationRate: quantity(
    'depreciationRate',
    'decade/year',
    'Rate at which devices lose value',
    '设备贬值速度',
  ),
  valueAtStart: quantity(
    'valueAtStart',
    'USD/device',
    'Value of a device with its share of the server when training starts',
    '训练开始时单卡（含服务器分摊）价值',
  ),
  serverLifetime: quantity('serverLifetime', 'year', 'Years of use of a server', '服务器使用年限'),
  hardwarePerDeviceHour: quantity(
    'hardwarePerDeviceHour',
    'USD/(device·hour)',
    'Value that a device loses in an hour',
    '每卡时折旧',
  ),
  amortisedHardwareCost: quantity(
    'amortisedHardwareCost',
    'USD',
    'Value that the devices lose during training',
    '训练期间设备折旧',
  ),
  amortisedInterconnectCost: quantity(
    'amortisedInterconnectCost',
    'USD',
    'Value that the network loses during training',
    '训练期间网络折旧',
  ),
  electricityPrice: quantity('electricityPrice', 'USD/kWh', 'Price of electricity', '电价'),
  electricityCost: quantity('electricityCost', 'USD', 'Cost of the electricity', '电费'),
  ownershipCost: quantity(
    'ownershipCost',
    'USD',
    'Cost of training on devices of one’s own',
    '自有设备训练成本',
  ),
} as const

/** Epoch AI's method: what devices, network and electricity of a run cost whoever owns them. */
export const ownershipFormulas = {
  acquisitionCost: formula({
    text: 'n · p · s / (1 − x)',
    symbols: ['n', 'p', 's', 'x'],
    inputUnits: ['device', 'USD/device', '1', '1'],
    unit: 'USD',
    fn: (devices, price, server, network) => (devices * price * server) / (1 - network),
    source: 'epoch-cost-analysis',
  }),
  valueAtStart: formula({
    text: 'p · s · 10^(−k · d / 365.25)',
    symbols: ['p', 's', 'k', 'd'],
    inputUnits: ['USD/device', '1', 'decade/year', 'day'],
    unit: 'USD/device',
    fn: (price, server, rate, days) => price * server * 10 ** ((-rate * days) / 365.25),
    source: 'epoch-cost-analysis',
  }),
  // What keeps up with the price-performance of new devices loses k · ln 10 of its value a year.
  hardwarePerDeviceHour: formula({
    text: 'v · k · ln(10) / 8766',
    symbols: ['v', 'k'],
    inputUnits: ['USD/device', 'decade/year'],
    unit: 'USD/(device·hour)',
    fn: (value, rate) => (value * rate * Math.LN10) / 8766,
    source: 'epoch-cost-analysis',
  }),
  straightLinePerDeviceHour: formula({
    text: 'p · s / (y · 8766)',
    symbols: ['p', 's', 'y'],
    inputUnits: ['USD/device', '1', 'year'],
    unit: 'USD/(device·hour)',
    fn: (price, server, years) => (price * server) / (years * 8766),
    source: 'epoch-cost-analysis',
  }),
  amortisedHardwareCost: formula({
    text: 'T · 24 · h',
    symbols: ['T', 'h'],
    inputUnits: ['day', 'USD/(device·hour)'],
    unit: 'USD',
    fn: (deviceDays, perHour) => deviceDays * 24 * perHour,
  }),
  amortisedInterconnectCost: formula({
    text: 'H · x / (1 − x)',
    symbols: ['H', 'x'],
    inputUnits: ['USD', '1'],
    unit: 'USD',
    fn: (hardware, network) => (hardware * network) / (1 - network),
    source: 'epoch-cost-analysis',
  }),
  electricityCost: formula({
    text: 'T · 24 · w · PUE / 1000 · p',
    symbols: ['T', 'w', 'PUE', 'p'],
    inputUnits: ['day', 'W', '1', 'USD/kWh'],
    unit: 'USD',
    fn: (deviceDays, watts, pue, price) => ((deviceDays * 24 * watts * pue) / 1000) * price,
    source: 'epoch-cost-analysis',
  }),
  ownershipCost: formula({
    text: 'H + X + e',
    symbols: ['H', 'X', 'e'],
    inputUnits: ['USD', 'USD', 'USD'],
    unit: 'USD',
    fn: (hardware, network, electricity) => hardware + network + electricity,
    source: 'epoch-cost-analysis',
  }),
} as const
