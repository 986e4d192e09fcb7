import type { Warning } from '../../estimate.ts'
import type { Label } from '../../units.ts'
import type { FittedPenetration } from '../fitted-adoption.ts'
import type { Unidentified } from './identification.ts'

/** Largest value of a curve that is given: no number of a market lies near it. */
export const largestProjection = 1e300

/** A number that a fit gives: null where the data do not tell it. */
export interface FittedNumber {
  readonly label: Label
  readonly symbol: string | null
  readonly value: number | null
  /** Null where there is none: for what was fixed, and for curves through their points. */
  readonly standardError: number | null
  readonly unit: string
  readonly status: 'fitted' | 'fixed' | 'derived'
}

/** How well a curve fits. */
export interface FitStatistics {
  readonly points: number
  readonly degreesOfFreedom: number
  /** Whether the squares are of the data or of their logarithms. */
  readonly scale: 'data' | 'logarithm'
  readonly residualSumOfSquares: number
  /** Null without degrees of freedom. */
  readonly residualStandardDeviation: number | null
  /** Share of the variance that the curve explains; null when the data do not vary. */
  readonly rSquared: number | null
  /** Null when it is infinite. */
  readonly conditionNumber: number | null
}

/** A value of the data beside that of the curve. */
export interface FittedPoint {
  readonly period: string | null
  readonly x: number
  readonly value: number
  readonly fitted: number | null
  readonly residual: number | null
}

/** A value of the curve where the data have none. */
export interface Projection {
  readonly period: string | null
  readonly x: number
  readonly value: number | null
  /** Of the curve. */
  readonly standardError: number | null
  /** Of a single value about the curve: its own scatter included. */
  readonly predictionError: number | null
}

/** The answer to a fit. */
export interface FitAnswer {
  readonly engineVersion: string
  readonly model: string
  readonly label: Label
  /** In the symbols of the parameters and x; null for what no line of text can state. */
  readonly formula: string | null
  readonly source: string | null
  readonly unit: string
  /** What x is, in words. */
  readonly place: Label
  readonly identified: boolean
  readonly reasons: readonly Unidentified[]
  readonly parameters: Readonly<Record<string, FittedNumber>>
  readonly derived: Readonly<Record<string, FittedNumber>>
  readonly statistics: FitStatistics | null
  readonly convergence: {
    readonly converged: boolean
    readonly iterations: number
    readonly starts: number
    readonly startsAgreeing: number
  } | null
  readonly points: readonly FittedPoint[]
  readonly projections: readonly Projection[]
  /** A fit to yearly shares as a penetration of a market request; null for other data and curves. */
  readonly penetration: FittedPenetration | null
  readonly dataset: { readonly id: string; readonly version: number } | null
  readonly warnings: readonly Warning[]
}
