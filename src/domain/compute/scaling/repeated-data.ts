import { given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { formulas as trainingFormulas } from '../training/training-formulas.ts'
import type { Budget } from './budget.ts'
import { repetition } from './laws.ts'
import { fittedConstant, type Optimum } from './optimum.ts'
import { dataFormulas, lawFormulas } from './scaling-formulas.ts'
import { lawQuantities, scalingQuantities } from './scaling-quantities.ts'

/**
 * Writes what training on a bounded number of distinct tokens does: of the given model, else of the model that the
 * compute is then best spent on. Gives the results; none for a law without a loss.
 */
export function writeRepeatedData(
  sheet: Sheet,
  uniqueTokens: number | undefined,
  { flop, given: model }: Budget,
  constants: Optimum['constants'],
): Handle[] {
  if (uniqueTokens === undefined || constants === undefined) return []
  const q = scalingQuantities
  const f = dataFormulas
  const { floor, a, alpha, b, beta, allocation } = constants
  const unique = sheet.input(q.uniqueTokens, uniqueTokens, given)
  const tokenScale = sheet.input(
    lawQuantities.tokenRepeatScale,
    repetition.tokens.value,
    fittedConstant(repetition.tokens),
  )
  const parameterScale = sheet.input(
    lawQuantities.parameterExcessScale,
    repetition.parameters.value,
    fittedConstant(repetition.parameters),
  )
  const useful = sheet.derive(q.parametersForUniqueTokens, f.parametersForUniqueTokens, [
    allocation,
    unique,
    alpha,
    beta,
  ])
  const parameters =
    model?.parameters ??
    sheet.derive(q.dataLimitedParameters, f.parameters, [
      flop,
      unique,
      useful,
      a,
      alpha,
      b,
      beta,
      parameterScale,
      tokenScale,
    ])
  const tokens =
    model?.tokens ?? sheet.derive(q.dataLimitedTokens, trainingFormulas.impliedTokens, [flop, parameters])
  const epochs = sheet.derive(q.epochs, f.epochs, [tokens, unique])
  const freshTokens = sheet.derive(q.effectiveTokens, f.effectiveTokens, [tokens, unique, tokenScale])
  const worth = sheet.derive(q.effectiveParameters, f.effectiveParameters, [
    parameters,
    useful,
    parameterScale,
  ])
  const loss = sheet.derive(q.dataLimitedLoss, lawFormulas.parametricLoss, [
    floor,
    a,
    worth,
    alpha,
    b,
    freshTokens,
    beta,
  ])
  const found = model === undefined ? [parameters, tokens] : []
  return [...found, epochs, freshTokens, worth, loss]
}
