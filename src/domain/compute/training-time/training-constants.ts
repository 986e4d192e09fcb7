import type { Unit } from '../../units.ts'
import type { CalibrationParameter, CalibrationValues } from '../calibration/parameter.ts'
import { trainingStackIds } from './training-stack.ts'

/** The constants of the training model as plain numbers, resolved for one stack and device family. */
export interface TrainingConstants {
  matmul: number
  narrow: number
  blockScaled: number
  fourBit: number
  halfOutput: number
  halfDepth: number
  launch: number
  attention: number
  earlyAttention: number
  portableAttention: number
  halfContext: number
  halfHead: number
  scores: number
  bandwidth: number
  elementwise: number
  eagerTraffic: number
  accumulation: number
  quantise: number
  expertMatmul: number
  expertOverhead: number
  expertLaunch: number
  expertImbalance: number
  intraNode: number
  interNode: number
  hop: number
  tensorExposed: number
  gatherHidden: number
  contention: number
  gradientHidden: number
  pipelineExposed: number
  exchangeExposed: number
  slack: number
  straggler: number
  stepOverhead: number
  untuned: number
  wholeRun: number
  wholeRunGrowth: number
}

type Row = readonly [
  id: keyof TrainingConstants,
  unit: Unit,
  median: number,
  spread: number,
  en: string,
  zh: string,
  reason: string,
  source?: string,
]

const plain: readonly Row[] = [
  [
    'matmul',
    '1',
    0.96,
    0.05,
    'Share of the highest measured matrix throughput that large products sustain in training',
    '大矩阵乘法在训练中持续达到的实测峰值比例',
    'Ceilings are measured on the best shape for a short time; dense data at sustained load meets the power limit.',
  ],
  [
    'narrow',
    '1',
    0.93,
    0.07,
    'Further share in formats of 8 bits',
    '8 位格式的进一步比例',
    'Scales are applied outside the tensor cores, and the power limit binds earlier.',
  ],
  [
    'blockScaled',
    '1',
    0.93,
    0.06,
    'Further share in formats with a scale for each few values',
    '分块缩放格式的进一步比例',
    'Scales of 32 values are laid out anew for each product and applied inside it.',
  ],
  [
    'fourBit',
    '1',
    0.75,
    0.2,
    'Further share in formats of 4 bits',
    '4 位格式的进一步比例',
    'Block scales of 16 values and stochastic rounding; operands no longer keep up with the tensor cores.',
  ],
  [
    'halfOutput',
    'count',
    1.5e6,
    0.3,
    'Output elements of a product at which waves of tiles halve its rate',
    '矩阵乘法速率减半时的输出元素数',
    'About 130 tiles of 128 × 256 run at once; on average the last wave is half empty, and part of that overlaps.',
  ],
  [
    'halfDepth',
    '1',
    280,
    0.4,
    'Inner dimension of a product at which filling the pipelines halves its rate',
    '矩阵乘法速率减半时的内维长度',
    'Prologue and epilogue of a tile take as long as some four steps of 64 along the inner dimension.',
  ],
  [
    'launch',
    's',
    3.5e-6,
    0.5,
    'Gap between two kernels',
    '相邻两个内核之间的空隙',
    'Launch, ramp and drain of a kernel take 2 to 5 µs where the host keeps ahead.',
  ],
  [
    'attention',
    '1',
    0.95,
    0.1,
    'Share of the highest measured matrix throughput that fused attention reaches on long sequences',
    '融合注意力在长序列上达到的实测峰值比例',
    'FlashAttention 2 reaches up to 73 % of an A100 forward; softmax occupies units that do not grow with tensor cores.',
    'dao-2022',
  ],
  [
    'earlyAttention',
    '1',
    0.62,
    0.15,
    'Further share for the first kernels of fused attention',
    '第一代融合注意力内核的进一步比例',
    'FlashAttention reaches 25 to 40 % of an A100 where its second version reaches 50 to 73 %.',
    'dao-2022',
  ],
  [
    'portableAttention',
    '1',
    0.6,
    0.15,
    'Further share on devices later than Ampere for kernels of fused attention that were written for it',
    '为 Ampere 编写的融合注意力内核在更新设备上的进一步比例',
    'FlashAttention 2 reaches 35 % of an H100 against 73 % of an A100: it leaves asynchronous copies and products unused.',
  ],
  [
    'halfContext',
    'token',
    400,
    0.5,
    'Tokens seen at which fused attention reaches half of that',
    '融合注意力达到其一半效率的可见 token 数',
    'Diagonal blocks of 64 to 128 tokens are computed whole, and short sequences give few blocks.',
  ],
  [
    'halfHead',
    '1',
    16,
    0.4,
    'Head width at which exponentials take as long as products in fused attention',
    '融合注意力中指数运算与乘法耗时相当的头宽',
    'An exponential per score against 4 d FLOP: its rate is some hundredth of that of the tensor cores.',
  ],
  [
    'scores',
    '1',
    0.75,
    0.25,
    'Traffic of attention that materialises its scores, over the counted bytes',
    '物化注意力分数的实际访存与计数之比',
    'Counted are the passes of product, masked softmax and dropout; caches save some, transposes add some.',
  ],
  [
    'bandwidth',
    '1',
    0.83,
    0.06,
    'Share of memory bandwidth that elementwise kernels reach',
    '逐元素内核达到的显存带宽比例',
    'Copy kernels on hundreds of megabytes reach 85 to 92 % of the data sheet, smaller ones less.',
  ],
  [
    'elementwise',
    '1',
    1.1,
    0.25,
    'Traffic of norms, residuals and activations, over the counted bytes of fused kernels',
    '归一化、残差与激活的实际访存与融合计数之比',
    'Rotary positions, biases and casts that are not fused add passes.',
  ],
  [
    'eagerTraffic',
    '1',
    1.35,
    0.15,
    'Further traffic of elementwise work that runs operation by operation',
    '逐算子执行时逐元素访存的进一步倍数',
    'A norm with its casts, a bias, an activation and a residual are a pass each where no compiler fuses them.',
  ],
  [
    'accumulation',
    '1',
    0.6,
    0.3,
    'Share of adding gradients to their sums that products do not hide',
    '梯度累加中未被矩阵乘法隐藏的比例',
    'Sums are read and written at the end of each tile, while other tiles still compute; unfused they are a kernel of their own.',
  ],
  [
    'quantise',
    '1',
    1,
    0.4,
    'Traffic of rounding to narrow formats, over one pass for each operand',
    '量化为窄格式的实际访存与单遍计数之比',
    'Amax, transposes and block scales add passes; fusion into norms saves some.',
  ],
  [
    'expertMatmul',
    '1',
    0.8,
    0.2,
    'Further share for grouped products of experts',
    '专家分组矩阵乘法的进一步比例',
    'Groups of different height share one launch, with tiles cut at their edges.',
  ],
  [
    'expertOverhead',
    's',
    2e-4,
    0.6,
    'Seconds of a forward pass of an expert layer for routing, sorting and waiting on the host',
    '专家层一次前向中路由、排序与等待主机的耗时',
    'Dropless routing must tell the host how many tokens each expert has before products are launched.',
  ],
  [
    'expertLaunch',
    's',
    6e-6,
    0.5,
    'Gap between the products of two experts on one device',
    '同一设备上两个专家矩阵乘法之间的空隙',
    'Grouped products are launched expert by expert where sizes are known to the host alone.',
  ],
  [
    'expertImbalance',
    '1',
    1.08,
    0.08,
    'Tokens of the busiest expert rank, over the mean',
    '最忙专家分片的 token 数与均值之比',
    'A layer waits for its busiest rank; balancing losses and forced balance keep it near the mean.',
  ],
  [
    'intraNode',
    '1',
    0.75,
    0.12,
    'Share of the bandwidth within a node that collectives reach',
    '集合通信达到的节点内带宽比例',
    'Bus bandwidth of NCCL tests on hundreds of megabytes: 230 of 300 GB/s on A100, 360 of 450 on H100.',
  ],
  [
    'interNode',
    '1',
    0.75,
    0.15,
    'Share of the bandwidth between nodes that collectives reach',
    '集合通信达到的节点间带宽比例',
    'Protocol, routing collisions and unequal ports of a 200 or 400 Gbit/s fabric.',
  ],
  [
    'hop',
    's',
    1.2e-5,
    0.5,
    'Latency of a collective for each doubling of its devices',
    '集合通信每翻倍设备数的延迟',
    'Small all-reduces take some 20 to 30 µs on 8 devices.',
  ],
  [
    'tensorExposed',
    '1',
    0.85,
    0.15,
    'Share of tensor-parallel exchange that nothing hides',
    '未被隐藏的张量并行通信比例',
    'The next product needs the sum; only pieces of a product can run beside it.',
    'korthikanti-2022',
  ],
  [
    'gatherHidden',
    '1',
    0.85,
    0.15,
    'Share of computing time behind which weights are gathered and gradients scattered',
    '可用于隐藏权重聚合与梯度分发的计算时间比例',
    'The next layer is fetched while one computes; the first and last have nothing to hide behind.',
  ],
  [
    'contention',
    '1',
    0.5,
    0.5,
    'Slowing of computing by exchange that runs beside it, in seconds a second',
    '并行通信对计算的拖慢（每秒通信）',
    'Copy kernels of the communication library take processors and memory bandwidth.',
  ],
  [
    'gradientHidden',
    '1',
    0.5,
    0.4,
    'Share of a backward pass behind which gradients are summed, where the stack does so',
    '可用于隐藏梯度求和的反向计算比例',
    'Buckets go out as they fill; the last ones have nothing to hide behind.',
  ],
  [
    'pipelineExposed',
    '1',
    0.6,
    0.3,
    'Share of exchange between pipeline stages that nothing hides',
    '未被隐藏的流水线级间通信比例',
    'A stage in steady state sends and receives between a forward and a backward pass.',
    'narayanan-2021',
  ],
  [
    'exchangeExposed',
    '1',
    0.8,
    0.2,
    'Share of exchange with experts that nothing hides',
    '未被隐藏的专家通信比例',
    'Tokens must arrive before the expert computes; shared experts and other micro-batches hide part.',
  ],
  [
    'slack',
    '1',
    1,
    0.03,
    'Step time over the sum of its parts',
    '步时与各部分之和之比',
    'Data loading, logging, garbage collection and synchronisation that no part counts.',
  ],
  [
    'straggler',
    '1',
    0.002,
    0.6,
    'Lengthening of a step for each doubling of the nodes',
    '节点数每翻倍的步时增幅',
    'The slowest of n devices decides; its expected excess grows with the logarithm of n.',
  ],
  [
    'stepOverhead',
    's',
    0.01,
    0.6,
    'Seconds of a step outside layers: norms of gradients, loss, host',
    '每步的层外耗时：梯度范数、损失、主机',
    'Several small all-reduces and a synchronisation with the host.',
  ],
  [
    'untuned',
    '1',
    1.35,
    0.25,
    'Step time where the layout is not told, over that of the assumed layout',
    '布局未知时的步时与假定布局之比',
    'Runs that tell no layout are seldom as well laid out as the rule that stands in.',
  ],
  [
    'wholeRun',
    '1',
    0.8,
    0.08,
    'Share of the device time of a whole run in which it trains at its benchmarked speed',
    '整个训练任务中以基准速度训练的时间比例',
    'Restarts, evaluation, checkpoints, changes of length and batch, idle devices: whole runs reach 0.6 to 0.9 of it.',
  ],
  [
    'wholeRunGrowth',
    '1',
    0.1,
    0.4,
    'Power of the active parameters, over 30 billion, by which that share grows',
    '该比例随激活参数量（相对 300 亿）增长的幂次',
    'Small models run where they fit rather than where they are fast, and are cheap enough not to be tuned.',
  ],
]

/** Constants that differ between device architectures, with how far: their kernels and power limits are others. */
const byFamily: Partial<Record<keyof TrainingConstants, number>> = { matmul: 0.07, attention: 0.1 }
const families = [
  'nvidia-volta',
  'nvidia-ampere',
  'nvidia-ada',
  'nvidia-hopper',
  'nvidia-blackwell',
  'amd-cdna2',
  'amd-cdna3',
  'tpu',
]

/** Constants that differ between software stacks, with how far. */
const byStack: Partial<Record<keyof TrainingConstants, number>> = {
  elementwise: 0.2,
  tensorExposed: 0.2,
  interNode: 0.5,
  attention: 0.15,
  slack: 0.07,
}

/** Constants that differ between stacks on one architecture: kernels for a new device mature with releases. */
const byStackOnFamily: Partial<Record<keyof TrainingConstants, number>> = { slack: 0.12 }
const stacksOnFamilies = trainingStackIds.flatMap(stack =>
  ['nvidia-ampere', 'nvidia-hopper', 'nvidia-blackwell', 'tpu'].map(family => `${stack}/${family}`),
)

const scoped = (
  scopes: readonly string[],
  spreads: Partial<Record<keyof TrainingConstants, number>>,
): CalibrationParameter[] =>
  plain.flatMap(([id, , , , en, zh, reason]) =>
    spreads[id] === undefined
      ? []
      : scopes.map(scope => ({
          id: `${id}:${scope}`,
          unit: '1' as const,
          label: { en: `${en} (${scope})`, zh: `${zh}（${scope}）` },
          median: 1,
          spread: spreads[id] ?? 0,
          reason,
          source: null,
        })),
  )

/** All constants of training time, with what is known of each before any measurement. */
export const trainingParameters: readonly CalibrationParameter[] = [
  ...plain.map(([id, unit, median, spread, en, zh, reason, source]) => ({
    ...{ id, unit, label: { en, zh }, median, spread, reason, source: source ?? null },
  })),
  ...scoped(families, byFamily),
  ...scoped(trainingStackIds, byStack),
  ...scoped(stacksOnFamilies, byStackOnFamily),
]

const resolved = new WeakMap<CalibrationValues, Map<string, TrainingConstants>>()

/**
 * The constants for a device family and a software stack; what `values` do not tell stands at its median. Resolved
 * once for each profile, family and stack.
 */
export function trainingConstants(
  values: CalibrationValues,
  family: string | undefined,
  stack: string | undefined,
): TrainingConstants {
  let known = resolved.get(values)
  if (known === undefined) {
    known = new Map()
    resolved.set(values, known)
  }
  const key = `${stack}/${family}`
  let constants = known.get(key)
  if (constants === undefined) {
    constants = resolve(values, family, stack)
    known.set(key, constants)
  }
  return constants
}

function resolve(
  values: CalibrationValues,
  family: string | undefined,
  stack: string | undefined,
): TrainingConstants {
  const constants: Record<string, number> = {}
  for (const [id, , median] of plain) constants[id] = values[id] ?? median
  const multiply = (ids: object, scope: string | undefined): void => {
    if (scope === undefined) return
    for (const id in ids) constants[id] = (constants[id] as number) * (values[`${id}:${scope}`] ?? 1)
  }
  multiply(byFamily, family)
  multiply(byStack, stack)
  if (stack !== undefined && family !== undefined) multiply(byStackOnFamily, `${stack}/${family}`)
  return constants as unknown as TrainingConstants
}
