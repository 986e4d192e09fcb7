import { DomainError } from './errors.ts'

/** Reading text in both languages of the service. */
export interface Label {
  readonly en: string
  readonly zh: string
}

interface UnitDefinition {
  /** How many base units one of this unit is. */
  readonly factor: number
  /** The unit that calculations use; a base unit names itself. */
  readonly base: string
  readonly label: Label
}

const unit = (base: string, factor: number, en: string, zh: string): UnitDefinition => ({
  base,
  factor,
  label: { en, zh },
})

/**
 * Every unit that a quantity may carry. Sheets calculate in base units; the others are scales for reading
 * and writing. A day is 86 400 s and a year is 365 days throughout: no leap years in device-years.
 */
const table = {
  '1': unit('1', 1, 'ratio', '比率'),
  count: unit('count', 1, 'count', '个'),
  FLOP: unit('FLOP', 1, 'floating-point operations', '浮点运算次数'),
  'FLOP/s': unit('FLOP/s', 1, 'floating-point operations per second', '每秒浮点运算次数'),
  'FLOP/token': unit('FLOP/token', 1, 'floating-point operations per token', '每 token 浮点运算次数'),
  'PF-day': unit('FLOP', 8.64e19, 'petaFLOP/s-days', 'PFLOP/s·日'),
  'TFLOP/s': unit('FLOP/s', 1e12, 'teraFLOP/s', '每秒万亿次浮点运算'),
  'EFLOP/s': unit('FLOP/s', 1e18, 'exaFLOP/s', '每秒百亿亿次浮点运算'),
  'nat/token': unit('nat/token', 1, 'nats per token', '奈特/token'),
  parameter: unit('parameter', 1, 'parameters', '参数'),
  token: unit('token', 1, 'tokens', 'token'),
  'token/parameter': unit('token/parameter', 1, 'tokens per parameter', '每参数 token 数'),
  'byte/parameter': unit('byte/parameter', 1, 'bytes per parameter', '每参数字节'),
  'byte/token': unit('byte/token', 1, 'bytes per token', '每 token 字节'),
  'token/s': unit('token/s', 1, 'tokens per second', '每秒 token'),
  byte: unit('byte', 1, 'bytes', '字节'),
  GB: unit('byte', 1e9, 'gigabytes', '吉字节'),
  'byte/s': unit('byte/s', 1, 'bytes per second', '每秒字节'),
  device: unit('device', 1, 'devices', '张卡'),
  server: unit('server', 1, 'servers', '台服务器'),
  device·hour: unit('device·hour', 1, 'device-hours', '卡时'),
  s: unit('s', 1, 'seconds', '秒'),
  hour: unit('s', 3_600, 'hours', '小时'),
  day: unit('s', 86_400, 'days', '天'),
  year: unit('s', 31_536_000, 'years of 365 days', '年（365 天）'),
  W: unit('W', 1, 'watts', '瓦'),
  J: unit('J', 1, 'joules', '焦耳'),
  'J/FLOP': unit('J/FLOP', 1, 'joules per floating-point operation', '每次浮点运算焦耳'),
  'J/byte': unit('J/byte', 1, 'joules per byte', '每字节焦耳'),
  Wh: unit('J', 3_600, 'watt-hours', '瓦时'),
  kWh: unit('J', 3.6e6, 'kilowatt-hours', '千瓦时'),
  MWh: unit('J', 3.6e9, 'megawatt-hours', '兆瓦时'),
  kgCO2e: unit('kgCO2e', 1, 'kilograms of CO2 equivalent', '千克二氧化碳当量'),
  tCO2e: unit('kgCO2e', 1_000, 'tonnes of CO2 equivalent', '吨二氧化碳当量'),
  'kgCO2e/kWh': unit(
    'kgCO2e/kWh',
    1,
    'kilograms of CO2 equivalent per kilowatt-hour',
    '每千瓦时千克二氧化碳当量',
  ),
  'kgCO2e/device': unit('kgCO2e/device', 1, 'kilograms of CO2 equivalent per device', '每卡千克二氧化碳当量'),
  L: unit('L', 1, 'litres', '升'),
  m3: unit('L', 1_000, 'cubic metres', '立方米'),
  'L/kWh': unit('L/kWh', 1, 'litres per kilowatt-hour', '每千瓦时升'),
  'USD/kWh': unit('USD/kWh', 1, 'US dollars per kilowatt-hour', '美元/千瓦时'),
  'decade/year': unit('decade/year', 1, 'powers of ten per year', '每年十倍数'),
  'J/token': unit('J/token', 1, 'joules per token', '焦耳/token'),
  '1/s': unit('1/s', 1, 'per second', '每秒'),
  'USD/Mtoken': unit('USD/Mtoken', 1, 'US dollars per million tokens', '美元/百万 token'),
  'USD/day': unit('USD/day', 1, 'US dollars per day', '美元/天'),
  USD: unit('USD', 1, 'US dollars', '美元'),
  CNY: unit('CNY', 1, 'yuan', '元'),
  'CNY/USD': unit('CNY/USD', 1, 'yuan per US dollar', '每美元人民币'),
  'CNY/device': unit('CNY/device', 1, 'yuan per device', '元/卡'),
  'USD/device': unit('USD/device', 1, 'US dollars per device', '美元/卡'),
  'CNY/server': unit('CNY/server', 1, 'yuan per server', '元/台'),
  'USD/server': unit('USD/server', 1, 'US dollars per server', '美元/台'),
  'CNY/(device·hour)': unit('CNY/(device·hour)', 1, 'yuan per device-hour', '元/卡时'),
  'USD/(device·hour)': unit('USD/(device·hour)', 1, 'US dollars per device-hour', '美元/卡时'),
  元: unit('CNY', 1, 'yuan', '元'),
  万元: unit('CNY', 1e4, 'ten thousand yuan', '万元'),
  亿元: unit('CNY', 1e8, 'hundred million yuan', '亿元'),
  千亿元: unit('CNY', 1e11, 'hundred billion yuan', '千亿元'),
  万亿元: unit('CNY', 1e12, 'trillion yuan', '万亿元'),
  万美元: unit('USD', 1e4, 'ten thousand US dollars', '万美元'),
  百万美元: unit('USD', 1e6, 'million US dollars', '百万美元'),
  亿美元: unit('USD', 1e8, 'hundred million US dollars', '亿美元'),
  万亿美元: unit('USD', 1e12, 'trillion US dollars', '万亿美元'),
  person: unit('person', 1, 'people', '人'),
  'CNY/person': unit('CNY/person', 1, 'yuan per person', '元/人'),
  'USD/person': unit('USD/person', 1, 'US dollars per person', '美元/人'),
  万人: unit('person', 1e4, 'ten thousand people', '万人'),
  百万人: unit('person', 1e6, 'million people', '百万人'),
  亿人: unit('person', 1e8, 'hundred million people', '亿人'),
} as const satisfies Record<string, UnitDefinition>

/** A unit symbol, as it stands on the wire. */
export type Unit = keyof typeof table

/** All unit symbols. */
export const units = Object.keys(table) as readonly Unit[]

/** Whether `symbol` is a unit of the table. */
export function isUnit(symbol: string): symbol is Unit {
  return Object.hasOwn(table, symbol)
}

/** The definition of a unit; throws `unknown-unit` for a symbol that is not in the table. */
export function unitDefinition(symbol: string): UnitDefinition {
  if (!isUnit(symbol)) {
    throw new DomainError('unknown-unit', `"${symbol}" is not a unit; known are ${units.join(', ')}.`, {
      facts: { unit: symbol },
    })
  }
  return table[symbol]
}

/** `value` of one unit expressed in another of the same base; throws when their bases differ. */
export function convert(value: number, from: Unit, to: Unit): number {
  const source = table[from]
  const target = table[to]
  if (source.base !== target.base) {
    throw new DomainError(
      'unknown-unit',
      `${from} cannot be expressed in ${to}: ${source.base} is not ${target.base}.`,
      {
        facts: { from, to },
      },
    )
  }
  return (value * source.factor) / target.factor
}
