import { formula } from '../../sheet/formula.ts'
import { quantity } from '../../sheet/quantity.ts'

/** The quantities of a training estimate from a parallel layout. */
export const layoutQuantities = {
  sequence: quantity('sequence', 'token', 'Tokens of a sequence', '序列长度'),
  globalBatch: quantity('globalBatch', 'count', 'Sequences of a step', '每步序列数'),
  tokensPerStep: quantity('tokensPerStep', 'token', 'Tokens of a step', '每步 token 数'),
  computing: quantity('computingTime', 's', 'Forward and backward passes', '前向与反向计算'),
  recomputing: quantity('recomputingTime', 's', 'Computing activations again', '激活重计算'),
  bubble: quantity('bubbleTime', 's', 'Pipeline bubble', '流水线气泡'),
  tensor: quantity('tensorExchangeTime', 's', 'Exposed tensor-parallel exchange', '未隐藏的张量并行通信'),
  context: quantity(
    'contextExchangeTime',
    's',
    'Exposed context-parallel exchange',
    '未隐藏的上下文并行通信',
  ),
  expert: quantity('expertExchangeTime', 's', 'Exposed expert-parallel exchange', '未隐藏的专家并行通信'),
  pipeline: quantity(
    'pipelineExchangeTime',
    's',
    'Exposed exchange between stages',
    '未隐藏的流水线级间通信',
  ),
  data: quantity('dataExchangeTime', 's', 'Exposed data-parallel exchange', '未隐藏的数据并行通信'),
  optimizer: quantity('optimizerTime', 's', 'Optimizer step', '优化器更新'),
  other: quantity('otherTime', 's', 'Host, stragglers and what else no part counts', '主机、慢节点及其他'),
  stepTime: quantity('stepTime', 's', 'Time of a step', '每步时间'),
  tokensPerSecond: quantity('tokensPerSecond', 'token/s', 'Tokens per second', '每秒 token 数'),
  tokensPerSecondPerDevice: quantity(
    'tokensPerSecondPerDevice',
    'token/s',
    'Tokens per second and device',
    '单卡每秒 token 数',
  ),
  modelFlopPerToken: quantity(
    'modelFlopPerToken',
    'FLOP/token',
    'Model FLOP per token, causal attention and output head counted',
    '每 token 模型算力（含因果注意力与输出层）',
  ),
  hardwareFlopPerToken: quantity(
    'hardwareFlopPerToken',
    'FLOP/token',
    'The same with what is computed again',
    '每 token 硬件算力（含重计算）',
  ),
  hfu: quantity('hfu', '1', 'Hardware FLOP utilisation (HFU)', '硬件算力利用率（HFU）'),
  bubbleShare: quantity('bubbleShare', '1', 'Share of the pipeline bubble', '流水线气泡占比'),
  communicationShare: quantity('communicationShare', '1', 'Share of exposed communication', '未隐藏通信占比'),
  deviceMtbf: quantity(
    'deviceMtbf',
    's',
    'Mean time between failures of a device',
    '单卡平均无故障时间',
    'hour',
  ),
  clusterMtbf: quantity(
    'clusterMtbf',
    's',
    'Mean time between failures of the cluster',
    '集群平均无故障时间',
    'hour',
  ),
  checkpointTime: quantity('checkpointTime', 's', 'Time that a checkpoint stops training', '检查点停顿时间'),
  restartTime: quantity('restartTime', 's', 'Time to restart after a failure', '故障后重启时间'),
  checkpointInterval: quantity('checkpointInterval', 's', 'Time between checkpoints', '检查点间隔'),
  goodput: quantity(
    'goodput',
    '1',
    'Goodput: share of device time that advances training at the speed of its steps',
    '有效训练时间占比（goodput）',
  ),
  deviceHours: quantity('deviceHours', 'device·hour', 'Device-hours', '卡时'),
} as const

/** The formulas between them. */
export const layoutFormulas = {
  tokensPerStep: formula({
    text: 's · B',
    symbols: ['s', 'B'],
    inputUnits: ['token', 'count'],
    unit: 'token',
    fn: (sequence, batch) => sequence * batch,
  }),
  tokensPerSecond: formula({
    text: 'T / t',
    symbols: ['T', 't'],
    inputUnits: ['token', 's'],
    unit: 'token/s',
    fn: (tokens, seconds) => tokens / seconds,
  }),
  perDevice: formula({
    text: 'r / n',
    symbols: ['r', 'n'],
    inputUnits: ['token/s', 'device'],
    unit: 'token/s',
    fn: (rate, devices) => rate / devices,
  }),
  utilisation: formula({
    text: 'r · f / P',
    symbols: ['r', 'f', 'P'],
    inputUnits: ['token/s', 'FLOP/token', 'FLOP/s'],
    unit: '1',
    fn: (rate, flop, peak) => (rate * flop) / peak,
    source: 'korthikanti-2022',
  }),
  /** The rate at which the FLOP of this estimate are worked off: those of the run over its tokens. */
  effective: formula({
    text: 'r · C / D',
    symbols: ['r', 'C', 'D'],
    inputUnits: ['token/s', 'FLOP', 'token'],
    unit: 'FLOP/s',
    fn: (rate, flop, tokens) => (rate * flop) / tokens,
  }),
  share: formula({
    text: 'x / t',
    symbols: ['x', 't'],
    inputUnits: ['s', 's'],
    unit: '1',
    fn: (part, whole) => part / whole,
  }),
  exchangeShare: formula({
    text: '(a + b + c + d + e) / t',
    symbols: ['a', 'b', 'c', 'd', 'e', 't'],
    inputUnits: ['s', 's', 's', 's', 's', 's'],
    unit: '1',
    fn: (tensor, context, expert, pipeline, data, step) =>
      (tensor + context + expert + pipeline + data) / step,
  }),
  deviceDays: formula({
    text: 'C / (F · G · 86 400)',
    symbols: ['C', 'F', 'G'],
    inputUnits: ['FLOP', 'FLOP/s', '1'],
    unit: 'day',
    fn: (flop, rate, goodput) => flop / (rate * goodput) / 86_400,
  }),
  deviceYears: formula({
    text: 'C / (F · G · 31 536 000)',
    symbols: ['C', 'F', 'G'],
    inputUnits: ['FLOP', 'FLOP/s', '1'],
    unit: 'year',
    fn: (flop, rate, goodput) => flop / (rate * goodput) / 31_536_000,
  }),
  deviceHours: formula({
    text: '24 · d',
    symbols: ['d'],
    inputUnits: ['day'],
    unit: 'device·hour',
    fn: days => 24 * days,
  }),
} as const
