import type { Provenance } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { formulas as trainingFormulas } from '../training/training-formulas.ts'
import type { Budget } from './budget.ts'
import type { FittedConstant, FrontierLaw, KaplanLaw, ParametricLaw, ScalingLaw } from './laws.ts'
import { lawFormulas } from './scaling-formulas.ts'
import { lawQuantities, scalingQuantities } from './scaling-quantities.ts'

/** Where a constant of a law is from, with its standard error where there is one. */
export function fittedConstant({ provenance, source, locator, standardError }: FittedConstant): Provenance {
  const at = locator ?? ''
  const error =
    standardError === null
      ? { en: '', zh: '' }
      : { en: `; standard error ${standardError}`, zh: `；标准误 ${standardError}` }
  return {
    status: 'default',
    source,
    provenance,
    note: { en: `${at}${error.en}`, zh: `${at}${error.zh}` },
  }
}

/** The constants of `E + A/N^α + B/D^β` on a sheet. */
export interface ParametricConstants {
  readonly floor: Handle<'nat/token'>
  readonly a: Handle<'1'>
  readonly alpha: Handle<'1'>
  readonly b: Handle<'1'>
  readonly beta: Handle<'1'>
  readonly allocation: Handle<'1'>
}

/** What a law says about an amount of compute, and about the model that was given. */
export interface Optimum {
  readonly parameters: Handle<'parameter'>
  readonly tokens: Handle<'token'>
  /** Of the given model, else of the optimal one; undefined for a law that knows none. */
  readonly loss: Handle<'nat/token'> | undefined
  /** Of the optimal model, where another was given. */
  readonly optimalLoss: Handle<'nat/token'> | undefined
  readonly constants: ParametricConstants | undefined
}

/** Writes the compute-optimal parameters and tokens, and the losses that the law knows. */
export function writeOptimum(sheet: Sheet, law: ScalingLaw, { flop, given }: Budget): Optimum {
  const optimalTokens = (parameters: Handle<'parameter'>) =>
    sheet.derive(scalingQuantities.optimalTokens, trainingFormulas.impliedTokens, [flop, parameters])
  if (law.form !== 'parametric') {
    const parameters = writeFrontier(sheet, law, flop)
    const tokens = optimalTokens(parameters)
    const losses = law.form === 'kaplan' ? writeKaplanLosses(sheet, law, flop, given) : noLosses
    return { parameters, tokens, ...losses, constants: undefined }
  }
  const constants = writeConstants(sheet, law)
  const { floor, a, alpha, b, beta, allocation } = constants
  const parameters = sheet.derive(scalingQuantities.optimalParameters, lawFormulas.parametricParameters, [
    allocation,
    flop,
    alpha,
    beta,
  ])
  const tokens = optimalTokens(parameters)
  const lossOf = (
    what: 'expectedLoss' | 'optimalLoss',
    n: Handle<'parameter'>,
    d: Handle<'token'>,
  ): Handle<'nat/token'> =>
    sheet.derive(scalingQuantities[what], lawFormulas.parametricLoss, [floor, a, n, alpha, b, d, beta])
  if (given === undefined) {
    const loss = lossOf('expectedLoss', parameters, tokens)
    return { parameters, tokens, loss, optimalLoss: undefined, constants }
  }
  return {
    parameters,
    tokens,
    loss: lossOf('expectedLoss', given.parameters, given.tokens),
    optimalLoss: lossOf('optimalLoss', parameters, tokens),
    constants,
  }
}

const noLosses: Pick<Optimum, 'loss' | 'optimalLoss'> = { loss: undefined, optimalLoss: undefined }

function writeConstants(sheet: Sheet, law: ParametricLaw): ParametricConstants {
  const write = (what: 'parameterCoefficient' | 'parameterExponent' | 'tokenCoefficient' | 'tokenExponent') =>
    sheet.input(lawQuantities[what], law[what].value, fittedConstant(law[what]))
  const floor = sheet.input(lawQuantities.lossFloor, law.lossFloor.value, fittedConstant(law.lossFloor))
  const a = write('parameterCoefficient')
  const alpha = write('parameterExponent')
  const b = write('tokenCoefficient')
  const beta = write('tokenExponent')
  const allocation = sheet.derive(lawQuantities.allocationConstant, lawFormulas.allocationConstant, [
    a,
    alpha,
    b,
    beta,
  ])
  return { floor, a, alpha, b, beta, allocation }
}

function writeFrontier(
  sheet: Sheet,
  law: FrontierLaw | KaplanLaw,
  flop: Handle<'FLOP'>,
): Handle<'parameter'> {
  const { anchorParameters, anchorFlop, parameterGrowth } = law
  const q = lawQuantities
  const n0 = sheet.input(q.anchorParameters, anchorParameters.value, fittedConstant(anchorParameters))
  const c0 = sheet.input(q.anchorFlop, anchorFlop.value, fittedConstant(anchorFlop))
  const growth = sheet.input(q.parameterGrowth, parameterGrowth.value, fittedConstant(parameterGrowth))
  return sheet.derive(scalingQuantities.optimalParameters, lawFormulas.frontierParameters, [
    n0,
    flop,
    c0,
    growth,
  ])
}

/** FLOP in a PF-day, in which Kaplan et al. give the scale of compute. */
const flopPerPfDay = 8.64e19

function writeKaplanLosses(
  sheet: Sheet,
  law: KaplanLaw,
  flop: Handle<'FLOP'>,
  given: Budget['given'],
): Pick<Optimum, 'loss' | 'optimalLoss'> {
  const q = lawQuantities
  const { computeScale, computeExponent, parameterScale, parameterExponent, tokenScale, tokenExponent } = law
  const cc = sheet.input(q.computeScale, computeScale.value * flopPerPfDay, fittedConstant(computeScale))
  const alphaC = sheet.input(q.computeExponent, computeExponent.value, fittedConstant(computeExponent))
  const alongFrontier = given === undefined ? scalingQuantities.expectedLoss : scalingQuantities.optimalLoss
  const optimal = sheet.derive(alongFrontier, lawFormulas.kaplanFrontierLoss, [cc, flop, alphaC])
  if (given === undefined) return { loss: optimal, optimalLoss: undefined }
  const nc = sheet.input(q.parameterScale, parameterScale.value, fittedConstant(parameterScale))
  const alphaN = sheet.input(q.parameterExponent, parameterExponent.value, fittedConstant(parameterExponent))
  const dc = sheet.input(q.tokenScale, tokenScale.value, fittedConstant(tokenScale))
  const alphaD = sheet.input(q.tokenExponent, tokenExponent.value, fittedConstant(tokenExponent))
  const loss = sheet.derive(scalingQuantities.expectedLoss, lawFormulas.kaplanLoss, [
    nc,
    given.parameters,
    alphaN,
    dc,
    given.tokens,
    alphaD,
  ])
  return { loss, optimalLoss: optimal }
}
