import { formula } from '../../sheet/formula.ts'
import { quantity } from '../../sheet/quantity.ts'
import type { FlopConventionName } from './flop.ts'

/** The numbers that an architecture is given by. */
export const shapeQuantities = {
  hidden: quantity('hidden', '1', 'Width of the residual stream', '隐藏维度'),
  heads: quantity('heads', 'count', 'Attention heads', '注意力头数'),
  kvHeads: quantity('kvHeads', 'count', 'Heads of keys and values', '键值头数'),
  headDim: quantity('headDim', '1', 'Width of queries and keys of a head', '单头查询与键宽度'),
  valueHeadDim: quantity('valueHeadDim', '1', 'Width of the values of a head', '单头值宽度'),
  queryRank: quantity('queryRank', '1', 'Rank that queries are compressed to', '查询压缩秩'),
  keyValueRank: quantity('keyValueRank', '1', 'Rank that keys and values are compressed to', '键值压缩秩'),
  nopeHeadDim: quantity('nopeHeadDim', '1', 'Width of a head without positions', '单头无位置部分宽度'),
  ropeHeadDim: quantity('ropeHeadDim', '1', 'Width of a head with positions', '单头带位置部分宽度'),
  denseFfn: quantity('denseFfn', '1', 'Width inside a dense feed-forward part', '稠密前馈内部宽度'),
  denseMatrices: quantity(
    'denseMatrices',
    'count',
    'Matrices of a dense feed-forward part',
    '稠密前馈矩阵数',
  ),
  expertFfn: quantity('expertFfn', '1', 'Width inside an expert', '单个专家内部宽度'),
  expertMatrices: quantity('expertMatrices', 'count', 'Matrices of an expert', '单个专家矩阵数'),
  experts: quantity('experts', 'count', 'Routed experts of a layer', '单层路由专家数'),
  topK: quantity('topK', 'count', 'Routed experts that a token passes through', '每 token 激活路由专家数'),
  sharedExperts: quantity('sharedExperts', 'count', 'Experts that every token passes through', '共享专家数'),
  stateSpaceInner: quantity(
    'stateSpaceInner',
    '1',
    'Inner width of a state-space layer',
    '状态空间层内部宽度',
  ),
  stateSize: quantity('stateSize', '1', 'Size of the state of a channel', '单通道状态大小'),
  vocab: quantity('vocab', 'count', 'Entries of the vocabulary', '词表大小'),
  embeddingCopies: quantity(
    'embeddingCopies',
    'count',
    'Embeddings: 1 where input and output share one, else 2',
    '词嵌入份数（共享为 1，否则为 2）',
  ),
  learnedPositions: quantity('learnedPositions', 'count', 'Learned positions', '可学习位置数'),
  attentionLayers: quantity(
    'attentionLayers',
    'count',
    'Attentions of all layers, cross-attention included',
    '全部注意力层数（含交叉注意力）',
  ),
  stateSpaceLayers: quantity('stateSpaceLayers', 'count', 'State-space layers', '状态空间层数'),
  denseLayers: quantity('denseLayers', 'count', 'Layers with a dense feed-forward part', '稠密前馈层数'),
  expertLayers: quantity('expertLayers', 'count', 'Layers with experts', '专家层数'),
  sequence: quantity('sequence', 'token', 'Tokens of a sequence', '序列长度'),
  causalContext: quantity(
    'causalContext',
    'token',
    'Mean tokens that a token attends to in a causal sequence',
    '因果序列中每 token 平均关注的 token 数',
  ),
} as const

/** What an architecture comes to. */
export const quantities = {
  attentionParameters: quantity(
    'attentionParameters',
    'parameter',
    'Parameters of the attention of a layer',
    '单层注意力参数量',
  ),
  relativeParameters: quantity(
    'relativeParameters',
    'parameter',
    'Parameters of the projection of relative positions of a layer',
    '单层相对位置投影参数量',
  ),
  stateSpaceParameters: quantity(
    'stateSpaceParameters',
    'parameter',
    'Parameters of a state-space layer',
    '单个状态空间层参数量',
  ),
  denseParameters: quantity(
    'denseParameters',
    'parameter',
    'Parameters of a dense feed-forward part',
    '单个稠密前馈参数量',
  ),
  expertParameters: quantity(
    'expertParameters',
    'parameter',
    'Parameters of all experts of a layer and its router',
    '单层全部专家与路由参数量',
  ),
  activeExpertParameters: quantity(
    'activeExpertParameters',
    'parameter',
    'Parameters of the experts of a layer that a token passes through, and the router',
    '单层激活专家与路由参数量',
  ),
  embeddingParameters: quantity(
    'embeddingParameters',
    'parameter',
    'Parameters of embeddings, output head and positions',
    '词嵌入、输出层与位置参数量',
  ),
  headParameters: quantity('headParameters', 'parameter', 'Parameters of the output head', '输出层参数量'),
  layerParameters: quantity(
    'layerParameters',
    'parameter',
    'Parameters of all layers without experts',
    '全部层参数量（不含专家）',
  ),
  parameters: quantity('parameters', 'parameter', 'Parameters, all experts included', '参数量（含全部专家）'),
  activeParameters: quantity(
    'activeParameters',
    'parameter',
    'Parameters that a token passes through',
    '每 token 激活参数量',
  ),
  matmulParameters: quantity(
    'matmulParameters',
    'parameter',
    'Parameters that multiply in a forward pass, output head included',
    '前向参与乘法的参数量（含输出层）',
  ),
} as const

/** FLOP a token under a convention: one set of quantities for each. */
export const conventionQuantities = (name: FlopConventionName) => ({
  counted: quantity(
    `conventions.${name}.parameters`,
    'parameter',
    'Multiplying parameters that the convention counts',
    '口径计入的乘法参数量',
  ),
  mixing: quantity(
    `conventions.${name}.mixing`,
    'FLOP/token',
    'FLOP of attention cores and states that the convention counts',
    '口径计入的注意力核与状态浮点运算次数',
  ),
  forward: quantity(
    `conventions.${name}.forward`,
    'FLOP/token',
    'FLOP of a forward pass a token',
    '每 token 前向浮点运算次数',
  ),
  training: quantity(
    `conventions.${name}.training`,
    'FLOP/token',
    'FLOP of a forward and a backward pass a token',
    '每 token 前向与反向浮点运算次数',
  ),
  ratio: quantity(
    `conventions.${name}.ratio`,
    '1',
    'Times the FLOP of the convention asked for',
    '与所选口径之比',
  ),
})

/** The formulas between them, each written once. */
export const formulas = {
  relative: formula({
    text: 'h · h',
    symbols: ['h'],
    inputUnits: ['1'],
    unit: 'parameter',
    fn: hidden => hidden * hidden,
    source: 'dai-2019',
  }),
  head: formula({
    text: 'V · h',
    symbols: ['V', 'h'],
    inputUnits: ['count', '1'],
    unit: 'parameter',
    fn: (vocab, hidden) => vocab * hidden,
  }),
  ofLayers: formula({
    text: 'n · x',
    symbols: ['n', 'x'],
    inputUnits: ['count', 'parameter'],
    unit: 'parameter',
    fn: (layers, each) => layers * each,
  }),
  whole: formula({
    text: 'N + E · x + e',
    symbols: ['N', 'E', 'x', 'e'],
    inputUnits: ['parameter', 'count', 'parameter', 'parameter'],
    unit: 'parameter',
    fn: (layers, expertLayers, experts, embeddings) => layers + expertLayers * experts + embeddings,
  }),
  withoutExperts: formula({
    text: 'N + e',
    symbols: ['N', 'e'],
    inputUnits: ['parameter', 'parameter'],
    unit: 'parameter',
    fn: (layers, embeddings) => layers + embeddings,
  }),
  /** Attention cores of all layers, none of them windowed. */
  mixing: formula({
    text: '2 · n · a · (d + v) · c',
    symbols: ['n', 'a', 'd', 'v', 'c'],
    inputUnits: ['count', 'count', '1', '1', 'token'],
    unit: 'FLOP/token',
    fn: (layers, heads, keyDim, valueDim, context) => 2 * layers * heads * (keyDim + valueDim) * context,
    source: 'kaplan-2020',
  }),
  withoutHead: formula({
    text: 'N − H',
    symbols: ['N', 'H'],
    inputUnits: ['parameter', 'parameter'],
    unit: 'parameter',
    fn: (parameters, head) => parameters - head,
  }),
  ratio: formula({
    text: 'F / G',
    symbols: ['F', 'G'],
    inputUnits: ['FLOP/token', 'FLOP/token'],
    unit: '1',
    fn: (flop, asked) => flop / asked,
  }),
} as const
