import { formula } from '../../sheet/formula.ts'
import { quantity } from '../../sheet/quantity.ts'

/** The quantities of a plan. */
export const quantities = {
  devices: quantity('devices', 'device', 'Devices', '设备数'),
  stepTime: quantity('stepTime', 's', 'Time of a training step', '单步训练时间'),
  totalBytesPerDevice: quantity(
    'totalBytesPerDevice',
    'byte',
    'Memory that the fullest device shows as taken',
    '占用最多的单卡显存',
  ),
  usableBytesPerDevice: quantity(
    'usableBytesPerDevice',
    'byte',
    'Memory of a device that a layout may take',
    '单卡可用显存',
  ),
  memoryShare: quantity('memoryShare', '1', 'Share of the usable memory that is taken', '可用显存占用比例'),
  stepTokens: quantity('stepTokens', 'token', 'Tokens of a step', '单步 token 数'),
  tokensPerSecond: quantity('tokensPerSecond', 'token/s', 'Tokens a second', '每秒 token 数'),
  flopPerToken: quantity(
    'flopPerToken',
    'FLOP/token',
    'Model FLOP per token, forward and backward, causal attention and output head counted',
    '每 token 模型浮点运算次数（前向与反向，含因果注意力与输出层）',
  ),
  peakFlopPerSecond: quantity('peakFlopPerSecond', 'FLOP/s', 'Dense peak of a device', '单卡稠密峰值算力'),
  mfu: quantity('mfu', '1', 'Model FLOP utilisation', '模型算力利用率（MFU）'),
  trainingTokens: quantity('trainingTokens', 'token', 'Training tokens', '训练 token 数'),
  trainingDays: quantity('wallClockDays', 's', 'Time of the whole training', '训练总时长', 'day'),
  deviceHours: quantity('deviceHours', 'device·hour', 'Device-hours', '卡时'),
  perDeviceHour: quantity('perDeviceHour', 'USD/(device·hour)', 'Price of a device-hour', '每卡时价格'),
  trainingCost: quantity('trainingCost', 'USD', 'Cost of the device-hours', '训练算力成本'),
} as const

/** The formulas between them, each written once. */
export const formulas = {
  memoryShare: formula({
    text: 'T / U',
    symbols: ['T', 'U'],
    inputUnits: ['byte', 'byte'],
    unit: '1',
    fn: (total, usable) => total / usable,
  }),
  tokensPerSecond: formula({
    text: 'B / t',
    symbols: ['B', 't'],
    inputUnits: ['token', 's'],
    unit: 'token/s',
    fn: (tokens, seconds) => tokens / seconds,
  }),
  mfu: formula({
    text: 'R · F / (n · P)',
    symbols: ['R', 'F', 'n', 'P'],
    inputUnits: ['token/s', 'FLOP/token', 'device', 'FLOP/s'],
    unit: '1',
    fn: (rate, flop, devices, peak) => (rate * flop) / (devices * peak),
    source: 'palm-paper',
  }),
  trainingTime: formula({
    text: 'D / R',
    symbols: ['D', 'R'],
    inputUnits: ['token', 'token/s'],
    unit: 's',
    fn: (tokens, rate) => tokens / rate,
  }),
  deviceHours: formula({
    text: 'T · n / 3 600',
    symbols: ['T', 'n'],
    inputUnits: ['s', 'device'],
    unit: 'device·hour',
    fn: (seconds, devices) => (seconds * devices) / 3_600,
  }),
  cost: formula({
    text: 'H · p',
    symbols: ['H', 'p'],
    inputUnits: ['device·hour', 'USD/(device·hour)'],
    unit: 'USD',
    fn: (hours, price) => hours * price,
  }),
} as const
