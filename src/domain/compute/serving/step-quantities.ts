import { type QuantityDefinition, quantity } from '../../sheet/quantity.ts'
import type { Unit } from '../../units.ts'

/** The steps whose time an answer takes apart: a prompt alone, decoding alone, and the two mixed. */
const stepKinds = {
  prefill: { en: 'prefill of a prompt', zh: '单个提示预填充' },
  decode: { en: 'step that decodes alone', zh: '纯解码步' },
  step: { en: 'mean step, prompts mixed in', zh: '混入提示的平均步' },
} as const
export type StepKind = keyof typeof stepKinds

const parts = {
  matrixSeconds: ['s', 'matrices that every token passes', '全部 token 经过的矩阵'],
  encoderMatrixSeconds: ['s', 'matrices that only prompts pass', '仅提示经过的矩阵'],
  encoderActivationSeconds: ['s', 'what stands between them', '其间的访存'],
  encoderMessageBytes: ['byte', 'message of an all-reduce of the encoder', '编码器全归约消息大小'],
  encoderAllReduceSeconds: ['s', 'one all-reduce of the encoder', '编码器单次全归约'],
  encoderCollectiveSeconds: ['s', 'all-reduces of the encoder', '编码器全部全归约'],
  expertTokens: ['token', 'tokens of all replicas', '全部副本的 token 数'],
  expertsTouched: ['1', 'share of the experts that are reached', '触及的专家比例'],
  expertSeconds: ['s', 'experts', '专家'],
  headSeconds: ['s', 'output head and sampling', '输出头与采样'],
  activationSeconds: ['s', 'what stands between the products', '矩阵乘法之间的访存'],
  attentionFlop: ['FLOP/token', 'attention of a token over its context', '单 token 注意力计算量'],
  attentionSeconds: ['s', 'attention over caches', '读取缓存的注意力'],
  promptFlop: ['FLOP/token', 'attention of a token within its prompt', '提示内单 token 注意力计算量'],
  promptAttentionSeconds: ['s', 'attention within prompts', '提示内注意力'],
  latencySeconds: ['s', 'latencies of kernels', '内核延迟'],
  handingSeconds: ['s', 'handing over between stages', '流水级间交接'],
  messageBytes: ['byte', 'message of an all-reduce', '全归约消息大小'],
  allReduceSeconds: ['s', 'one all-reduce', '单次全归约'],
  collectiveSeconds: ['s', 'all-reduces', '全部全归约'],
  exchangedTokens: ['token', 'tokens that a device sends to experts', '单卡发往专家的 token 数'],
  exchangeWithinSeconds: ['s', 'exchange with experts within a node', '节点内专家交换'],
  exchangeBetweenSeconds: ['s', 'exchange with experts between nodes', '节点间专家交换'],
  exchangeSeconds: ['s', 'exchanges with experts', '专家交换'],
  computeSeconds: ['s', 'kernels before what exchanges add', '交换之外的内核时间'],
  busySeconds: ['s', 'time in which kernels run', '内核运行时间'],
  deviceSeconds: ['s', 'time until the device is done', '设备完成时间'],
  hostSeconds: ['s', 'host', '主机'],
  seconds: ['s', 'time', '用时'],
} as const satisfies Record<string, readonly [Unit, string, string]>
type Part = keyof typeof parts

export type StepQuantities = {
  readonly [P in Part]: QuantityDefinition<(typeof parts)[P][0]>
}

function quantitiesOf(kind: StepKind): StepQuantities {
  const { en, zh } = stepKinds[kind]
  const definitions = Object.entries(parts).map(([part, [unit, english, chinese]]) => [
    part,
    quantity(`${kind}.${part}`, unit, `${capital(en)}: ${english}`, `${zh}：${chinese}`),
  ])
  return Object.fromEntries(definitions) as StepQuantities
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The quantities of a step's time, by kind of step. */
export const stepQuantities: Readonly<Record<StepKind, StepQuantities>> = {
  prefill: quantitiesOf('prefill'),
  decode: quantitiesOf('decode'),
  step: quantitiesOf('step'),
}
