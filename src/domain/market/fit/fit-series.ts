import { DomainError } from '../../errors.ts'
import { engineVersion } from '../../estimate.ts'
import type { Dataset } from '../dataset.ts'
import type { CurveModel, CurvePoints } from './curve-model.ts'
import { type FitAnswer, type FittedNumber, largestProjection, type Projection } from './fit-answer.ts'
import { type CurveFit, fitCurve } from './fit-curve.ts'
import { checkValues, curveModels, type FitRequest, fixedOf, startsOf } from './fit-request.ts'
import { seriesWarnings } from './fit-warnings.ts'
import { penetrationOf } from './fitted-penetration.ts'
import { tooFewPoints, unidentified } from './identification.ts'
import { type Placement, placementOf } from './placement.ts'
import { cagrAnswer } from './rate.ts'
import { type Place, seriesOf } from './series.ts'

/**
 * Fits a curve to a series. What the data cannot tell is answered by `identified: false` with the reasons, not by
 * numbers. Throws `DomainError` for data that are no series, and for values that the model cannot have.
 */
export function fitSeries(request: FitRequest, datasets: ReadonlyMap<string, Dataset>): FitAnswer {
  const series = seriesOf(request.data, datasets, '/data')
  if (request.model === 'cagr') return cagrAnswer(request, series)
  const model: CurveModel = curveModels[request.model]
  checkValues(request.model, model, series)
  const placement = placementOf(series, request.model, request.origin)
  const points: CurvePoints = {
    x: series.points.map(placement.x),
    y: series.points.map(({ value }) => value),
  }
  const fixed = fixedOf(model, request)
  const starts = startsOf(model, request)
  const few = tooFewPoints(points.x.length, model.parameters.length - fixed.size)
  const found = few === undefined ? fitCurve(model, points, { fixed, ...(starts && { starts }) }) : undefined
  const reasons = found === undefined ? (few === undefined ? [] : [few]) : unidentified(model, points, found)
  const told = reasons.length === 0 ? found : undefined
  const { label, formula } = model
  return {
    engineVersion,
    model: request.model,
    label,
    formula: formula.text,
    source: formula.source,
    unit: series.unit,
    place: placement.label,
    identified: told !== undefined,
    reasons,
    parameters: parametersOf(model, fixed, told, placement, series.unit),
    derived: derivedOf(model, told, placement, series.unit),
    statistics:
      found === undefined || !Number.isFinite(found.residualSumOfSquares)
        ? null
        : statisticsOf(model, points, found),
    convergence: found?.convergence ?? null,
    points: series.points.map(({ period, x, value }, index) => {
      const fitted = told === undefined ? null : valueAt(model, told, points.x[index] as number)
      return { period, x, value, fitted, residual: fitted === null ? null : value - fitted }
    }),
    projections: (request.project ?? []).map((place, index) =>
      project(model, told, place, placement, `/project/${index}`),
    ),
    penetration: told === undefined ? null : penetrationOf(request.model, told.parameters, series, placement),
    dataset: series.dataset === null ? null : { id: series.dataset.id, version: series.dataset.version },
    warnings: seriesWarnings(series),
  }
}

function parametersOf(
  { parameters }: CurveModel,
  fixed: ReadonlyMap<number, number>,
  told: CurveFit | undefined,
  placement: Placement,
  unit: string,
): Record<string, FittedNumber> {
  return Object.fromEntries(
    parameters.map(({ id, symbol, label, unit: of }, index) => [
      id,
      {
        label,
        symbol,
        value: fixed.get(index) ?? told?.parameters[index] ?? null,
        standardError: fixed.has(index) ? null : root(told?.covariance?.[index]?.[index]),
        unit: placement.unit(of, unit),
        status: fixed.has(index) ? ('fixed' as const) : ('fitted' as const),
      },
    ]),
  )
}

/** The error behind a variance; null without one, and where it leaves the range of numbers. */
const root = (variance: number | undefined): number | null =>
  variance === undefined || !Number.isFinite(variance) ? null : Math.sqrt(Math.max(0, variance))

/** How far a parameter is moved, as a share of itself, to see what depends on it. */
const nudge = 1e-6

/** What follows from the parameters, with the error that theirs carry over to first order. */
function derivedOf(
  { consequences }: CurveModel,
  told: CurveFit | undefined,
  placement: Placement,
  unit: string,
): Record<string, FittedNumber> {
  return Object.fromEntries(
    consequences.map(({ id, label, unit: of, of: follow }) => {
      const value = told === undefined ? Number.NaN : follow(told.parameters)
      const known = told !== undefined && Number.isFinite(value)
      return [
        id,
        {
          label,
          symbol: null,
          value: known ? (of === 'x' ? placement.origin + value : value) : null,
          standardError: known ? errorOf(told, slopesOf(follow, told.parameters)) : null,
          unit: placement.unit(of, unit),
          status: 'derived' as const,
        },
      ]
    }),
  )
}

function slopesOf(of: (parameters: readonly number[]) => number, at: readonly number[]): number[] {
  return at.map((value, index) => {
    const step = nudge * Math.max(Math.abs(value), nudge)
    const moved = (by: number) => of(at.map((each, other) => (other === index ? each + by : each)))
    return (moved(step) - moved(-step)) / (2 * step)
  })
}

function errorOf({ covariance }: CurveFit, slopes: readonly number[]): number | null {
  if (covariance === null) return null
  let variance = 0
  for (const [p, row] of covariance.entries())
    for (const [q, value] of row.entries()) variance += (slopes[p] as number) * value * (slopes[q] as number)
  return root(variance)
}

const valueAt = ({ value, onLogScale }: CurveModel, { parameters }: CurveFit, x: number): number =>
  onLogScale ? Math.exp(value(parameters, x)) : value(parameters, x)

function statisticsOf(model: CurveModel, { y }: CurvePoints, found: CurveFit): FitAnswer['statistics'] {
  const scaled = model.onLogScale ? y.map(Math.log) : y
  const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length
  const total = scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const { degreesOfFreedom, residualSumOfSquares, conditionNumber } = found
  return {
    points: y.length,
    degreesOfFreedom,
    scale: model.onLogScale ? 'logarithm' : 'data',
    residualSumOfSquares,
    residualStandardDeviation:
      degreesOfFreedom > 0 ? Math.sqrt(residualSumOfSquares / degreesOfFreedom) : null,
    rSquared: total > 0 ? 1 - residualSumOfSquares / total : null,
    conditionNumber: Number.isFinite(conditionNumber) ? conditionNumber : null,
  }
}

function project(
  model: CurveModel,
  told: CurveFit | undefined,
  place: Place,
  placement: Placement,
  pointer: string,
): Projection {
  const at = placement.place(place, pointer)
  const shown = { period: place.period ?? null, x: at.shown }
  if (told === undefined) return { ...shown, value: null, standardError: null, predictionError: null }
  const value = valueAt(model, told, at.x)
  if (!(Math.abs(value) <= largestProjection)) {
    throw new DomainError(
      'non-finite-quantity',
      `The curve leaves the range of numbers by ${place.period ?? place.x}; project nearer to the data.`,
      { pointer, facts: { place: place.period ?? place.x } },
    )
  }
  const slopes = new Array<number>(model.parameters.length).fill(0)
  model.slopes(told.parameters, at.x, slopes, 0)
  const curveError = errorOf(told, slopes)
  const { degreesOfFreedom: freedom, residualSumOfSquares } = told
  const scatter = freedom > 0 ? residualSumOfSquares / freedom : null
  // On the scale of logarithms an error is a share of the value, to first order.
  const scale = model.onLogScale ? value : 1
  return {
    ...shown,
    value,
    standardError: curveError === null ? null : scale * curveError,
    predictionError:
      curveError === null || scatter === null ? null : scale * Math.sqrt(curveError ** 2 + scatter),
  }
}
