import { type LeastSquares, type Minimum, minimise } from '../../numeric/levenberg-marquardt.ts'
import type { CurveModel, CurvePoints } from './curve-model.ts'

/** A curve of least squares, and how the search for it went. */
export interface CurveFit {
  /** All parameters, in the order of the model; the fixed ones as they were given. */
  readonly parameters: readonly number[]
  /** Whether each was fitted. */
  readonly free: readonly boolean[]
  /** Of the parameters, in their order; 0 for fixed ones. Null when the data leave some direction open. */
  readonly covariance: readonly (readonly number[])[] | null
  readonly residualSumOfSquares: number
  readonly degreesOfFreedom: number
  readonly conditionNumber: number
  readonly convergence: {
    readonly converged: boolean
    /** Of the search that ended lowest. */
    readonly iterations: number
    readonly starts: number
    /** Starts that ended at the same curve. */
    readonly startsAgreeing: number
  }
  /** Another curve, with other parameters, that fits no worse. */
  readonly rival: readonly number[] | null
}

/** Sums of squares closer than this, as a share, are equally good. */
const equallyGood = 1e-6
/** Parameters further apart than this, as a share, are not the same. */
const elsewhere = 1e-3

/**
 * The curve of a model that fits best, from several starts (those given, else the model's own). `fixed` holds
 * parameters where they are, by their place in the model.
 */
export function fitCurve(
  model: CurveModel,
  points: CurvePoints,
  { fixed = new Map(), starts }: FitOptions = {},
): CurveFit {
  const count = model.parameters.length
  const free = model.parameters.flatMap((_, index) => (fixed.has(index) ? [] : [index]))
  const whole = new Float64Array(count)
  for (const [index, value] of fixed) whole[index] = value
  const problem = squares(model, points, free, whole)
  const minima = (starts ?? model.starts(points))
    .map(start =>
      minimise(
        problem,
        free.map(index => start[index] as number),
      ),
    )
    .toSorted((a, b) => rank(a) - rank(b))
  const best =
    minima[0] ??
    minimise(
      problem,
      free.map(() => 1),
    )
  const same = minima.filter(each => isSame(each, best))
  const degreesOfFreedom = points.x.length - free.length
  return {
    parameters: spread(best.point, free, [...whole]),
    free: model.parameters.map((_, index) => free.includes(index)),
    covariance: covarianceOf(best, free, count, degreesOfFreedom),
    residualSumOfSquares: best.sumOfSquares,
    degreesOfFreedom,
    conditionNumber: best.conditionNumber,
    convergence: {
      converged: best.converged,
      iterations: best.iterations,
      starts: minima.length,
      startsAgreeing: same.length,
    },
    rival: rivalOf(minima, best, free, [...whole]),
  }
}

/** What a caller may say of a fit. */
export interface FitOptions {
  readonly fixed?: ReadonlyMap<number, number>
  readonly starts?: readonly (readonly number[])[]
}

function squares(
  model: CurveModel,
  { x, y }: CurvePoints,
  free: readonly number[],
  whole: Float64Array,
): LeastSquares {
  const count = whole.length
  const slopes = new Float64Array(count)
  const fitted = model.onLogScale ? y.map(Math.log) : y
  return {
    residuals: x.length,
    evaluate: (point, residuals, jacobian) => {
      for (let p = 0; p < free.length; p++) whole[free[p] as number] = point[p] as number
      if (!model.exists(whole)) {
        residuals.fill(Number.NaN)
        return
      }
      for (let i = 0; i < x.length; i++) {
        residuals[i] = model.slopes(whole, x[i] as number, slopes, 0) - (fitted[i] as number)
        for (let p = 0; p < free.length; p++)
          jacobian[i * free.length + p] = slopes[free[p] as number] as number
      }
    },
  }
}

/** Searches that converged come before those that did not, and then the lowest first. */
const rank = ({ sumOfSquares, converged }: Minimum): number =>
  converged ? sumOfSquares : sumOfSquares * (1 + equallyGood)

const isSame = (a: Minimum, b: Minimum): boolean =>
  a.converged &&
  a.point.every(
    (value, p) =>
      Math.abs(value - (b.point[p] as number)) <= elsewhere * Math.abs(b.point[p] as number) + 1e-12,
  )

function rivalOf(
  minima: readonly Minimum[],
  best: Minimum,
  free: readonly number[],
  whole: number[],
): number[] | null {
  const rival = minima.find(
    each =>
      each.converged &&
      !isSame(each, best) &&
      each.sumOfSquares <= best.sumOfSquares * (1 + equallyGood) + 1e-300,
  )
  return rival === undefined ? null : spread(rival.point, free, whole)
}

function spread(point: Float64Array, free: readonly number[], whole: number[]): number[] {
  const all = [...whole]
  for (let p = 0; p < free.length; p++) all[free[p] as number] = point[p] as number
  return all
}

function covarianceOf(
  { unscaledCovariance, sumOfSquares }: Minimum,
  free: readonly number[],
  count: number,
  degreesOfFreedom: number,
): number[][] | null {
  if (unscaledCovariance === null || degreesOfFreedom <= 0) return null
  const variance = sumOfSquares / degreesOfFreedom
  const all = Array.from({ length: count }, () => new Array<number>(count).fill(0))
  for (let p = 0; p < free.length; p++) {
    const row = all[free[p] as number] as number[]
    for (let q = 0; q < free.length; q++)
      row[free[q] as number] = variance * ((unscaledCovariance[p] as Float64Array)[q] as number)
  }
  // Data at the ends of what numbers can hold overflow or vanish: then nothing is known of the errors.
  return all.every(row => row.every(Number.isFinite)) ? all : null
}
