import { DomainError } from '../errors.ts'
import type { BuiltEstimate, Estimator, Lookup } from '../estimate.ts'
import { type Distribution, rangeOf } from '../sheet/distributions/distribution.ts'
import type { Sheet } from '../sheet/sheet.ts'
import type { Feed } from '../sheet/simulation/draw.ts'
import { atMedians, type PlacedDistribution } from './distributions-in-request.ts'
import { replacedAt } from './pointer.ts'

/** An uncertain input of a sheet, by the id that callers name it by. */
export interface UncertainInput {
  readonly id: string
  readonly pointer: string
  readonly distribution: Distribution
  readonly median: number
  /** The inputs of the sheet that the value reaches, the one that gives the id first. */
  readonly feeds: readonly Feed[]
}

/** A request at its medians, and where its distributions lead. */
export interface UncertainEstimate<Request = unknown> {
  /** The request with the medians. */
  readonly request: Request
  readonly built: BuiltEstimate
  readonly inputs: readonly UncertainInput[]
  /** Pointers of distributions that no quantity depends on. */
  readonly idle: readonly string[]
  /** Pointers of distributions whose values would also change what the sheet is made of. */
  readonly kept: readonly string[]
}

/**
 * Builds the sheet of a request at its medians, and finds by rebuilding it which inputs each distribution
 * reaches: no estimator has to say so. Throws what the estimator refuses at the medians or at either end of a
 * distribution, and `inconsistent-inputs` for a number that does not reach the sheet as a plain multiple, as a
 * choice that makes another sheet does, or that meets another distribution before it does.
 */
export function uncertainEstimate<Request>(
  estimator: Estimator<Request>,
  asked: Request,
  lookup: Lookup,
): UncertainEstimate<Request> {
  const { request, distributions } = atMedians(asked)
  const built = estimator.build(request, lookup)
  const inputs: UncertainInput[] = []
  const idle: string[] = []
  const kept: string[] = []
  const takenBy = new Map<number, string>()
  for (const placed of distributions) {
    const at = (value: number) =>
      estimator.build(replacedAt(request, placed.pointer, value) as Request, lookup)
    const feeds = feedsOf(built.sheet, placed, at)
    const [first] = feeds
    const choosing = changesSheet(built.sheet, placed, feeds, at)
    if (choosing) kept.push(placed.pointer)
    if (first === undefined) {
      // What only decides between plans does lead to something, though not within one of them.
      if (!choosing) idle.push(placed.pointer)
      continue
    }
    for (const { handle } of feeds) {
      const other = takenBy.get(handle)
      if (other !== undefined) refuseMeeting(built.sheet.idOf(handle), other, placed.pointer)
      takenBy.set(handle, placed.pointer)
    }
    const { pointer, distribution, median } = placed
    inputs.push({ id: built.sheet.idOf(first.handle), pointer, distribution, median, feeds })
  }
  return { request, built, inputs, idle, kept }
}

/** How far, as a share of its spread, a value is moved to see what moves with it. */
const nudge = 1e-4

function feedsOf(
  sheet: Sheet,
  { pointer, distribution, median }: PlacedDistribution,
  at: (value: number) => BuiltEstimate,
): Feed[] {
  const [low, high] = [distribution.quantile(0.01), distribution.quantile(0.99)]
  const size = (high > low ? high - low : Math.abs(median) || 1) * nudge
  const step = median + 2 * size > high && median - 2 * size >= low ? -size : size
  const [near, far] = [at(median + step).sheet, at(median + 2 * step).sheet]
  if (!sameStructure(sheet, near) || !sameStructure(sheet, far)) refuseChoice(pointer)
  const feeds: Feed[] = []
  for (const [handle, value] of sheet.inputs.entries()) {
    const [one, two] = [near.inputs[handle] as number, far.inputs[handle] as number]
    // Derived quantities stand as NaN among the inputs, and NaN is the same as itself here.
    if (Object.is(one, value) && Object.is(two, value)) continue
    if (value === median && one === median + step && two === median + 2 * step) {
      feeds.push({ handle, offset: 0, factor: 1 })
      continue
    }
    const factor = (two - value) / (2 * step)
    const straight = value + factor * step
    if (!(Math.abs(one - straight) <= 1e-9 * (Math.abs(one) + Math.abs(value)))) refuseChoice(pointer)
    const offset = value - factor * median
    const proportional = Math.abs(offset) <= 1e-9 * Math.abs(value)
    feeds.push({
      handle,
      offset: proportional ? 0 : offset,
      factor: proportional && median !== 0 ? value / median : factor,
    })
  }
  return feeds
}

/** Whether at an end of its range a value makes another sheet, or changes inputs that it does not lead to. */
function changesSheet(
  sheet: Sheet,
  { pointer, distribution }: PlacedDistribution,
  feeds: readonly Feed[],
  at: (value: number) => BuiltEstimate,
): boolean {
  const own = new Set(feeds.map(({ handle }) => handle))
  return rangeOf(distribution).some(value => {
    const other = refusedAtEnd(pointer, value, () => at(value)).sheet
    if (!sameStructure(sheet, other)) return true
    return sheet.inputs.some((input, handle) => !own.has(handle) && !Object.is(input, other.inputs[handle]))
  })
}

function refusedAtEnd<T>(pointer: string, value: number, build: () => T): T {
  try {
    return build()
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw new DomainError(
      error.code,
      `The distribution reaches ${value.toPrecision(6)}, and there: ${error.message} Move it, or cut it with truncate.`,
      { pointer, facts: { ...error.facts, reaches: value } },
    )
  }
}

/** Whether two sheets have the same quantities, from the same formulas and operands. */
export function sameStructure(one: Sheet, other: Sheet): boolean {
  if (one.quantities.length !== other.quantities.length) return false
  return one.quantities.every((quantity, handle) => {
    const twin = other.quantities[handle]
    const operands = one.operands[handle]
    const others = other.operands[handle]
    return (
      twin !== undefined &&
      quantity.definition.id === twin.definition.id &&
      quantity.formula?.fn === twin.formula?.fn &&
      (operands?.length ?? -1) === (others?.length ?? -1) &&
      (operands ?? []).every((operand, index) => operand === others?.[index])
    )
  })
}

function refuseChoice(pointer: string): never {
  throw new DomainError(
    'inconsistent-inputs',
    `${pointer} decides what the sheet is made of, so it cannot be a distribution: give a number and sweep over it, or give alternatives with weights.`,
    { pointer, facts: { pointer } },
  )
}

function refuseMeeting(quantity: string, one: string, other: string): never {
  throw new DomainError(
    'inconsistent-inputs',
    `${one} and ${other} are both distributions and meet in ${quantity} before it is on the sheet; give one of them as a number.`,
    { pointer: other, facts: { quantity, one, other } },
  )
}
