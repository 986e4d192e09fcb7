import type { Label, Unit } from '../../units.ts'
import type { CalibrationParameter } from '../calibration/parameter.ts'

/** The constants of the serving model as plain numbers, resolved for one stack and device family. */
export interface ServingConstants {
  weightBandwidth: number
  cacheBandwidth: number
  groupedCache: number
  latentCache: number
  matmul: number
  halfTokens: number
  fewTokens: number
  narrowMatmul: number
  attentionMatmul: number
  rooflineSharpness: number
  layerLatency: number
  expertLayerLatency: number
  quantisedLayerLatency: number
  expertMatmul: number
  expertTile: number
  expertImbalance: number
  allReduceLatency: number
  betweenNodesLatency: number
  linkBandwidth: number
  stepOverhead: number
  sequenceOverhead: number
  eagerLayer: number
  samplingPasses: number
  activationPasses: number
  idlePower: number
  activePower: number
  memoryPower: number
  computePower: number
}

export type ServingConstantName = keyof ServingConstants

const plain = (
  id: ServingConstantName,
  unit: Unit,
  median: number,
  spread: number,
  label: Label,
  reason: string,
  source: string | null = null,
): CalibrationParameter & { readonly id: ServingConstantName } => ({
  ...{ id, unit, label, median, spread, reason, source },
})

/** The constants that hold everywhere. Medians are judgements from before any of the measurements, where no source stands. */
export const plainConstants = [
  plain(
    'weightBandwidth',
    '1',
    0.85,
    0.1,
    { en: 'Share of memory bandwidth that streaming weights reaches', zh: '权重流式读取达到的带宽比例' },
    'Copy kernels reach about 90 % of the data-sheet bandwidth; a matrix-vector product somewhat less.',
  ),
  plain(
    'cacheBandwidth',
    '1',
    0.8,
    0.15,
    { en: 'Share of memory bandwidth that reading the KV cache reaches', zh: '读取 KV 缓存达到的带宽比例' },
    'Pages of a few kilobytes and a softmax between two passes keep decode attention somewhat below streaming.',
  ),
  plain(
    'groupedCache',
    '1',
    0.95,
    0.2,
    {
      en: 'Further share where several query heads share a key-value head',
      zh: '多个查询头共享键值头时的进一步比例',
    },
    'Kernels that read a shared head once for each query head lose what sharing saves; those of 2024 on seldom do.',
  ),
  plain(
    'latentCache',
    '1',
    0.7,
    0.25,
    { en: 'Further share for multi-head latent attention', zh: '多头潜在注意力的进一步比例' },
    'Absorbed latent attention does some 240 FLOP a byte, near the ridge of a device.',
  ),
  plain(
    'matmul',
    '1',
    0.85,
    0.12,
    {
      en: 'Share of the highest measured matrix throughput that large products reach',
      zh: '大矩阵乘法达到的实测峰值比例',
    },
    'Layers of a model have shapes other than the best one, and norms, activations and rotary positions run between.',
  ),
  plain(
    'halfTokens',
    'token',
    64,
    0.4,
    {
      en: 'Tokens of a step at which matrix products reach half of that',
      zh: '矩阵乘法达到其一半效率的 token 数',
    },
    'Tensor-core tiles are 64 to 128 rows high; fewer rows leave them partly empty.',
  ),
  plain(
    'fewTokens',
    'token',
    16,
    0.5,
    {
      en: 'Tokens of a step below which matrix products change to kernels for few rows',
      zh: '低于此 token 数时矩阵乘法改用少行内核',
    },
    'A tensor core multiplies 8 to 16 rows at a time, and a matrix-vector product has no tile of rows to fill: a few tokens do not pay for a tile of 128.',
  ),
  plain(
    'narrowMatmul',
    '1',
    0.9,
    0.15,
    {
      en: 'Further share in formats of 8 and fewer bits',
      zh: '8 位及以下格式的进一步比例',
    },
    'Scales, quantisation of activations and power limits take more of a shorter time.',
  ),
  plain(
    'attentionMatmul',
    '1',
    0.5,
    0.25,
    {
      en: 'Share of the 16-bit peak that attention over a prompt reaches',
      zh: '提示注意力达到的 16 位峰值比例',
    },
    'FlashAttention 2 reaches 50 to 73 % of an A100 and 35 % of an H100, FlashAttention 3 up to 75 % of an H100.',
    'dao-2022',
  ),
  plain(
    'rooflineSharpness',
    '1',
    2.5,
    0.25,
    { en: 'Sharpness of the knee between memory and compute', zh: '访存与计算之间拐点的锐度' },
    'Infinite for perfect overlap, 1 for none; products near the ridge are slower than either bound.',
  ),
  plain(
    'layerLatency',
    's',
    50e-6,
    0.35,
    { en: 'Latency of the kernels of a layer', zh: '每层内核延迟' },
    'Some ten kernels a layer, each with 3 to 8 µs of launch, ramp and tail.',
  ),
  plain(
    'expertLayerLatency',
    's',
    60e-6,
    0.4,
    { en: 'Further latency of a layer of experts', zh: '专家层的额外延迟' },
    'Routing, sorting of tokens and the combination of results are kernels of their own.',
  ),
  plain(
    'quantisedLayerLatency',
    's',
    15e-6,
    0.5,
    { en: 'Further latency of a layer with quantised activations', zh: '激活值量化层的额外延迟' },
    'Activations are scaled and rounded before each product.',
  ),
  plain(
    'expertMatmul',
    '1',
    0.7,
    0.2,
    { en: 'Further share that grouped products over experts reach', zh: '专家分组矩阵乘法的进一步比例' },
    'Many small products, each with few tokens.',
  ),
  plain(
    'expertTile',
    'token',
    16,
    0.4,
    { en: 'Tokens that an expert with any is padded to on average', zh: '每个专家平均填充的 token 数' },
    'Grouped kernels work on tiles of 16 to 128 rows.',
  ),
  plain(
    'expertImbalance',
    '1',
    1.15,
    0.1,
    {
      en: 'Work of the fullest device over the mean under expert parallelism',
      zh: '专家并行下最忙设备与平均之比',
    },
    'Routers do not spread tokens evenly over experts.',
  ),
  plain(
    'allReduceLatency',
    's',
    8e-6,
    0.5,
    { en: 'Latency of an all-reduce for each doubling of its devices', zh: '每倍增设备的全归约延迟' },
    'Two crossings of a switch and a synchronisation of kernels.',
  ),
  plain(
    'betweenNodesLatency',
    's',
    30e-6,
    0.5,
    { en: 'Latency of an all-reduce for each doubling of nodes', zh: '每倍增节点的全归约延迟' },
    'A network adapter and a switch take some 5 µs each way, and rings pass on several times.',
  ),
  plain(
    'linkBandwidth',
    '1',
    0.5,
    0.35,
    { en: 'Share of link bandwidth that collectives reach', zh: '集合通信达到的链路带宽比例' },
    'Messages of some megabytes do not fill a link; Calculon takes 0.65 for large ones.',
    'calculon-models',
  ),
  plain(
    'stepOverhead',
    's',
    1.5e-3,
    0.5,
    { en: 'Time of the host for each step', zh: '每步主机开销' },
    'Scheduling, preparing inputs and reading back tokens, where the device waits for it.',
  ),
  plain(
    'sequenceOverhead',
    's',
    12e-6,
    0.5,
    { en: 'Time of the host for each sequence of a step', zh: '每步每序列主机开销' },
    'Book-keeping, detokenisation and streaming of each token.',
  ),
  plain(
    'eagerLayer',
    's',
    0.4e-3,
    0.25,
    { en: 'Time of the host to launch a layer kernel by kernel', zh: '逐内核启动一层的主机时间' },
    'A PyTorch layer under tensor parallelism is 30 to 50 calls of some 10 µs.',
  ),
  plain(
    'samplingPasses',
    '1',
    8,
    0.5,
    { en: 'Passes over the logits to choose a token', zh: '采样时遍历 logits 的次数' },
    'Conversion, penalties, sort, softmax and draw each read or write all logits in 32 bits.',
  ),
  plain(
    'activationPasses',
    '1',
    16,
    0.4,
    {
      en: 'Passes over the hidden state of a layer between its products',
      zh: '每层矩阵乘法之间遍历隐藏状态的次数',
    },
    'Norms, residuals, rotary positions and activation functions each read and write what memory holds.',
  ),
  plain(
    'idlePower',
    '1',
    0.12,
    0.15,
    { en: 'Power of a device that waits, of its rated power', zh: '空闲功耗占额定功耗比例' },
    'An idle H100 with a context draws some 70 to 120 W of 700 W.',
  ),
  plain(
    'activePower',
    '1',
    0.28,
    0.15,
    { en: 'Further power while kernels run, whatever they do', zh: '内核运行时的额外功耗比例' },
    'Clocks, instruction issue, caches and leakage at the higher voltage draw power whether or not memory is waited for.',
  ),
  plain(
    'memoryPower',
    '1',
    0.4,
    0.15,
    { en: 'Further power at full memory bandwidth', zh: '满带宽时的额外功耗比例' },
    'Splitwise shows A100s at 0.44 of their rated power at a fifth of their bandwidth and 0.74 at three fifths.',
    'ms-splitwise-sim',
  ),
  plain(
    'computePower',
    '1',
    0.6,
    0.15,
    { en: 'Further power at full matrix throughput', zh: '满矩阵吞吐时的额外功耗比例' },
    'Matrix products bring an H100 near its power limit well before its peak; more use then costs clocks, not watts.',
  ),
] as const
