import { formula } from '../../sheet/formula.ts'
import { quantity } from '../../sheet/quantity.ts'
import { quantities as memoryQuantities } from '../memory/quantities.ts'

/** The quantities of a serving estimate. */
export const quantities = {
  parameters: quantity('parameters', 'parameter', 'Parameters (all experts)', '参数量（含全部专家）'),
  bytesPerParameter: quantity(
    'bytesPerParameter',
    'byte/parameter',
    'Bytes that a parameter is held in',
    '每参数占用字节',
  ),
  weightBytes: quantity('weightBytes', 'byte', 'Memory that the weights take', '权重占用显存'),
  deviceMemory: memoryQuantities.deviceMemory,
  memoryReserve: quantity('memoryReserve', '1', 'Share of device memory kept free', '单卡显存预留比例'),
  weightRoomPerDevice: quantity(
    'weightRoomPerDevice',
    'byte',
    'Memory of a device, as sold, that weights may take',
    '单卡标称显存中可用于权重的部分',
  ),
  usableBytesPerDevice: memoryQuantities.usableBytesPerDevice,
  devicesForWeights: quantity(
    'devicesForWeights',
    'device',
    'Devices that hold the weights',
    '容纳权重所需设备数',
  ),
  perDevice: quantity('perDevice', 'USD/device', 'Purchase price of a device', '单卡购置价格'),
  perDeviceCny: quantity(
    'perDeviceCny',
    'CNY/device',
    'Purchase price of a device in yuan',
    '单卡人民币购置价格',
  ),
  hardwareCost: quantity('hardwareCost', 'USD', 'Purchase price of these devices', '设备购置成本'),
} as const

/** The formulas between them, each written once. */
export const formulas = {
  weightBytes: formula({
    text: 'N · b',
    symbols: ['N', 'b'],
    inputUnits: ['parameter', 'byte/parameter'],
    unit: 'byte',
    fn: (parameters, bytes) => parameters * bytes,
  }),
  usableBytes: formula({
    text: 'M · (1 − r)',
    symbols: ['M', 'r'],
    inputUnits: ['byte', '1'],
    unit: 'byte',
    fn: (memory, reserve) => memory * (1 - reserve),
  }),
  // 72 GB on 16 GB devices with 55 % kept free are ten devices exactly, and 10.000000000000002 in doubles. The
  // last factor keeps such a rounding from costing a device. Of the roundings behind it that of the reserve is
  // the greatest: half a unit in the last place of 0.99 is 5.6e-15 of the hundredth that remains, and the other
  // operations add less than 5e-16. 1e-14 covers them and is under a byte for weights of less than 100 TB.
  devicesForWeights: formula({
    text: 'ceil(W / U · (1 − 1e-14))',
    symbols: ['W', 'U'],
    inputUnits: ['byte', 'byte'],
    unit: 'device',
    fn: (weights, usable) => Math.ceil((weights / usable) * (1 - 1e-14)),
  }),
  hardwareCost: formula({
    text: 'n · p',
    symbols: ['n', 'p'],
    inputUnits: ['device', 'USD/device'],
    unit: 'USD',
    fn: (devices, price) => devices * price,
  }),
}
