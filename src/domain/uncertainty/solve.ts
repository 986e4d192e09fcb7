import { DomainError } from '../errors.ts'
import {
  type BuiltEstimate,
  type Estimator,
  engineVersion,
  hashedText,
  type Lookup,
  type Warning,
  warningsOf,
} from '../estimate.ts'
import { brent } from '../sheet/brent.ts'
import { type ExplainedQuantity, explain } from '../sheet/evaluate.ts'
import type { Unit } from '../units.ts'
import { atMedians, type PlacedDistribution, placedUnder } from './distributions-in-request.ts'
import type { NumericMember } from './numeric-member.ts'
import { replacedAt } from './pointer.ts'
import { type Gap, type Point, searchBracket } from './search-bracket.ts'
import { Trial } from './trial.ts'

/** Which side of the target an integer input may end on. */
export const sides = ['nearest', 'at-most', 'at-least'] as const
export type Side = (typeof sides)[number]

/** What a search is asked. */
export interface SolveRequest<Request = unknown> {
  readonly inputs: Request
  /** The quantity and the value that it is to have, in its display unit. */
  readonly target: { readonly quantity: string; readonly value: number; readonly side?: Side }
  /** Id of the input that is to be found. */
  readonly for: string
  /** Where to look for it, in the unit of the member that gives it; default: all that is allowed. */
  readonly between?: readonly [number, number]
}

/** An input that gives the target. */
export interface Solution {
  readonly estimator: string
  readonly engineVersion: string
  readonly catalogueVersion: string
  readonly inputHash: string
  readonly input: {
    readonly id: string
    /** Where it stands in `inputs`; null for a value that no member gives, such as one of the catalogue. */
    readonly pointer: string | null
    readonly value: number
    readonly before: number
    /** Null where the member counts in another unit than the sheet. */
    readonly unit: Unit | null
  }
  readonly target: { readonly quantity: string; readonly value: number }
  /** What the quantity is there; it differs where it jumps, or the input is an integer. */
  readonly reached: number
  /** The values on either side that were tried last, with the results there, where the target is not met exactly. */
  readonly around: readonly { readonly value: number; readonly reached: number }[]
  /** The request with the solution in place; null when no member gives the input. */
  readonly request: unknown
  readonly results: Readonly<Record<string, ExplainedQuantity>>
  readonly warnings: readonly Warning[]
}

const short = (value: number): number => Number(value.toPrecision(6))

/** Relative difference up to which the target counts as met. */
const met = 1e-9

/**
 * The value of an input for which a quantity has a target value. Throws `unknown-quantity`, `inconsistent-inputs`
 * and `unreachable-target` with the results at both ends. `pause` is waited for before each trial.
 */
export async function solve<Request>(
  estimator: Estimator<Request>,
  asked: SolveRequest<Request>,
  members: readonly NumericMember[],
  lookup: Lookup,
  digest: (text: string) => string,
  pause: () => Promise<void>,
): Promise<Solution> {
  const { request, distributions } = placedUnder('/inputs', () => atMedians(asked.inputs))
  const trial = new Trial(estimator, request, asked, members, lookup, pause)
  const { target } = asked
  const found = await find(trial, asked)
  const { built, values } = trial.at(found.at)
  const reached = trial.reachedAt(found.at)
  const exact = Math.abs(found.gap) <= met * Math.max(Math.abs(target.value), Number.MIN_VALUE)
  return {
    estimator: estimator.id,
    engineVersion,
    catalogueVersion: lookup.catalogue.version,
    inputHash: `sha256-${digest(`${hashedText(estimator.id, built, distributions)}\n${JSON.stringify([asked.for, target, asked.between])}`)}`,
    input: {
      id: asked.for,
      pointer: trial.member?.pointer ?? null,
      value: found.at,
      before: trial.start,
      unit: unitOf(built, asked.for, found.at),
    },
    target: { quantity: target.quantity, value: target.value },
    reached,
    around: exact ? [] : await trial.around(found.at),
    request: trial.member === undefined ? null : replacedAt(asked.inputs, trial.member.pointer, found.at),
    results: Object.fromEntries(
      built.results.map(handle => [built.sheet.idOf(handle), explain(built.sheet, values, handle)]),
    ),
    warnings: warnings(built, values, distributions, trial),
  }
}

function unitOf({ sheet }: BuiltEstimate, id: string, value: number): Unit | null {
  const handle = sheet.find(id) as number
  return sheet.inputs[handle] === value ? sheet.at(handle).definition.unit : null
}

function warnings(
  built: BuiltEstimate,
  values: Float64Array,
  distributions: readonly PlacedDistribution[],
  { member }: { readonly member: NumericMember | undefined },
): readonly Warning[] {
  const others = distributions.filter(({ pointer }) => pointer !== member?.pointer)
  const own = warningsOf(built, values, others)
  if (member !== undefined) return own
  return [
    ...own,
    {
      code: 'solved-on-sheet',
      message: {
        en: 'No member of the request gives this input, so its value was changed on the sheet; what the estimator decides from it is as it was.',
        zh: '请求中没有给出该输入的字段，因此直接在计算表上改变其数值；估算器据此作出的选择保持不变。',
      },
    },
  ]
}

async function find<Request>(
  trial: Trial<Request>,
  { target, between, for: id }: SolveRequest<Request>,
): Promise<Point> {
  const integer = trial.member?.integer === true
  const gapAt = integer ? (value: number) => trial.gapAt(Math.round(value)) : trial.gapAt
  const searched =
    between === undefined
      ? await searchBracket(gapAt, trial.start, trial.range)
      : await bracketBetween(gapAt, [trial.range.low, trial.range.high])
  const settled = (point: Point): Point => (integer ? { ...point, at: Math.round(point.at) } : point)
  if ('ends' in searched) {
    const [low, high] = searched.ends.map(settled) as [Point, Point]
    const at = ({ at: value }: Point) =>
      `${target.quantity} is ${short(trial.reachedAt(value))} at ${id} = ${short(value)}`
    const why =
      searched.refusals.length === 0
        ? ''
        : ` Beyond, the estimator refuses (${searched.refusals.join('; ')}).`
    const flat =
      low.at !== high.at && low.gap === high.gap ? ` ${target.quantity} does not change with ${id}.` : ''
    throw new DomainError(
      'unreachable-target',
      `${target.quantity} = ${target.value} is not reached: ${at(low)} and ${at(high)}.${flat}${why} Choose a target between the two, or another input.`,
      { pointer: '/target/value', facts: { target: target.value, ends: [low, high] } },
    )
  }
  const [a, b] = searched.bracket.map(settled) as [Point, Point]
  if (a.gap === 0) return a
  if (b.gap === 0) return b
  if (integer) return integerBetween(trial, a, b, target.side ?? 'nearest')
  const root = await brent(gapAt, [a.at, b.at], [a.gap, b.gap])
  return { at: root.at, gap: root.value }
}

async function bracketBetween(gapAt: Gap, [low, high]: readonly [number, number]) {
  const [a, b] = [
    { at: low, gap: await gapAt(low) },
    { at: high, gap: await gapAt(high) },
  ]
  if (a.gap > 0 === b.gap > 0 && a.gap !== 0 && b.gap !== 0) return { ends: [a, b] as const, refusals: [] }
  return { bracket: [a, b] as const }
}

async function integerBetween<Request>(
  trial: Trial<Request>,
  a: Point,
  b: Point,
  side: Side,
): Promise<Point> {
  let [low, high] = a.at < b.at ? [a, b] : [b, a]
  while (high.at - low.at > 1) {
    const at = Math.floor((low.at + high.at) / 2)
    const middle = { at, gap: await trial.gapAt(at) }
    if (middle.gap === 0) return middle
    if (middle.gap > 0 === low.gap > 0) low = middle
    else high = middle
  }
  const [under, over] = low.gap < 0 ? [low, high] : [high, low]
  if (side === 'at-most') return under
  if (side === 'at-least') return over
  return Math.abs(under.gap) <= Math.abs(over.gap) ? under : over
}
