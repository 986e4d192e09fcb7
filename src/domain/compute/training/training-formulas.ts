import { formula } from '../../sheet/formula.ts'
import { quantity } from '../../sheet/quantity.ts'

/** The quantities of a training estimate. */
export const quantities = {
  parameters: quantity('parameters', 'parameter', 'Parameters (active per token)', '参数量（每 token 激活）'),
  trainingTokens: quantity('trainingTokens', 'token', 'Training tokens', '训练 token 数'),
  trainingFlop: quantity('trainingFlop', 'FLOP', 'Training compute', '训练算力'),
  trainingPfDays: quantity('trainingPfDays', 'PF-day', 'Training compute in PF-days', '训练算力（PF-day）'),
  peakFlopPerSecond: quantity('peakFlopPerSecond', 'FLOP/s', 'Dense peak per device', '单卡稠密峰值算力'),
  mfu: quantity('mfu', '1', 'Model FLOP utilisation (MFU)', '模型算力利用率（MFU）'),
  effectiveFlopPerSecond: quantity(
    'effectiveFlopPerSecond',
    'FLOP/s',
    'Effective throughput per device',
    '单卡有效算力',
  ),
  deviceDays: quantity('deviceDays', 'day', 'Device-days', '卡日'),
  deviceYears: quantity('deviceYears', 'year', 'Device-years of 365 days', '卡年（365 天）'),
  devices: quantity('devices', 'device', 'Devices', '设备数'),
  wallClockDays: quantity('wallClockDays', 'day', 'Wall-clock time', '训练时长'),
  perDeviceHour: quantity('perDeviceHour', 'USD/(device·hour)', 'Price per device-hour', '每卡时价格'),
  perDeviceHourCny: quantity(
    'perDeviceHourCny',
    'CNY/(device·hour)',
    'Price per device-hour in yuan',
    '每卡时人民币价格',
  ),
  onDemandPerDeviceHour: quantity(
    'onDemandPerDeviceHour',
    'USD/(device·hour)',
    'Price per device-hour on demand',
    '每卡时按需价格',
  ),
  rentalDiscount: quantity('rentalDiscount', '1', 'Discount on the on-demand price', '按需价格折扣'),
  trainingCost: quantity('trainingCost', 'USD', 'Cost of the device-hours', '训练算力成本'),
} as const

/** The formulas between them, each written once. */
export const formulas = {
  flopOfTokens: formula({
    text: '6 · N · D',
    symbols: ['N', 'D'],
    inputUnits: ['parameter', 'token'],
    unit: 'FLOP',
    fn: (n, d) => 6 * n * d,
    source: 'kaplan-2020',
  }),
  flopOfPfDays: formula({
    text: 'PFD · 8.64e19',
    symbols: ['PFD'],
    inputUnits: ['PF-day'],
    unit: 'FLOP',
    fn: pfDays => pfDays * 8.64e19,
  }),
  pfDaysOfFlop: formula({
    text: 'C / 8.64e19',
    symbols: ['C'],
    inputUnits: ['FLOP'],
    unit: 'PF-day',
    fn: c => c / 8.64e19,
  }),
  impliedTokens: formula({
    text: 'C / (6 · N)',
    symbols: ['C', 'N'],
    inputUnits: ['FLOP', 'parameter'],
    unit: 'token',
    fn: (c, n) => c / (6 * n),
    source: 'kaplan-2020',
  }),
  effectiveOfMfu: formula({
    text: 'MFU · P',
    symbols: ['MFU', 'P'],
    inputUnits: ['1', 'FLOP/s'],
    unit: 'FLOP/s',
    fn: (mfu, peak) => mfu * peak,
  }),
  mfuOfEffective: formula({
    text: 'F / P',
    symbols: ['F', 'P'],
    inputUnits: ['FLOP/s', 'FLOP/s'],
    unit: '1',
    fn: (effective, peak) => effective / peak,
  }),
  deviceDays: formula({
    text: 'C / (F · 86 400)',
    symbols: ['C', 'F'],
    inputUnits: ['FLOP', 'FLOP/s'],
    unit: 'day',
    fn: (c, f) => c / f / 86_400,
  }),
  deviceYears: formula({
    text: 'C / (F · 31 536 000)',
    symbols: ['C', 'F'],
    inputUnits: ['FLOP', 'FLOP/s'],
    unit: 'year',
    fn: (c, f) => c / f / 31_536_000,
  }),
  wallClockDays: formula({
    text: 'T / n',
    symbols: ['T', 'n'],
    inputUnits: ['day', 'device'],
    unit: 'day',
    fn: (deviceDays, devices) => deviceDays / devices,
  }),
  discountedPrice: formula({
    text: 'p · (1 − d)',
    symbols: ['p', 'd'],
    inputUnits: ['USD/(device·hour)', '1'],
    unit: 'USD/(device·hour)',
    fn: (price, discount) => price * (1 - discount),
  }),
  cost: formula({
    text: 'T · 24 · p',
    symbols: ['T', 'p'],
    inputUnits: ['day', 'USD/(device·hour)'],
    unit: 'USD',
    fn: (deviceDays, price) => deviceDays * 24 * price,
  }),
}
