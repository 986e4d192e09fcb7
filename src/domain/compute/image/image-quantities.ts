import { quantity } from '../../sheet/quantity.ts'

/** What an estimate of generated images or videos calculates with. */
export const imageQuantities = {
  steps: quantity('steps', 'count', 'Denoising steps', '去噪步数'),
  passes: quantity('passes', 'count', 'Passes through the model a step', '每步模型前向次数'),
  batch: quantity('batch', 'count', 'Pictures made together', '批大小'),
  devices: quantity('devices', 'device', 'Devices that share a batch', '共享一批的设备数'),
  forwardFlop: quantity('forwardFlop', 'FLOP', 'Compute of a pass', '单次前向算力'),
  flopPerSample: quantity('flopPerSample', 'FLOP', 'Compute of a picture', '每个样本算力'),
  peakFlopPerSecond: quantity('peakFlopPerSecond', 'FLOP/s', 'Dense peak per device', '单卡稠密峰值算力'),
  memoryBandwidth: quantity('memoryBandwidth', 'byte/s', 'Memory bandwidth of a device', '单卡显存带宽'),
  sharedWork: quantity('sharedWork', '1', 'Work by that of one device', '相对单卡的工作量'),
  passesInFlight: quantity('passesInFlight', 'count', 'Passes of a step', '每步前向次数（含批与共享）'),
  computeSeconds: quantity('computeSeconds', 's', 'Computing of a step', '每步计算时间'),
  trafficBytes: quantity('trafficBytes', 'byte', 'Element-wise memory traffic of a step', '每步逐元素访存量'),
  trafficSeconds: quantity('trafficSeconds', 's', 'Element-wise traffic of a step', '每步逐元素访存时间'),
  issueSeconds: quantity('issueSeconds', 's', 'Issuing a step from the host', '主机下发每步的时间'),
  dynamicEnergy: quantity('dynamicEnergy', 'J', 'Energy that the work of a step adds', '每步动态能耗'),
  staticPower: quantity('staticPower', 'W', 'Power of a device without work', '单卡空载功耗'),
  powerLimitSeconds: quantity(
    'powerLimitSeconds',
    's',
    'Time of a step at the thermal design power',
    '热设计功耗下的每步时间',
  ),
  stepSeconds: quantity('stepSeconds', 's', 'Time of a step', '每步时间'),
  stepEnergy: quantity('stepEnergy', 'J', 'Energy of a step, devices alone', '每步能耗（仅设备）'),
  batchSeconds: quantity('batchSeconds', 's', 'Time of a batch', '每批时间'),
  meanPower: quantity('meanPower', 'W', 'Mean power of all devices', '设备平均总功耗'),
  energyPerSample: quantity(
    'energyPerSample',
    'J',
    'Energy of a picture, devices alone',
    '每个样本能耗（仅设备）',
  ),
  costPerSample: quantity(
    'costPerSample',
    'USD',
    'Cost of the device-hours of a picture',
    '每个样本算力成本',
  ),
} as const
