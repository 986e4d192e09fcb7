import type { CalibrationParameter, CalibrationValues } from '../calibration/parameter.ts'
import type { ServingConstantName, ServingConstants } from './plain-constant.ts'
import { plainConstants } from './plain-constants.ts'
import { shareFormulas } from './share-formulas.ts'

const stackScopes = [
  'vllm',
  'tensorrt-llm',
  'fastertransformer',
  'llama.cpp',
  'transformers',
  'vllm-ascend',
  'sglang',
  'compiled-loop',
  'jetstream',
] as const
const familyScopes = [
  'nvidia-ampere',
  'nvidia-ada',
  'nvidia-hopper',
  'nvidia-blackwell',
  'amd-cdna2',
  'amd-cdna3',
  'tpu',
  'intel-gaudi',
  'aws-neuron',
  'huawei-ascend',
] as const

/** Which constants differ by stack and by device family, and by how much (standard deviation of the logarithm). */
const byStack: Partial<Record<ServingConstantName, number>> = {
  weightBandwidth: 0.06,
  cacheBandwidth: 0.2,
  groupedCache: 0.2,
  matmul: 0.1,
  layerLatency: 0.25,
  expertLayerLatency: 0.3,
  expertMatmul: 0.15,
  allReduceLatency: 0.4,
  linkBandwidth: 0.3,
  stepOverhead: 0.5,
  samplingPasses: 0.4,
}
const byFamily: Partial<Record<ServingConstantName, number>> = {
  weightBandwidth: 0.08,
  cacheBandwidth: 0.15,
  groupedCache: 0.25,
  matmul: 0.1,
  narrowMatmul: 0.1,
  attentionMatmul: 0.2,
  layerLatency: 0.2,
  expertMatmul: 0.15,
  allReduceLatency: 0.25,
  linkBandwidth: 0.2,
  eagerLayer: 0.2,
  activePower: 0.25,
  memoryPower: 0.15,
}
/** Why constants differ by trait. */
const traitReasons = {
  vllm: 'A server in Python detokenises and streams each token; servers in C++ do so in a fraction of the time.',
  sglang:
    'A server in Python detokenises and streams each token; servers in C++ do so in a fraction of the time.',
  'early-scheduler': 'The schedulers of 2023 prepared and sampled each sequence by itself in Python.',
  'compiled-loop':
    'A loop that is compiled as a whole has few fused kernels a layer, and nothing but them in its graph.',
  'vllm-ascend':
    'The host launches each operation through a plugin, on slower cores than those of CUDA machines.',
  transformers:
    'Caches of PyTorch libraries are copied to grow, and repeated for each query head, at every step; each operation is a kernel of its own.',
  'aws-neuron':
    'Arrays of 128 by 128 are fed through a memory of their own by one compiled program, in which the engines wait for one another.',
  'llama.cpp':
    'Weights are widened to 16 bits for the products of a general library, and scores of attention pass through memory.',
  eager:
    'Kernels of builds from before graphs read shared heads once for each query head, and copied and transposed more.',
  'nvidia-blackwell':
    'A B200 is limited to 1 kW; the same silicon is rated at 1.2 kW in a GB200, so that shares of 1 kW are higher.',
  'native-host':
    'A compiled loop decides on the next step in a fraction of the time that an interpreter takes.',
  'general-collectives':
    'A ring of the general library passes every device in turn; kernels of a stack reduce small messages in one.',
} as const
type Trait = keyof typeof traitReasons

/** How launching kernel by kernel, and collectives of the general library, differ: multiples of the plain values. */
const byTrait: readonly (readonly [ServingConstantName, Trait, number, number])[] = [
  ['sequenceOverhead', 'vllm', 3, 0.4],
  ['cacheBandwidth', 'vllm', 0.85, 0.2],
  ['groupedCache', 'vllm', 0.85, 0.2],
  ['matmul', 'vllm', 0.9, 0.1],
  ['stepOverhead', 'native-host', 0.5, 0.5],
  ['sequenceOverhead', 'sglang', 2, 0.4],
  ['sequenceOverhead', 'early-scheduler', 4, 0.4],
  ['eagerLayer', 'transformers', 2.5, 0.3],
  ['eagerLayer', 'vllm-ascend', 2.2, 0.3],
  ['cacheBandwidth', 'transformers', 0.5, 0.4],
  ['attentionMatmul', 'transformers', 0.6, 0.4],
  ['matmul', 'transformers', 0.9, 0.2],
  ['layerLatency', 'compiled-loop', 0.4, 0.4],
  ['expertLayerLatency', 'compiled-loop', 0.4, 0.4],
  ['allReduceLatency', 'compiled-loop', 0.5, 0.4],
  ['stepOverhead', 'compiled-loop', 0.3, 0.5],
  ['matmul', 'aws-neuron', 0.55, 0.25],
  ['cacheBandwidth', 'aws-neuron', 0.5, 0.3],
  ['matmul', 'llama.cpp', 0.6, 0.3],
  ['attentionMatmul', 'llama.cpp', 0.3, 0.4],
  ['stepOverhead', 'eager', 1, 0.4],
  ['cacheBandwidth', 'eager', 0.7, 0.2],
  ['groupedCache', 'eager', 0.7, 0.3],
  ['matmul', 'eager', 0.9, 0.15],
  ['attentionMatmul', 'eager', 0.8, 0.3],
  ['sequenceOverhead', 'eager', 1, 0.3],
  ['activePower', 'nvidia-blackwell', 1.2, 0.2],
  ['memoryPower', 'nvidia-blackwell', 1.2, 0.15],
  ['computePower', 'nvidia-blackwell', 1.2, 0.15],
  ['allReduceLatency', 'general-collectives', 2, 0.4],
  ['linkBandwidth', 'general-collectives', 0.8, 0.25],
]

function scoped(
  scopes: readonly string[],
  spreads: Partial<Record<ServingConstantName, number>>,
): CalibrationParameter[] {
  return plainConstants.flatMap(({ id, label }) => {
    const spread = spreads[id]
    return spread === undefined
      ? []
      : scopes.map(scope => ({
          id: `${id}:${scope}`,
          unit: '1' as const,
          label: { en: `${label.en}, ${scope} over the plain value`, zh: `${label.zh}，${scope} 相对通用值` },
          median: 1,
          spread,
          reason: `Kernels and host code of ${scope} differ from those of others.`,
          source: null,
        }))
  })
}

const traitIds = new Set(byTrait.map(([name, trait]) => `${name}:${trait}`))

const traits: readonly CalibrationParameter[] = byTrait.map(([name, trait, median, spread]) => ({
  id: `${name}:${trait}`,
  unit: '1',
  label: { en: `${name}, ${trait} over the plain value`, zh: `${name}，${trait} 相对通用值` },
  median,
  spread,
  reason: traitReasons[trait],
  source: null,
}))

/** Every constant of the serving model, plain and scoped. */
export const servingParameters: readonly CalibrationParameter[] = [
  ...plainConstants,
  ...[...scoped(stackScopes, byStack), ...scoped(familyScopes, byFamily)].filter(
    ({ id }) => !traitIds.has(id),
  ),
  ...traits,
]

const scopedMedians = new Map(servingParameters.map(({ id, median }) => [id, median]))

/** Ids of the constants for some scopes, in the order of `plainConstants`: made once a setup, read at every trial. */
export type ConstantKeys = readonly (readonly string[])[]

export function constantKeys(scopes: readonly string[]): ConstantKeys {
  return plainConstants.map(({ id }) => [id, ...scopes.map(scope => `${id}:${scope}`)])
}

/** The constants under calibration values; what the values do not hold is at its median. */
export function servingConstants(
  values: CalibrationValues,
  keys: ConstantKeys,
  into: ServingConstants = {} as ServingConstants,
): ServingConstants {
  for (let index = 0; index < plainConstants.length; index++) {
    const { id, median } = plainConstants[index] as (typeof plainConstants)[number]
    const ids = keys[index] as readonly string[]
    let value = values[id] ?? median
    for (let scope = 1; scope < ids.length; scope++) {
      const id = ids[scope] as string
      value *= values[id] ?? scopedMedians.get(id) ?? 1
    }
    into[id] = id === 'weightBandwidth' ? shareFormulas.bounded.fn(value) : value
  }
  return into
}
