import { DomainError } from '../errors.ts'
import type { Estimator, Lookup } from '../estimate.ts'
import { evaluate } from '../sheet/evaluate.ts'
import { convert } from '../units.ts'
import { placedUnder } from './distributions-in-request.ts'
import { memberBehind, type NumericMember } from './numeric-member.ts'
import { replacedAt, valueAt } from './pointer.ts'
import { inputNamed, quantityNamed } from './quantities.ts'
import type { SearchRange } from './search-bracket.ts'

/** What is to be found: the input, and what a quantity is to be. */
export interface Aim {
  readonly target: { readonly quantity: string; readonly value: number }
  readonly for: string
  readonly between?: readonly [number, number]
}

/** The sheet of a request with other values of one input. */
export class Trial<Request> {
  readonly member: NumericMember | undefined
  readonly start: number
  readonly range: SearchRange
  readonly #estimator: Estimator<Request>
  readonly #request: Request
  readonly #asked: Aim
  readonly #lookup: Lookup
  readonly #pause: () => Promise<void>
  readonly #tried = new Map<number, number>()

  constructor(
    estimator: Estimator<Request>,
    request: Request,
    asked: Aim,
    members: readonly NumericMember[],
    lookup: Lookup,
    pause: () => Promise<void>,
  ) {
    this.#pause = pause
    this.#estimator = estimator
    this.#request = request
    this.#asked = asked
    this.#lookup = lookup
    const built = placedUnder('/inputs', () => estimator.build(request, lookup))
    quantityNamed(built, asked.target.quantity, '/target/quantity')
    const handle = inputNamed(built, asked.for, '/for')
    this.member = memberBehind(estimator, request, built, handle, members, lookup)
    const given = this.member && valueAt(request, this.member.pointer)
    const now = typeof given === 'number' ? given : (built.sheet.inputs[handle] as number)
    this.range = rangeOf(asked.between, this.member, now)
    this.start = Math.min(this.range.high, Math.max(this.range.low, now))
  }

  /** The sheet at a value, and its values. */
  at(value: number) {
    return placedUnder('/inputs', () => {
      const { member } = this
      const request =
        member === undefined ? this.#request : (replacedAt(this.#request, member.pointer, value) as Request)
      const built = this.#estimator.build(request, this.#lookup)
      if (member === undefined) built.sheet.inputs[built.sheet.find(this.#asked.for) as number] = value
      return { built, values: evaluate(built.sheet) }
    })
  }

  /** How far the quantity is above its target, in its display unit. */
  readonly gapAt = async (value: number): Promise<number> => {
    await this.#pause()
    const { built, values } = this.at(value)
    const { quantity, value: target } = this.#asked.target
    const handle = quantityNamed(built, quantity, '/target/quantity')
    const { unit, display } = built.sheet.at(handle).definition
    const reached = convert(values[handle] as number, unit, display)
    this.#tried.set(value, reached)
    return reached - target
  }

  /** What the quantity is at a value that was tried, in its display unit. */
  reachedAt(value: number): number {
    return this.#tried.get(value) ?? Number.NaN
  }

  /** The nearest values below and above one that were tried, with what the quantity is there. */
  async around(value: number): Promise<{ value: number; reached: number }[]> {
    if (this.member?.integer === true)
      for (const beside of [value - 1, value + 1])
        if (beside >= this.range.low && beside <= this.range.high) await this.gapAt(beside)
    const tried = [...this.#tried].toSorted(([a], [b]) => a - b)
    const below = tried.findLast(([at]) => at < value)
    const above = tried.find(([at]) => at > value)
    return [below, above].flatMap(point =>
      point === undefined ? [] : [{ value: point[0], reached: point[1] }],
    )
  }
}

function rangeOf(
  between: readonly [number, number] | undefined,
  member: NumericMember | undefined,
  now: number,
): SearchRange {
  const allowed =
    member === undefined
      ? { low: now < 0 ? -Number.MAX_VALUE : 0, high: Number.MAX_VALUE }
      : { low: member.minimum, high: member.maximum }
  if (between === undefined) return allowed
  const [low, high] = between
  if (!(low < high)) {
    throw new DomainError(
      'inconsistent-inputs',
      `The search leads from ${low} to ${high}; its second end must be greater than its first.`,
      { pointer: '/between/1', facts: { low, high } },
    )
  }
  if (low < allowed.low || high > allowed.high) {
    throw new DomainError(
      'out-of-range',
      `The search leads from ${low} to ${high}, but ${member?.pointer ?? 'the input'} may only be ${allowed.low} to ${allowed.high}.`,
      { pointer: `/between/${low < allowed.low ? 0 : 1}`, facts: { low, high, allowed } },
    )
  }
  if (member?.integer !== true) return { low, high }
  const [least, most] = [Math.ceil(low), Math.floor(high)]
  if (least <= most) return { low: least, high: most }
  throw new DomainError(
    'inconsistent-inputs',
    `The search leads from ${low} to ${high}, and no integer is between the two; ${member.pointer} is one.`,
    { pointer: '/between', facts: { low, high } },
  )
}
