import { borrowedRates } from '../../compute/money/exchange-rate.ts'
import { DomainError } from '../../errors.ts'
import { engineVersion, type Lookup, type Warning } from '../../estimate.ts'
import type { Label } from '../../units.ts'
import { type Amount, Amounts } from '../amounts.ts'
import type { MoneyScale } from '../currency.ts'
import type { Scope } from '../scope.ts'
import { type Figure, leastSquaresMethod, proRata, type Reconciled, reconcileParts } from './least-squares.ts'
import { type PublishedEstimate, poolEstimates, type Triangulation } from './triangulation.ts'

/** An amount and how sure it is: by a standard deviation in its own unit, or as a share of the amount. */
export interface UncertainAmount extends Amount {
  readonly sd?: number
  /** Coefficient of variation. */
  readonly cv?: number
}

/** A part from below. */
export interface BottomUpPart extends UncertainAmount {
  readonly id: string
  readonly label?: Label
}

/** A whole from above, and the parts from below that should add up to it. */
export interface LeastSquaresRequest {
  readonly topDown: UncertainAmount
  readonly bottomUp: readonly BottomUpPart[]
  /** Correlations between the errors of parts, by their ids; 0 where none is given. */
  readonly correlations?: readonly { readonly between: readonly string[]; readonly value: number }[]
}

/** At least one of the two. */
export interface ReconciliationRequest {
  /** Of the answer, and of values without one; default 亿元. */
  readonly unit?: MoneyScale
  readonly asOf?: string
  readonly leastSquares?: LeastSquaresRequest
  readonly triangulation?: {
    readonly estimates: readonly PublishedEstimate[]
    readonly allowMixedScopes?: boolean
  }
}

/** Parts that agree with their whole. */
export interface LeastSquaresAnswer extends Omit<Reconciled, 'parts'> {
  readonly formula: string
  readonly source: string
  readonly topDown: Figure
  readonly sumBottomUp: number
  readonly parts: readonly {
    readonly id: string
    readonly label: Label
    readonly bottomUp: Figure
    readonly reconciled: Figure
    readonly proRata: number | null
  }[]
}

export interface ReconciliationAnswer {
  readonly engineVersion: string
  readonly catalogueVersion: string
  readonly unit: MoneyScale
  readonly leastSquares: LeastSquaresAnswer | null
  readonly triangulation: Triangulation | null
  readonly warnings: readonly Warning[]
}

/** What a reconciliation is looked up in: also the registered scopes of its datasets, and those that it names. */
export interface ReconciliationLookup extends Lookup {
  readonly scopes: ReadonlyMap<string, Scope>
}

/** The registered scopes that a reconciliation names itself, each with its place. */
export const scopesNamed = ({ triangulation }: ReconciliationRequest) =>
  (triangulation?.estimates ?? []).flatMap(({ scopeId: id }, index) =>
    id === undefined ? [] : [{ pointer: `/triangulation/estimates/${index}/scopeId`, id }],
  )

/** Ids of the datasets that a reconciliation needs. */
export function reconciliationNeeds({
  leastSquares,
  triangulation,
}: ReconciliationRequest): readonly string[] {
  const amounts: readonly Amount[] = [
    ...(leastSquares === undefined ? [] : [leastSquares.topDown, ...leastSquares.bottomUp]),
    ...(triangulation?.estimates ?? []),
  ]
  return [...new Set(amounts.flatMap(({ dataset }) => (dataset === undefined ? [] : [dataset])))]
}

/**
 * Brings figures of one thing together: parts and their whole by least squares, or several published estimates of
 * one market by pooling. Throws `out-of-range` for results below 0, and what amounts are refused for.
 */
export function reconcile(
  request: ReconciliationRequest,
  lookup: ReconciliationLookup,
): ReconciliationAnswer {
  const { unit = '亿元', asOf, leastSquares, triangulation } = request
  if (leastSquares === undefined && triangulation === undefined) {
    throw new DomainError(
      'missing-value',
      'There is nothing to reconcile; give leastSquares (a whole and its parts), triangulation (published estimates), or both.',
      { pointer: '' },
    )
  }
  const amounts = new Amounts(unit, lookup, asOf)
  const parts = leastSquares === undefined ? null : agree(leastSquares, amounts, unit)
  const pooled =
    triangulation === undefined ? null : poolEstimates(triangulation, amounts, unit, lookup.scopes)
  return {
    engineVersion,
    catalogueVersion: lookup.catalogue.version,
    unit,
    leastSquares: parts,
    triangulation: pooled?.answer ?? null,
    warnings: [
      ...(parts === null ? [] : farApart(parts, unit)),
      ...(pooled?.warnings ?? []),
      ...borrowedRates(amounts.borrowed),
    ],
  }
}

function agree(request: LeastSquaresRequest, amounts: Amounts, unit: MoneyScale): LeastSquaresAnswer {
  const { topDown, bottomUp, correlations = [] } = request
  const pointer = '/leastSquares'
  checkIds(bottomUp)
  const whole = figureOf(topDown, amounts, `${pointer}/topDown`)
  const parts = bottomUp.map((part, index) => figureOf(part, amounts, `${pointer}/bottomUp/${index}`))
  const found = reconcileParts(parts, whole, correlations.map(placed(bottomUp)), pointer)
  refuseNegative(found, bottomUp, parts, whole, unit)
  const shares = proRata(parts, whole.value)
  return {
    ...leastSquaresMethod,
    ...found,
    topDown: whole,
    sumBottomUp: parts.reduce((sum, { value }) => sum + value, 0),
    parts: bottomUp.map(({ id, label = { en: id, zh: id } }, index) => ({
      id,
      label,
      bottomUp: parts[index] as Figure,
      reconciled: found.parts[index] as Figure,
      proRata: shares?.[index] ?? null,
    })),
  }
}

function checkIds(parts: readonly BottomUpPart[]): void {
  for (const [index, { id }] of parts.entries()) {
    const earlier = parts.findIndex(each => each.id === id)
    if (earlier === index) continue
    throw new DomainError(
      'duplicate-quantity',
      `/leastSquares/bottomUp/${earlier} and /leastSquares/bottomUp/${index} both have the id "${id}"; ids of parts must differ.`,
      { pointer: `/leastSquares/bottomUp/${index}/id`, facts: { id, first: earlier, second: index } },
    )
  }
}

function figureOf(amount: UncertainAmount, amounts: Amounts, pointer: string): Figure {
  const { sd, cv } = amount
  if ((sd === undefined) === (cv === undefined)) {
    throw new DomainError(
      sd === undefined ? 'missing-value' : 'inconsistent-inputs',
      sd === undefined
        ? 'There is neither an sd nor a cv; give one of them, 0 for what must not move.'
        : `There is an sd of ${sd} and a cv of ${cv}; keep one of them.`,
      { pointer, facts: { sd, cv } },
    )
  }
  const { value } = amounts.read(amount, pointer)
  if (cv !== undefined) return { value, sd: cv * value }
  // A standard deviation is in the unit of its amount, so it is converted as one.
  const { dataset, unit, year } = amount
  if (dataset !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `The amount is from the dataset ${dataset}; give its uncertainty as a cv, as a share of it.`,
      {
        pointer: `${pointer}/sd`,
        facts: { dataset, sd },
      },
    )
  }
  const spread = { value: sd ?? 0, ...(unit !== undefined && { unit }), ...(year !== undefined && { year }) }
  return { value, sd: amounts.read(spread, pointer).value }
}

const placed =
  (parts: readonly BottomUpPart[]) =>
  ({ between, value }: NonNullable<LeastSquaresRequest['correlations']>[number], index: number) => {
    const [first = 0, second = 0] = between.map((id, at) => {
      const place = parts.findIndex(part => part.id === id)
      if (place >= 0) return place
      throw new DomainError(
        'unknown-quantity',
        `There is no part "${id}"; there are ${parts.map(part => part.id).join(', ')}.`,
        { pointer: `/leastSquares/correlations/${index}/between/${at}`, facts: { id } },
      )
    })
    if (first === second) {
      throw new DomainError(
        'inconsistent-inputs',
        `A part is always correlated with itself by 1; name two parts.`,
        {
          pointer: `/leastSquares/correlations/${index}/between`,
          facts: { between },
        },
      )
    }
    return { first, second, value }
  }

function refuseNegative(
  { parts: moved }: Reconciled,
  asked: readonly BottomUpPart[],
  parts: readonly Figure[],
  whole: Figure,
  unit: MoneyScale,
): void {
  const index = moved.findIndex(({ value }) => value < 0)
  if (index < 0) return
  const [before, after] = [parts[index] as Figure, moved[index] as Figure]
  const sum = parts.reduce((total, { value }) => total + value, 0)
  throw new DomainError(
    'out-of-range',
    `To meet ${whole.value} from ${sum} ${unit}, ${asked[index]?.id} would go from ${before.value} to ${after.value} ${unit}, and a market is not below 0. Its sd of ${before.sd} is too wide for a normal error: narrow it, widen that of the whole or of other parts, or take the part out.`,
    {
      pointer: `/leastSquares/bottomUp/${index}`,
      facts: { value: before.value, reconciled: after.value, least: 0 },
    },
  )
}

/** A residual of so many standard deviations is no accident: one in twenty. */
const farthest = 1.96

function farApart({ standardisedResidual, residual }: LeastSquaresAnswer, unit: MoneyScale): Warning[] {
  if (Math.abs(standardisedResidual) < farthest) return []
  const times = Math.abs(standardisedResidual).toFixed(1)
  return [
    {
      code: 'parts-and-whole-disagree',
      message: {
        en: `The whole and the sum of the parts are ${Math.abs(residual).toPrecision(4)} ${unit} apart, ${times} times what their uncertainties allow for: one of them counts something else, or is surer of itself than it should be.`,
        zh: `总量与各部分之和相差 ${Math.abs(residual).toPrecision(4)} ${unit}，为其不确定性的 ${times} 倍：二者口径不同，或低估了不确定性。`,
      },
    },
  ]
}
