import type { Label } from '../../units.ts'

/** How an optimizer's step is put together: what it takes while it runs, beside states and a 32-bit gradient. */
interface OptimizerStepTraits {
  /** Bytes of each parameter that a rank updates. */
  readonly bytes: number
  readonly reason: Label
}

/**
 * By name. PyTorch's own AdamW runs each of its operations over all parameters at once, so that the results between
 * two of them are of the size of all parameters; until 2.0 the denominator was made beside the root that it is made of.
 * Of one flat vector (InternEvo) the same holds; before, the gradients' norm is taken of 32-bit copies of all of them,
 * and they are joined in a flat vector of 16 bits. No block that one of these frees holds what comes next, so that the
 * allocator keeps them all.
 */
const steps = {
  fused: {
    bytes: 0,
    reason: {
      en: 'one kernel reads and writes the states in place (Apex, Megatron-LM, DeepSpeed, torchtitan)',
      zh: '单个融合核原地更新优化器状态（Apex、Megatron-LM、DeepSpeed、torchtitan）',
    },
  },
  foreach: {
    bytes: 4,
    reason: {
      en: 'AdamW of PyTorch from 2.1: the root of the second moment of all parameters at once, in 32 bits',
      zh: 'PyTorch 2.1 起的 AdamW：所有参数的二阶动量平方根同时以 32 位存在',
    },
  },
  'foreach-2.0': {
    bytes: 4 + 4,
    reason: {
      en: 'AdamW of PyTorch 2.0: the root of the second moment and the denominator made of it, of all parameters at once, in 32 bits',
      zh: 'PyTorch 2.0 的 AdamW：所有参数的二阶动量平方根与由其得到的分母同时以 32 位存在',
    },
  },
  flat: {
    bytes: 4 + 4 + 4 + 2,
    reason: {
      en: 'AdamW over one flat vector: root and denominator; copies of the 16-bit gradients in 32 bits for their norm, and once more joined in 16 bits',
      zh: '对整体展平向量做 AdamW：平方根与分母；为求范数而将 16 位梯度复制为 32 位，并另存一份展平的 16 位梯度',
    },
  },
} as const satisfies Record<string, OptimizerStepTraits>

export type OptimizerStep = keyof typeof steps
export const optimizerStepNames = Object.keys(steps) as OptimizerStep[]

/** What a step takes while it runs, by its name. */
export function optimizerStepTraits(step: OptimizerStep): OptimizerStepTraits {
  return steps[step]
}
