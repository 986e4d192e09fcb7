import { DomainError } from '../errors.ts'
import type { BuiltEstimate, Estimator, Lookup } from '../estimate.ts'
import { memberBehind, type NumericMember } from './numeric-member.ts'
import { valueAt } from './pointer.ts'
import { inputNamed } from './quantities.ts'

/**
 * Values of one input (by id) or of one member of the request (by JSON Pointer, also for choices such as ids):
 * listed, or a range with both its ends.
 */
export interface SweepAxis {
  readonly input?: string
  readonly member?: string
  readonly values?: readonly unknown[]
  readonly from?: number
  readonly to?: number
  readonly steps?: number
  readonly scale?: 'linear' | 'log'
}

/** Rows that one answer may have. */
const mostRows = 1_000_000
/** Values that one axis may have. */
export const mostSteps = 100_000

export interface Axis {
  readonly id: string
  /** Where the value goes in the request; null for an input that only the sheet has. */
  readonly pointer: string | null
  readonly length: number
  readonly at: (index: number) => unknown
}

export function resolveAxis<Request>(
  estimator: Estimator<Request>,
  request: Request,
  built: BuiltEstimate,
  axis: SweepAxis,
  pointer: string,
  members: readonly NumericMember[],
  lookup: Lookup,
): { readonly id: string; readonly pointer: string | null; readonly integer: boolean } {
  if ((axis.input === undefined) === (axis.member === undefined)) {
    throw new DomainError(
      'inconsistent-inputs',
      `${pointer} names ${axis.input === undefined ? 'neither an input nor a member' : 'both an input and a member'}; name one of them.`,
      { pointer },
    )
  }
  if (axis.member !== undefined) {
    const parent = axis.member.slice(0, axis.member.lastIndexOf('/'))
    const holder = valueAt(request, parent)
    if (!axis.member.startsWith('/') || holder === null || typeof holder !== 'object') {
      throw new DomainError(
        'inconsistent-inputs',
        `${axis.member} does not lead to a member of inputs: there is no object at ${parent || 'its start'}. Give a JSON Pointer such as /accelerator/id.`,
        { pointer: `${pointer}/member`, facts: { member: axis.member } },
      )
    }
    const last = axis.member.slice(parent.length + 1)
    if (Array.isArray(holder) && !(/^\d{1,9}$/.test(last) && Number(last) < holder.length)) {
      throw new DomainError(
        'inconsistent-inputs',
        `${parent} of inputs is a list of ${holder.length}, and ${last} is no place in it; give 0 to ${holder.length - 1}, or sweep over ${parent} as a whole.`,
        { pointer: `${pointer}/member`, facts: { member: axis.member, elements: holder.length } },
      )
    }
    const integer = members.find(member => member.pointer === axis.member)?.integer === true
    return { id: axis.member, pointer: axis.member, integer }
  }
  const id = axis.input as string
  const handle = inputNamed(built, id, `${pointer}/input`)
  const member = memberBehind(estimator, request, built, handle, members, lookup)
  return { id, pointer: member?.pointer ?? null, integer: member?.integer === true }
}

export function valuesOf(axis: SweepAxis, pointer: string, integer: boolean): Pick<Axis, 'length' | 'at'> {
  const { values, from, to, steps, scale = 'linear' } = axis
  const ranged = from !== undefined && to !== undefined && steps !== undefined
  if (
    (values === undefined) !== ranged ||
    (values !== undefined && (from ?? to ?? steps ?? axis.scale) !== undefined)
  ) {
    throw new DomainError(
      'inconsistent-inputs',
      `${pointer} must have either values, or from, to and steps.`,
      { pointer },
    )
  }
  if (values !== undefined) {
    const wrong = axis.input !== undefined ? values.findIndex(value => typeof value !== 'number') : -1
    if (wrong >= 0)
      throw new DomainError(
        'inconsistent-inputs',
        `Value ${wrong} is not a number, but inputs of a sheet are; sweep over a member for choices.`,
        { pointer: `${pointer}/values/${wrong}` },
      )
    return { length: values.length, at: index => values[index] }
  }
  const [first, last, count] = [from, to, steps] as [number, number, number]
  if (scale === 'log' && !(first > 0 && last > 0))
    throw new DomainError(
      'inconsistent-inputs',
      `A logarithmic range leads from ${first} to ${last}; both ends must be greater than 0.`,
      { pointer: `${pointer}/from`, facts: { from, to } },
    )
  if (!Number.isFinite(scale === 'log' ? last / first : last - first))
    throw new DomainError(
      'inconsistent-inputs',
      `The range leads from ${first} to ${last}, which is wider than numbers reach; take nearer ends.`,
      { pointer: `${pointer}/from`, facts: { from, to } },
    )
  const between = (index: number): number => {
    const part = index / (count - 1)
    if (index === count - 1) return last
    return scale === 'log' ? first * (last / first) ** part : first + (last - first) * part
  }
  // Ends stay as they were given, for the schema to refuse what is no integer.
  const at = (index: number): number =>
    integer && index > 0 && index < count - 1 ? Math.round(between(index)) : between(index)
  for (let index = 1; integer && index < count; index++)
    if (at(index) === at(index - 1))
      throw new DomainError(
        'inconsistent-inputs',
        `${count} steps from ${first} to ${last} come to ${at(index)} twice, as the input is an integer; take fewer.`,
        { pointer: `${pointer}/steps`, facts: { from, to, steps } },
      )
  return { length: count, at }
}

export function checkAxes(axes: readonly Axis[]): void {
  for (const [index, { id, pointer }] of axes.entries()) {
    const first = axes.findIndex(other => other.id === id || (pointer !== null && other.pointer === pointer))
    if (first !== index)
      throw new DomainError(
        'inconsistent-inputs',
        `/over/${first} and /over/${index} both vary ${id}; leave one of them out.`,
        { pointer: `/over/${index}`, facts: { first, second: index } },
      )
    const around = axes.findIndex(
      other => other.pointer !== null && pointer?.startsWith(`${other.pointer}/`) === true,
    )
    if (around >= 0)
      throw new DomainError(
        'inconsistent-inputs',
        `/over/${index} varies ${pointer}, which is a part of what /over/${around} varies; put it into the values there.`,
        { pointer: `/over/${index}`, facts: { inner: index, outer: around } },
      )
  }
}

export function rowsOf(axes: readonly Axis[], grid: boolean): number {
  const lengths = axes.map(({ length }) => length)
  if (!grid) {
    const [first = 0] = lengths
    const other = lengths.findIndex(length => length !== first)
    if (other >= 0)
      throw new DomainError(
        'inconsistent-inputs',
        `A list takes the values of all axes side by side, but /over/0 has ${first} values and /over/${other} has ${lengths[other]}; give as many of each, or combine them as a grid.`,
        { pointer: `/over/${other}`, facts: { lengths } },
      )
    return first
  }
  const rows = lengths.reduce((product, length) => product * length, 1)
  if (rows <= mostRows) return rows
  throw new DomainError(
    'too-many',
    `The grid has ${lengths.join(' × ')} = ${rows} rows; one answer may have ${mostRows}. Take fewer values, or a list of combinations.`,
    { pointer: '/over', facts: { rows, most: mostRows } },
  )
}
