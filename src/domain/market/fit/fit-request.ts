import { DomainError } from '../../errors.ts'
import { bassAdditions, bassCumulative } from './bass.ts'
import type { CurveModel } from './curve-model.ts'
import { exponentialSaturation, gompertz, logistic, richards } from './growth-curves.ts'
import { inWords, type Place, type Series, type SeriesRequest } from './series.ts'
import { linear, logLinear } from './trends.ts'

/** The curves that are fitted, by the name that a request gives. */
export const curveModels = {
  linear,
  'log-linear': logLinear,
  logistic,
  gompertz,
  bass: bassAdditions,
  'bass-cumulative': bassCumulative,
  richards,
  'exponential-saturation': exponentialSaturation,
} as const satisfies Record<string, CurveModel>

export const fitModels = ['cagr', ...(Object.keys(curveModels) as (keyof typeof curveModels)[])] as const
export type FitModel = (typeof fitModels)[number]

/** What is to be fitted to what. */
export interface FitRequest {
  readonly data: SeriesRequest
  readonly model: FitModel
  /** Parameters that are known, by id. */
  readonly fixed?: Readonly<Record<string, number>>
  /** Where to search from, by id of the parameters; default: starts of the model's own. */
  readonly starts?: readonly Readonly<Record<string, number>>[]
  /** The period that x counts from: that of the launch for Bass. Default: the first of the data. */
  readonly origin?: string
  readonly project?: readonly Place[]
}

/** Ids of the datasets that a fit needs. */
export const fitNeeds = ({ data: { dataset } }: FitRequest): readonly string[] =>
  dataset === undefined ? [] : [dataset]

/** Refuses values that a model cannot have, naming the cell. */
export function checkValues(name: FitModel, { onLogScale }: CurveModel, { points, unit }: Series): void {
  for (const { value, pointer, period, x } of points) {
    if (onLogScale ? value > 0 : name === 'linear' || value >= 0) continue
    throw new DomainError(
      'out-of-range',
      `The value of ${period ?? x} is ${inWords(value, unit)}; a ${name} curve needs values ${onLogScale ? 'above' : 'of at least'} 0. Correct it, leave it out, or fit a linear trend.`,
      { pointer: `${pointer}/value`.replace('/dataset/value', '/dataset'), facts: { value, least: 0 } },
    )
  }
}

function indexOf(model: CurveModel, id: string, pointer: string): number {
  const index = model.parameters.findIndex(parameter => parameter.id === id)
  if (index >= 0) return index
  const known = model.parameters.map(parameter => parameter.id)
  throw new DomainError(
    'unknown-quantity',
    `The curve has no parameter "${id}"; it has ${known.join(', ')}.`,
    { pointer, facts: { id, known } },
  )
}

/** The parameters that a request fixes, by their place in the model. */
export function fixedOf(model: CurveModel, { fixed = {} }: FitRequest): Map<number, number> {
  return new Map(
    Object.entries(fixed).map(([id, value]) => [indexOf(model, id, `/fixed/${id}`), value] as const),
  )
}

/** The starts that a request gives, in the order of the model's parameters; undefined without any. */
export function startsOf(model: CurveModel, { starts }: FitRequest): number[][] | undefined {
  return starts?.map((start, at) => {
    const pointer = `/starts/${at}`
    for (const id of Object.keys(start)) indexOf(model, id, `${pointer}/${id}`)
    const missing = model.parameters.filter(({ id }) => start[id] === undefined).map(({ id }) => id)
    if (missing.length > 0) {
      throw new DomainError(
        'missing-value',
        `The start has no ${missing.join(', ')}; a start names every parameter of the curve.`,
        { pointer, facts: { missing } },
      )
    }
    const values = model.parameters.map(({ id }) => start[id] as number)
    if (!model.exists(values)) {
      throw new DomainError(
        'out-of-range',
        `There is no curve with ${model.parameters.map(({ id }, index) => `${id} ${values[index]}`).join(', ')}; start from a ceiling and coefficients above 0.`,
        { pointer, facts: { ...start } },
      )
    }
    return values
  })
}
