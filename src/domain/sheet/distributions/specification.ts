/** Bounds that a distribution is cut to: what lies outside them is left out, and the rest scaled up. */
export interface Truncation {
  readonly minimum?: number
  readonly maximum?: number
}

interface Truncatable {
  readonly truncate?: Truncation
}

/** A quantile that a metalog passes through. */
export interface MetalogPoint {
  /** The probability of a value of at most `value`. */
  readonly p: number
  readonly value: number
}

/** What each kind of distribution is given by; every value is in the unit of the number that it stands for. */
export interface DistributionParameters {
  readonly normal: Truncatable & { readonly mean: number; readonly sd: number }
  /** By its 5th and 95th percentile, or by the mean and standard deviation of its natural logarithm. */
  readonly lognormal: Truncatable & {
    readonly p5?: number
    readonly p95?: number
    readonly meanLog?: number
    readonly sdLog?: number
  }
  readonly uniform: { readonly low: number; readonly high: number }
  readonly triangular: Truncatable & { readonly low: number; readonly mode: number; readonly high: number }
  /** A beta distribution with a given mode; `concentration` (default 4) is how closely it gathers there. */
  readonly pert: Truncatable & {
    readonly low: number
    readonly mode: number
    readonly high: number
    readonly concentration?: number
  }
  /** On `low` to `high`, by default 0 to 1. */
  readonly beta: Truncatable & {
    readonly alpha: number
    readonly beta: number
    readonly low?: number
    readonly high?: number
  }
  readonly discrete: {
    readonly outcomes: readonly { readonly value: number; readonly weight: number }[]
  }
  readonly empirical: { readonly sample: readonly number[] }
  /** Through as many quantiles as it has terms; a bound bends it so that it keeps to its side. */
  readonly metalog: Truncatable & {
    readonly quantiles: readonly MetalogPoint[]
    readonly lower?: number
    readonly upper?: number
  }
}

export type DistributionKind = keyof DistributionParameters

/** A distribution as a request gives it: one member, named after its kind. */
export type DistributionSpecification = {
  readonly [Kind in DistributionKind]: { readonly [K in Kind]: DistributionParameters[Kind] }
}[DistributionKind]

/** Every kind of distribution. */
export const distributionKinds = [
  'normal',
  'lognormal',
  'uniform',
  'triangular',
  'pert',
  'beta',
  'discrete',
  'empirical',
  'metalog',
] as const satisfies readonly DistributionKind[]
