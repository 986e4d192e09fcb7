import { type QuantityDefinition, quantity } from '../../sheet/quantity.ts'
import type { Unit } from '../../units.ts'
import { exchangeWidth } from './collective.ts'
import type { ServingUnit } from './serving-unit.ts'
import { decodeScoreRatio, promptScoreRatio } from './shares.ts'
import { allReduces, calledCollectives } from './step-time.ts'

/** What of a copy of a model on its devices goes into the time of a step. Bytes and FLOP are for one device. */
export const unitParts = {
  layers: ['count', 'Layers that make tokens', '生成 token 的层数', u => u.model.layers],
  encoderLayers: ['count', 'Layers of the encoder', '编码器层数', u => u.model.encoderLayers],
  allLayers: [
    'count',
    'Layers of both halves',
    '编码器与解码器总层数',
    u => u.model.layers + u.model.encoderLayers,
  ],
  expertLayers: ['count', 'Layers with experts', '专家层数', u => u.model.expertLayers],
  hiddenWidth: ['1', 'Width of the residual stream', '隐藏维度', u => u.model.hidden],
  vocabulary: ['count', 'Entries of the vocabulary', '词表大小', u => u.model.vocab],
  routedExperts: ['count', 'Routed experts of a layer', '每层路由专家数', u => u.model.experts],
  expertsPerToken: ['count', 'Routed experts that a token passes', '每 token 激活专家数', u => u.model.topK],
  denseBytes: ['byte', 'Matrices that every token passes', '全部 token 经过的矩阵字节', u => u.denseBytes],
  denseFlop: ['FLOP/token', 'FLOP of a token in them', '其单 token 计算量', u => u.denseFlop],
  encoderBytes: ['byte', 'Matrices that only prompts pass', '仅提示经过的矩阵字节', u => u.encoderBytes],
  encoderFlop: ['FLOP/token', 'FLOP of a token in them', '其单 token 计算量', u => u.encoderFlop],
  expertBytes: ['byte', 'All experts of a device', '单卡全部专家字节', u => u.expertBytes],
  expertFlop: ['FLOP/token', 'FLOP of a token in one expert', '单专家单 token 计算量', u => u.expertFlop],
  headBytes: ['byte', 'Output head', '输出头字节', u => u.headBytes],
  headFlop: ['FLOP/token', 'FLOP of a token in it', '输出头单 token 计算量', u => u.headFlop],
  deviceCacheBytes: ['byte/token', 'Cache of a token on a device', '单卡每 token 缓存', u => u.cacheBytes],
  windowedCacheBytes: [
    'byte/token',
    'The same in layers with a window',
    '窗口层单卡每 token 缓存',
    u => u.windowedCacheBytes,
  ],
  attentionWindow: ['token', 'Tokens that a window holds', '注意力窗口', u => u.model.window],
  decodePairFlop: [
    'FLOP/token',
    'Attention of a pair when decoding',
    '解码时每对注意力计算量',
    u => u.decodeFlop,
  ],
  windowedDecodeFlop: [
    'FLOP/token',
    'The same with a window',
    '窗口层解码每对计算量',
    u => u.windowedDecodeFlop,
  ],
  promptPairFlop: [
    'FLOP/token',
    'Attention of a pair in a prompt',
    '提示内每对注意力计算量',
    u => u.promptFlop,
  ],
  windowedPromptFlop: [
    'FLOP/token',
    'The same with a window',
    '窗口层提示每对计算量',
    u => u.windowedPromptFlop,
  ],
  depth: ['1', 'Terms of a sum of their products, in the mean', '其乘加深度（均值）', u => u.depth],
  expertDepth: ['1', 'Terms of a sum of an expert, in the mean', '专家乘加深度（均值）', u => u.expertDepth],
  promptScoreRatio: [
    '1',
    'Scores of the matrix units per operation of the vector units, in a prompt',
    '提示内每次向量运算对应的矩阵单元分数数',
    promptScoreRatio,
  ],
  decodeScoreRatio: [
    '1',
    'Scores of the matrix units per operation of the vector units, when decoding',
    '解码时每次向量运算对应的矩阵单元分数数',
    decodeScoreRatio,
  ],
  vectorPeak: ['FLOP/s', 'Throughput of the vector units', '向量单元吞吐', u => u.vectorPeak],
  widenedBytes: [
    'byte/parameter',
    'Bytes of a weight that is widened',
    '待展宽权重的字节数',
    u => u.widenedBytes,
  ],
  cachePasses: ['1', 'Times that the cache passes memory', '缓存访存遍数', u => u.cachePasses],
  pipelineStages: ['count', 'Stages of the pipeline', '流水级数', u => u.layout.pipeline],
  calledCollectives: [
    'count',
    'Collectives that the host calls',
    '主机调用的集合通信次数',
    calledCollectives,
  ],
  matmulPeak: ['FLOP/s', 'Matrix throughput of a device', '单卡矩阵吞吐上限', u => u.matmulPeak],
  widePeak: ['FLOP/s', 'Matrix throughput in 16 bits', '单卡 16 位矩阵吞吐上限', u => u.headPeak],
  deviceBandwidth: ['byte/s', 'Memory bandwidth of a device', '单卡显存带宽', u => u.bandwidth],
  deviceLink: ['byte/s', 'Link bandwidth within a node', '节点内链路带宽', u => u.linkBandwidth],
  deviceNetwork: ['byte/s', 'Network bandwidth of a device', '单卡网络带宽', u => u.betweenNodesBandwidth],
  ranksWithin: ['count', 'Tensor-parallel ranks of a node', '节点内张量并行数', u => u.ranksWithin],
  rankNodes: ['count', 'Nodes that a layer is split over', '张量并行跨节点数', u => u.rankNodes],
  expertsWithin: ['count', 'Devices of a node with experts', '节点内专家设备数', u => u.expertSpread.within],
  expertNodes: ['count', 'Nodes with experts', '专家节点数', u => u.expertSpread.nodes],
  exchangeWidth: [
    'byte/parameter',
    'Bytes of a number to an expert and back',
    '专家往返每数字节',
    exchangeWidth,
  ],
  allReduces: ['count', 'All-reduces of a step', '每步全归约次数', allReduces],
  encoderAllReduces: [
    'count',
    'All-reduces of the encoder',
    '编码器全归约次数',
    u => 2 * u.model.encoderLayers,
  ],
  attentionReplicas: ['count', 'Replicas of the attention', '注意力副本数', u => u.layout.attentionReplicas],
  promptsAtOnce: [
    'count',
    'Prompts that a copy prefills at once, one a replica and stage',
    '副本同时预填充的提示数',
    u => u.layout.attentionReplicas * u.layout.pipeline,
  ],
  tensorParallel: ['count', 'Tensor-parallel degree', '张量并行度', u => u.layout.tensor],
  devicesPerCopy: ['device', 'Devices of a copy of the model', '每个模型副本的设备数', u => u.devices],
  ratedPower: ['W', 'Rated power of a device', '单卡额定功耗', u => u.ratedPower],
} as const satisfies Record<string, readonly [Unit, string, string, (u: ServingUnit) => number]>
/** A number of a unit, by name. */
export type UnitPart = keyof typeof unitParts

/** The quantities of these numbers. */
export const unitQuantities = Object.fromEntries(
  Object.entries(unitParts).map(([id, [unit, en, zh]]) => [id, quantity(id, unit, en, zh)]),
) as { readonly [P in UnitPart]: QuantityDefinition<(typeof unitParts)[P][0]> }
