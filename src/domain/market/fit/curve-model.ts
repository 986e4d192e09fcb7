import type { Formula } from '../../sheet/formula.ts'
import type { Label } from '../../units.ts'

/** Values of a curve at places, both in ascending order of place. */
export interface CurvePoints {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** A parameter of a curve. Units name that of the data as `data`, and a period of the data as `period`. */
export interface CurveParameter {
  readonly id: string
  readonly symbol: string
  readonly label: Label
  readonly unit: 'data' | '1' | '1/year' | '1/period' | 'data/year'
  /**
   * What the parameter being 0 would mean: `degenerate` when the curve is then none of its kind, so that a
   * standard error as large as the value says that the data do not tell.
   */
  readonly zero: 'possible' | 'degenerate'
}

/** A number that follows from the parameters of a fitted curve. */
export interface CurveConsequence {
  readonly id: string
  readonly label: Label
  readonly unit: CurveParameter['unit'] | 'x'
  /** NaN where it does not exist. */
  readonly of: (parameters: ArrayLike<number>) => number
}

/** A family of curves that is fitted to data by least squares. */
export interface CurveModel {
  readonly label: Label
  /** Of the parameters by their symbols and of the place `x`; all in the units of the data. */
  readonly formula: Formula
  readonly parameters: readonly CurveParameter[]
  readonly consequences: readonly CurveConsequence[]
  /** Whether squares of residuals are of the logarithm, so that values must be positive. */
  readonly onLogScale: boolean
  /** Whether there is such a curve. */
  readonly exists: (parameters: ArrayLike<number>) => boolean
  /** The value at a place; what is fitted to it is the logarithm of the data where `onLogScale` says so. */
  readonly value: (parameters: ArrayLike<number>, x: number) => number
  /** The value, with its derivatives by the parameters written from `at` on. */
  readonly slopes: (
    parameters: ArrayLike<number>,
    x: number,
    into: { [index: number]: number },
    at: number,
  ) => number
  /** Where searches start: rough fits for several guesses of what no straight line gives. */
  readonly starts: (points: CurvePoints) => readonly (readonly number[])[]
  /** The parameter that the curve approaches, and the largest value that the data hold of it. */
  readonly ceiling?: { readonly index: number; readonly largest: (points: CurvePoints) => number }
}

/** The straight line y = a + b · x of least squares as [a, b]; undefined for fewer than two places. */
export function straightLine(x: readonly number[], y: readonly number[]): [number, number] | undefined {
  const n = x.length
  const meanX = x.reduce((sum, value) => sum + value, 0) / n
  const meanY = y.reduce((sum, value) => sum + value, 0) / n
  let across = 0
  let along = 0
  for (let i = 0; i < n; i++) {
    across += ((x[i] as number) - meanX) * ((y[i] as number) - meanY)
    along += ((x[i] as number) - meanX) ** 2
  }
  if (!(along > 0)) return undefined
  return [meanY - (across / along) * meanX, across / along]
}

/** Guesses of a ceiling, as multiples of the largest value seen: nearly reached, half way, and far off. */
const ceilingGuesses = [1.02, 1.3, 2, 5] as const

/** Starts from straight lines: for each guess of the ceiling, the data scaled so that the curve is a line. */
export function startsByLines(
  { x, y }: CurvePoints,
  line: (value: number, ceiling: number) => number,
  start: (ceiling: number, a: number, b: number) => readonly number[],
): (readonly number[])[] {
  const largest = Math.max(...y)
  return ceilingGuesses.flatMap(guess => {
    const ceiling = guess * largest
    const scaled = y.map(value => line(value, ceiling))
    const usable = scaled.flatMap((value, i) => (Number.isFinite(value) ? [i] : []))
    const found = straightLine(
      usable.map(i => x[i] as number),
      usable.map(i => scaled[i] as number),
    )
    return found === undefined ? [] : [start(ceiling, ...found)]
  })
}
