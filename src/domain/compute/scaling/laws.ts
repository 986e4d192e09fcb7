import type { Datum } from '../catalogue.ts'

/** A fitted number of a law, with its standard error where the authors give one. */
export interface FittedConstant extends Pick<Datum, 'value' | 'provenance' | 'source' | 'locator'> {
  readonly standardError: number | null
}

/** What a law was fitted on: parameters and tokens of the smallest and largest runs. */
export interface FittedRange {
  readonly parameters: readonly [number, number]
  readonly tokens: readonly [number, number]
}

/** Loss in nats per token as `E + A / N^α + B / D^β`; the optimum follows from it. */
export interface ParametricLaw {
  readonly form: 'parametric'
  readonly fitted: FittedRange
  readonly lossFloor: FittedConstant
  readonly parameterCoefficient: FittedConstant
  readonly parameterExponent: FittedConstant
  readonly tokenCoefficient: FittedConstant
  readonly tokenExponent: FittedConstant
}

/** The optimum alone: `N = N0 · (C / C0)^a` through one published point. */
export interface FrontierLaw {
  readonly form: 'frontier'
  readonly fitted: FittedRange
  readonly anchorParameters: FittedConstant
  readonly anchorFlop: FittedConstant
  readonly parameterGrowth: FittedConstant
}

/** Kaplan's: a frontier, the loss along it, and `L(N, D)` away from it. */
export interface KaplanLaw extends Omit<FrontierLaw, 'form'> {
  readonly form: 'kaplan'
  /** `L = (C / Cc)^−αC` at the optimum, with Cc in PF-days. */
  readonly computeScale: FittedConstant
  readonly computeExponent: FittedConstant
  /** `L(N, D) = ((Nc / N)^(αN / αD) + Dc / D)^αD`. */
  readonly parameterScale: FittedConstant
  readonly parameterExponent: FittedConstant
  readonly tokenScale: FittedConstant
  readonly tokenExponent: FittedConstant
}

export type ScalingLaw = ParametricLaw | FrontierLaw | KaplanLaw

const constants =
  (source: string, locator: string, provenance: Datum['provenance']) =>
  (value: number, standardError: number | null = null): FittedConstant => ({
    value,
    standardError,
    provenance,
    source,
    locator,
  })

const kaplanTable = constants('kaplan-2020', 'Table 6: optimal parameters and tokens', 'recalled')
const kaplanJoint = constants('kaplan-2020', 'Table 2: fits of L(N, D)', 'read')
// Figure 1 prints 2.3e8 PF-days, section 1.2 prints 3.1e8; the loss differs by 1.5 % between them.
const kaplanFrontier = constants('kaplan-2020', 'Figure 1: loss along the frontier', 'read')
const approach1 = constants('chinchilla-paper', 'Tables 2 and 3', 'read')
const approach2 = constants('chinchilla-paper', 'Tables 2 and A3', 'read')
const approach3 = constants('chinchilla-paper', 'Section D.2', 'read')
const replication = constants('besiroglu-2024', 'Fit to the data reconstructed from figure 4', 'read')
const repeated = constants('muennighoff-2023', 'Appendix A', 'read')

/** "Over 400 language models ranging from 70 million to over 16 billion parameters on 5 to 500 billion tokens." */
const hoffmannRuns: FittedRange = { parameters: [70e6, 16e9], tokens: [5e9, 500e9] }

/** The laws, by name. */
export const scalingLaws = {
  'kaplan-2020': {
    form: 'kaplan',
    // Section 1.3: non-embedding parameters 768 to 1.5 B, datasets of 22 M to 23 B tokens.
    fitted: { parameters: [768, 1.5e9], tokens: [22e6, 23e9] },
    anchorParameters: kaplanTable(1.3e9),
    anchorFlop: kaplanTable(8.64e19),
    parameterGrowth: kaplanTable(0.73),
    computeScale: kaplanFrontier(2.3e8),
    computeExponent: kaplanFrontier(0.05),
    parameterScale: kaplanJoint(6.4e13),
    parameterExponent: kaplanJoint(0.076),
    tokenScale: kaplanJoint(1.8e13),
    tokenExponent: kaplanJoint(0.103),
  },
  // Through the rows of 67 B parameters, which stand next to the budget that the paper was written for.
  'hoffmann-2022-approach-1': {
    form: 'frontier',
    fitted: hoffmannRuns,
    anchorParameters: approach1(67e9),
    anchorFlop: approach1(5.76e23),
    parameterGrowth: approach1(0.5),
  },
  'hoffmann-2022-approach-2': {
    form: 'frontier',
    fitted: hoffmannRuns,
    anchorParameters: approach2(67e9),
    anchorFlop: approach2(6.88e23),
    parameterGrowth: approach2(0.49),
  },
  'hoffmann-2022-approach-3': {
    form: 'parametric',
    fitted: hoffmannRuns,
    lossFloor: approach3(1.69),
    parameterCoefficient: approach3(406.4),
    parameterExponent: approach3(0.34),
    tokenCoefficient: approach3(410.7),
    tokenExponent: approach3(0.28),
  },
  'besiroglu-2024': {
    form: 'parametric',
    fitted: hoffmannRuns,
    lossFloor: replication(1.8172),
    parameterCoefficient: replication(482.006, 124.5),
    parameterExponent: replication(0.34781, 0.0154),
    tokenCoefficient: replication(2085.43, 1293.3),
    tokenExponent: replication(0.36585, 0.0206),
  },
  'muennighoff-2023': {
    form: 'parametric',
    // 7 M to 9 B parameters, up to 900 B tokens; the smallest data budget is 100 M tokens.
    fitted: { parameters: [7e6, 9e9], tokens: [100e6, 900e9] },
    // Published as logarithms: 6.255414, 7.3049974 and 0.6254804.
    lossFloor: repeated(1.869144),
    parameterCoefficient: repeated(520.82495),
    parameterExponent: repeated(0.3526596),
    tokenCoefficient: repeated(1487.71609),
    tokenExponent: repeated(0.3526596),
  },
} as const satisfies Record<string, ScalingLaw>

export type ScalingLawName = keyof typeof scalingLaws

export const scalingLawNames = Object.keys(scalingLaws) as ScalingLawName[]

/** The fit that its authors and others reproduced, and that agrees with approaches 1 and 2 on tokens per parameter. */
export const defaultScalingLaw: ScalingLawName = 'besiroglu-2024'

/** How much repeated tokens and excess parameters still add: both wear off as exp(−repeats / scale). */
export const repetition = {
  tokens: repeated(15.387756),
  parameters: repeated(5.309743),
} as const
