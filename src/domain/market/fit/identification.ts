import type { Label } from '../../units.ts'
import type { CurveModel, CurvePoints } from './curve-model.ts'
import type { CurveFit } from './fit-curve.ts'

/** Why the parameters of a curve cannot be told from the data. */
export interface Unidentified {
  readonly code:
    | 'too-few-points'
    | 'not-converged'
    | 'collinear-parameters'
    | 'several-minima'
    | 'uncertain-parameter'
    | 'ceiling-beyond-data'
    | 'parameter-at-bound'
  readonly message: Label
}

/** A Jacobian of this condition leaves fewer than half of a number's digits to its parameters. */
const mostCondition = 1e7
/** A ceiling so many times the largest value seen is extrapolated: the data do not bend towards it. */
const mostBeyond = 10
/** Coefficients of diffusion below this are zero for any market: none would start in a million periods. */
const least = 1e-6

const reason = (code: Unidentified['code'], en: string, zh: string): Unidentified => ({
  code,
  message: { en, zh },
})

const shown = (value: number): string => String(Number(value.toPrecision(4)))

/** Refuses to search where there are no more values than parameters to be fitted. */
export function tooFewPoints(values: number, parameters: number): Unidentified | undefined {
  if (values > parameters) return undefined
  return reason(
    'too-few-points',
    `There are ${values} values for ${parameters} parameters; ${parameters + 1} are needed to tell how well they fit. Add values, or fix a parameter.`,
    `${parameters} 个参数仅有 ${values} 个数值；至少需 ${parameters + 1} 个才能判断拟合优度。请增加数据或固定参数。`,
  )
}

/** Every reason for which a fit says nothing of its parameters; none when it does. */
export function unidentified(model: CurveModel, points: CurvePoints, fit: CurveFit): Unidentified[] {
  return [
    ...unfinished(fit),
    ...collinear(fit),
    ...rivals(model, fit),
    ...atBound(model, fit),
    ...beyond(model, points, fit),
    ...uncertain(model, fit),
  ]
}

function unfinished({ convergence: { converged, starts, iterations } }: CurveFit): Unidentified[] {
  if (converged) return []
  return [
    reason(
      'not-converged',
      `None of ${starts} searches settled: the sum of squares keeps falling, or no start lies near a curve. The best stopped after ${iterations} iterations.`,
      `${starts} 次搜索均未收敛：残差平方和持续下降，或初值附近无曲线。最优搜索在 ${iterations} 次迭代后停止。`,
    ),
  ]
}

function collinear({ conditionNumber, covariance }: CurveFit): Unidentified[] {
  if (covariance !== null && conditionNumber < mostCondition) return []
  const [en, zh] = Number.isFinite(conditionNumber)
    ? [`The condition number is ${shown(conditionNumber)}`, `条件数为 ${shown(conditionNumber)}`]
    : ['The derivatives are linearly dependent', '导数线性相关']
  return [
    reason(
      'collinear-parameters',
      `${en}: a change of one parameter is undone by the others, and the data do not tell them apart.`,
      `${zh}：参数变化可相互抵消，数据无法区分。`,
    ),
  ]
}

function rivals({ parameters: names }: CurveModel, { rival, parameters }: CurveFit): Unidentified[] {
  if (rival === null) return []
  const values = (each: readonly number[]) =>
    names.map(({ id }, index) => `${id} ${shown(each[index] as number)}`).join(', ')
  return [
    reason(
      'several-minima',
      `Two curves fit equally well: ${values(parameters)}; and ${values(rival)}.`,
      `两条曲线拟合程度相同：${values(parameters)}；以及 ${values(rival)}。`,
    ),
  ]
}

function atBound({ parameters: names }: CurveModel, { parameters, free }: CurveFit): Unidentified[] {
  return names.flatMap(({ id, unit, label }, index) => {
    const value = parameters[index] as number
    if (unit !== '1/period' || !free[index] || value > least) return []
    return [
      reason(
        'parameter-at-bound',
        `${label.en} (${id}) runs to 0: it is ${shown(value)} where the search ended.`,
        `${label.zh}（${id}）趋于 0：搜索停止时为 ${shown(value)}。`,
      ),
    ]
  })
}

function beyond(
  { ceiling, parameters: names }: CurveModel,
  points: CurvePoints,
  fit: CurveFit,
): Unidentified[] {
  if (ceiling === undefined || !fit.free[ceiling.index]) return []
  const value = fit.parameters[ceiling.index] as number
  const largest = ceiling.largest(points)
  if (value <= mostBeyond * largest) return []
  return [
    reason(
      'ceiling-beyond-data',
      `${names[ceiling.index]?.label.en} comes to ${shown(value)}, more than ${mostBeyond} times the ${shown(largest)} that the data reach: they do not bend towards it yet.`,
      `${names[ceiling.index]?.label.zh}为 ${shown(value)}，超过数据最大值 ${shown(largest)} 的 ${mostBeyond} 倍：数据尚未显现趋近。`,
    ),
  ]
}

function uncertain(
  { parameters: names }: CurveModel,
  { parameters, covariance, free }: CurveFit,
): Unidentified[] {
  if (covariance === null) return []
  return names.flatMap(({ id, zero, label }, index) => {
    const value = Math.abs(parameters[index] as number)
    const error = Math.sqrt(covariance[index]?.[index] ?? 0)
    if (zero === 'possible' || !free[index] || error < value) return []
    return [
      reason(
        'uncertain-parameter',
        `${label.en} (${id}) is ${shown(value)} with a standard error of ${shown(error)}: the data do not tell it from 0.`,
        `${label.zh}（${id}）为 ${shown(value)}，标准误 ${shown(error)}：数据无法将其与 0 区分。`,
      ),
    ]
  })
}
