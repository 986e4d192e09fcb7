import { DomainError } from '../errors.ts'
import type { BuiltEstimate, Estimator, Lookup } from '../estimate.ts'
import { evaluate, inDisplayUnit } from '../sheet/evaluate.ts'
import type { Label } from '../units.ts'
import { atMedians, placedUnder } from './distributions-in-request.ts'
import type { NumericMember } from './numeric-member.ts'
import { replacedAt } from './pointer.ts'
import { quantityNamed } from './quantities.ts'
import { type Axis, checkAxes, resolveAxis, rowsOf, type SweepAxis, valuesOf } from './sweep-axes.ts'

/** What a sweep is asked. */
export interface SweepRequest<Request = unknown> {
  readonly inputs: Request
  readonly over: readonly SweepAxis[]
  /** Every combination of the values (default), or the first of each, then the second of each, and so on. */
  readonly combine?: 'grid' | 'list'
  /** Quantities to answer with; default: the results of the estimate. */
  readonly outputs?: readonly string[]
}

/** A column of a sweep. */
export interface SweepColumn {
  readonly id: string
  readonly label: Label | null
  readonly unit: string | null
}

/** One combination, and what came out of it: a value a quantity, or why there is none. */
export interface SweepRow {
  readonly over: readonly unknown[]
  /** In the order of the outputs; null for a quantity that this combination does not have. */
  readonly results: readonly (number | null)[]
  readonly refused: Pick<DomainError, 'code' | 'message' | 'pointer'> | null
}

/** A sweep ready to be run. */
export interface Sweep {
  readonly over: readonly SweepColumn[]
  readonly outputs: readonly SweepColumn[]
  readonly rows: number
  /** Requests to be held against the estimator's schema before the sweep: one a value that a member takes. */
  readonly variants: () => Generator<{ readonly request: unknown; readonly pointer: string }>
  /** A row by its number, from 0. */
  readonly row: (index: number) => SweepRow
}

/**
 * Prepares a sweep of a request, which stands at the medians of its distributions. Throws `too-many` for more rows
 * than one answer may have, `unknown-quantity`, `inconsistent-inputs` for axes that do not fit, and what the
 * estimator refuses in the request as it is. What it refuses in a row stands in that row.
 */
export function sweep<Request>(
  estimator: Estimator<Request>,
  asked: SweepRequest<Request>,
  members: readonly NumericMember[],
  lookup: Lookup,
): Sweep {
  const { request, built } = placedUnder('/inputs', () => {
    const plain = atMedians(asked.inputs)
    return { ...plain, built: estimator.build(plain.request, lookup) }
  })
  const outputs = (asked.outputs ?? built.results.map(handle => built.sheet.idOf(handle))).map(
    (id, index) => {
      const handle = quantityNamed(built, id, `/outputs/${index}`)
      const { label, display } = built.sheet.at(handle).definition
      return { id, label, unit: display }
    },
  )
  const axes = asked.over.map((axis, index) => {
    const resolved = resolveAxis(estimator, request, built, axis, `/over/${index}`, members, lookup)
    return { ...resolved, ...valuesOf(axis, `/over/${index}`, resolved.integer) }
  })
  checkAxes(axes)
  const grid = asked.combine !== 'list'
  const rows = rowsOf(axes, grid)
  const indicesAt = (row: number): number[] => {
    if (!grid) return axes.map(() => row)
    let rest = row
    return axes
      .toReversed()
      .map(({ length }) => {
        const index = rest % length
        rest = Math.floor(rest / length)
        return index
      })
      .toReversed()
  }
  return {
    over: axes.map(({ id, pointer }) => column(built, id, pointer)),
    outputs,
    rows,
    variants: function* () {
      for (const [index, axis] of axes.entries()) {
        if (axis.pointer === null) continue
        const given = asked.over[index]?.values !== undefined
        for (let at = 0; at < axis.length; at++) {
          const pointer = given ? `/over/${index}/values/${at}` : `/over/${index}/${at === 0 ? 'from' : 'to'}`
          // Between the ends of a range no bound is crossed.
          if (given || at === 0 || at === axis.length - 1)
            yield { request: replacedAt(asked.inputs, axis.pointer, axis.at(at)), pointer }
        }
      }
    },
    row: index => {
      const over = indicesAt(index).map((at, axis) => axes[axis]?.at(at))
      try {
        return { over, results: results(estimator, request, axes, over, outputs, lookup), refused: null }
      } catch (error) {
        if (!(error instanceof DomainError)) throw error
        return { over, results: outputs.map(() => null), refused: error }
      }
    },
  }
}

/** The datasets that a sweep looks up: those of its inputs, and those that the values of its members name. */
export function datasetsOfSweep(
  { needs }: Pick<Estimator, 'needs'>,
  { inputs, over }: Pick<SweepRequest, 'inputs' | 'over'>,
): readonly string[] {
  const named = over.flatMap(({ member, values = [] }) =>
    member === undefined ? [] : values.map(value => replacedAt(inputs, member, value)),
  )
  return [...new Set([inputs, ...named].flatMap(request => needs(request)))]
}

function results<Request>(
  estimator: Estimator<Request>,
  request: Request,
  axes: readonly Axis[],
  over: readonly unknown[],
  outputs: readonly SweepColumn[],
  lookup: Lookup,
): (number | null)[] {
  let varied: unknown = request
  for (const [index, { pointer }] of axes.entries())
    if (pointer !== null) varied = replacedAt(varied, pointer, over[index])
  // A value may itself be a distribution.
  const { sheet } = estimator.build(atMedians(varied).request as Request, lookup)
  for (const [index, { pointer, id }] of axes.entries()) {
    const handle = sheet.find(id)
    if (pointer === null && handle !== undefined) sheet.inputs[handle] = over[index] as number
  }
  const values = evaluate(sheet)
  return outputs.map(({ id }) => {
    const handle = sheet.find(id)
    return handle === undefined ? null : inDisplayUnit(sheet.at(handle).definition, values[handle] as number)
  })
}

function column({ sheet }: BuiltEstimate, id: string, pointer: string | null): SweepColumn {
  const handle = sheet.find(id)
  if (handle === undefined || id === pointer) return { id, label: null, unit: null }
  const { label, unit } = sheet.at(handle).definition
  return { id, label, unit }
}
