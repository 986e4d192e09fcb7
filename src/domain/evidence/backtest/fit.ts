import type { CalibrationParameter, CalibrationValues } from '../../compute/calibration/parameter.ts'
import { cholesky, solveCholesky } from '../../numeric/cholesky.ts'

/** What a fit minimises over: an estimate and what was measured, in one unit, and how much the row counts. */
export interface FitRow {
  readonly estimate: (values: CalibrationValues) => number
  readonly measured: number
  readonly weight: number
}

/** A fit that found its minimum, or stopped at the bound on its work. */
export interface Fit {
  readonly values: Record<string, number>
  readonly loss: number
  readonly iterations: number
}

/** A logarithmic error beyond which a row pulls no harder: an outlier must not bend the physics. */
const huber = 0.15
/** How wrong a row is taken to be by itself: what weighs measurements against what is known before them. */
const rowSpread = 0.1
const mostIterations = 40
const step = 1e-4

/**
 * Constants that estimate measurements best, by Levenberg and Marquardt over the logarithms of the constants with
 * Huber's loss on the logarithmic error, and with what is known of each constant before (median and spread) as one
 * more measurement. Deterministic. Constants that no row depends on stay at their medians.
 */
export function fitCalibration(
  parameters: readonly CalibrationParameter[],
  rows: readonly FitRow[],
  start?: CalibrationValues,
): Fit {
  const count = parameters.length
  const x = parameters.map(({ id, median }) => Math.log((start?.[id] ?? median) / median))
  const valuesAt = (point: readonly number[]): Record<string, number> => {
    const values: Record<string, number> = {}
    for (let p = 0; p < count; p++) {
      const { id, median } = parameters[p] as CalibrationParameter
      values[id] = median * Math.exp(point[p] as number)
    }
    return values
  }
  const residualsAt = (point: readonly number[]): Float64Array => {
    const values = valuesAt(point)
    return Float64Array.from(rows, row => Math.log(row.estimate(values) / row.measured) / rowSpread)
  }
  const bend = huber / rowSpread
  const lossOf = (residuals: Float64Array, point: readonly number[]): number => {
    let loss = 0
    for (let r = 0; r < residuals.length; r++) {
      const size = Math.abs(residuals[r] as number)
      const { weight } = rows[r] as FitRow
      loss += weight * (size <= bend ? size * size : bend * (2 * size - bend))
    }
    for (let p = 0; p < count; p++) loss += ((point[p] as number) / (parameters[p]?.spread ?? 1)) ** 2
    return loss
  }

  let residuals = residualsAt(x)
  let loss = lossOf(residuals, x)
  let damping = 1e-2
  let iterations = 0
  for (; iterations < mostIterations; iterations++) {
    const { normal, gradient } = linearise(parameters, rows, x, residuals, valuesAt, bend)
    let improved = false
    for (let tries = 0; tries < 8 && !improved; tries++) {
      // Positive definite because of what is known before, unless numbers overflow: then a shorter step.
      const lower = cholesky(normal, damping)
      if (lower === null) {
        damping *= 5
        continue
      }
      const move = solveCholesky(lower, gradient)
      const tried = x.map((value, p) => value - Math.max(-1, Math.min(1, move[p] as number)))
      const triedResiduals = residualsAt(tried)
      const triedLoss = lossOf(triedResiduals, tried)
      if (triedLoss < loss) {
        const gain = (loss - triedLoss) / loss
        for (let p = 0; p < count; p++) x[p] = tried[p] as number
        residuals = triedResiduals
        loss = triedLoss
        damping = Math.max(damping / 5, 1e-9)
        improved = gain > 1e-7
        if (!improved) return { values: valuesAt(x), loss, iterations }
      } else damping *= 5
    }
    if (!improved) break
  }
  return { values: valuesAt(x), loss, iterations }
}

/** The ids of the constants that an estimate looks at: it does not change with any other. */
function constantsRead(estimate: FitRow['estimate'], values: CalibrationValues): ReadonlySet<string> {
  const read = new Set<string>()
  estimate(
    new Proxy(values, {
      get: (target, id) => {
        read.add(String(id))
        return Reflect.get(target, id)
      },
    }),
  )
  return read
}

function linearise(
  parameters: readonly CalibrationParameter[],
  rows: readonly FitRow[],
  x: readonly number[],
  residuals: Float64Array,
  valuesAt: (point: readonly number[]) => CalibrationValues,
  bend: number,
): { normal: Float64Array[]; gradient: Float64Array } {
  const count = parameters.length
  const here = valuesAt(x)
  const read = rows.map(({ estimate }) => constantsRead(estimate, here))
  const columns = parameters.map(({ id }, p) => {
    const moved = [...x]
    moved[p] = (moved[p] as number) + step
    const values = valuesAt(moved)
    return Float64Array.from(rows, ({ estimate, measured }, r) =>
      read[r]?.has(id)
        ? (Math.log(estimate(values) / measured) / rowSpread - (residuals[r] as number)) / step
        : 0,
    )
  })
  // Iteratively reweighted: a row beyond the bend counts as if it lay on it.
  const weights = residuals.map((value, r) => {
    const size = Math.abs(value)
    return (rows[r] as FitRow).weight * (size <= bend ? 1 : bend / size)
  })
  const normal = Array.from({ length: count }, () => new Float64Array(count))
  const gradient = new Float64Array(count)
  for (let p = 0; p < count; p++) {
    const column = columns[p] as Float64Array
    for (let q = 0; q <= p; q++) {
      const other = columns[q] as Float64Array
      let sum = 0
      for (let r = 0; r < residuals.length; r++) {
        sum += (weights[r] as number) * (column[r] as number) * (other[r] as number)
      }
      ;(normal[p] as Float64Array)[q] = sum
      ;(normal[q] as Float64Array)[p] = sum
    }
    let sum = 0
    for (let r = 0; r < residuals.length; r++) {
      sum += (weights[r] as number) * (column[r] as number) * (residuals[r] as number)
    }
    const prior = 1 / (parameters[p]?.spread ?? 1) ** 2
    ;(normal[p] as Float64Array)[p] = ((normal[p] as Float64Array)[p] as number) + prior
    gradient[p] = sum + prior * (x[p] as number)
  }
  return { normal, gradient }
}
