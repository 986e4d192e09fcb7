import type { Warning } from '../../estimate.ts'
import type { ScalingLaw, ScalingLawName } from './laws.ts'

const shown = (value: number): string => Number(value.toPrecision(3)).toExponential().replace('e+', 'e')

const outside = (value: number, [low, high]: readonly [number, number]): boolean =>
  value < low || value > high

/** That a law is asked about runs smaller or larger than those it was fitted on, with both numbers. */
export function rangeWarning(
  name: ScalingLawName,
  { fitted }: ScalingLaw,
  parameters: number,
  tokens: number,
): Warning[] {
  if (!outside(parameters, fitted.parameters) && !outside(tokens, fitted.tokens)) return []
  const [fewest, most] = fitted.parameters.map(shown)
  const [shortest, longest] = fitted.tokens.map(shown)
  return [
    {
      code: 'outside-fitted-range',
      message: {
        en: `${name} was fitted on runs of ${fewest} to ${most} parameters and ${shortest} to ${longest} tokens; ${shown(parameters)} parameters and ${shown(tokens)} tokens are an extrapolation.`,
        zh: `${name} 由 ${fewest} 至 ${most} 参数、${shortest} 至 ${longest} token 的训练拟合而成；${shown(parameters)} 参数、${shown(tokens)} token 属于外推。`,
      },
    },
  ]
}

/** That a law gives an optimum but no loss, so that whatever rests on a loss is left out. */
export function noLossWarning(name: ScalingLawName): Warning {
  return {
    code: 'law-without-loss',
    message: {
      en: `${name} gives the compute-optimal model but no loss, so the expected loss and what rests on it (the inference-aware and the data-limited optimum) are left out. hoffmann-2022-approach-3 and besiroglu-2024 give one.`,
      zh: `${name} 只给出算力最优模型而不给出损失，因此不给出预期损失及依赖损失的结果（考虑推理的最优与数据受限的最优）。hoffmann-2022-approach-3 与 besiroglu-2024 给出损失。`,
    },
  }
}

/** That Kaplan's law gives no inference-aware or data-limited optimum, which need `E + A/N^α + B/D^β`. */
export function noParametricLossWarning(name: ScalingLawName): Warning {
  return {
    code: 'law-not-parametric',
    message: {
      en: `The inference-aware and the data-limited optimum need a loss of the form E + A/N^α + B/D^β, which ${name} is not, so they are left out. hoffmann-2022-approach-3, besiroglu-2024 and muennighoff-2023 are of that form.`,
      zh: `考虑推理的最优与数据受限的最优需要 E + A/N^α + B/D^β 形式的损失，${name} 并非该形式，因此不给出。hoffmann-2022-approach-3、besiroglu-2024 与 muennighoff-2023 为该形式。`,
    },
  }
}

/** What Kaplan et al. count as parameters. */
export const nonEmbeddingWarning: Warning = {
  code: 'parameters-without-embeddings',
  message: {
    en: 'kaplan-2020 counts parameters without embeddings; the other laws count them in.',
    zh: 'kaplan-2020 的参数量不含嵌入层；其他定律计入嵌入层。',
  },
}
