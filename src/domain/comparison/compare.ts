import { DomainError } from '../errors.ts'
import type { BuiltEstimate, Estimator, Lookup } from '../estimate.ts'
import { type Attribution, attribute, mostChanges, type ResultsAfter } from '../sheet/attribution.ts'
import { evaluate, inDisplayUnit } from '../sheet/evaluate.ts'
import type { AssumptionStatus } from '../sheet/quantity.ts'
import type { Sheet } from '../sheet/sheet.ts'
import { atMedians } from '../uncertainty/distributions-in-request.ts'
import { sameStructure } from '../uncertainty/uncertain-inputs.ts'
import type { Label } from '../units.ts'
import { type ChangedMember, changedMembers, withMembers } from './changed-members.ts'

/** A request as it was evaluated: with the catalogue and the datasets of that time. */
export interface Evaluated {
  readonly request: unknown
  readonly lookup: Lookup
}

/** A value of an input, in the display unit, and who said so. */
export interface InputState {
  readonly value: number
  readonly status: AssumptionStatus
  readonly source: string | null
}

/** An input whose value differs; null where it does not exist. */
export interface InputDifference {
  readonly id: string
  readonly label: Label
  readonly unit: string
  readonly from: InputState | null
  readonly to: InputState | null
}

/** What a change explains of the difference of a result, in the unit of the result. */
export interface Part {
  /** Id of the input, pointer of the member, or `catalogue` or `datasets`. */
  readonly of: string
  /** What the change does alone. */
  readonly alone: number
  /** Its Shapley value: the parts of a result sum to its difference. */
  readonly part: number
  readonly standardError: number | null
}

/** A result that differs; null where it does not exist. */
export interface ResultDifference {
  readonly id: string
  readonly label: Label
  readonly unit: string
  readonly from: number | null
  readonly to: number | null
  readonly difference: number | null
  /** The difference beyond what the changes do alone: what they do together. */
  readonly interaction: number | null
  /** Changes that the result does not depend on are left out. */
  readonly parts: readonly Part[]
}

/** How two evaluations differ, and why. */
export interface Difference {
  /** What parts are of: inputs of the sheet, or members of the request where the sheets are built differently. */
  readonly by: 'inputs' | 'members'
  readonly method: Attribution['method'] | null
  readonly orders: number | null
  readonly inputs: readonly InputDifference[]
  readonly members: readonly ChangedMember[]
  readonly results: readonly ResultDifference[]
  /** Why there are no parts; null when there are. */
  readonly unexplained: string | null
}

/** Members that can be attributed: each combination of them builds a sheet of its own. */
const mostMembers = 24

/** A way to go from one state to the other in steps. */
interface Steps {
  readonly by: Difference['by']
  readonly names: readonly string[]
  readonly after: ResultsAfter
}

/**
 * Compares two evaluations of one estimator: which inputs and results differ, and how much of each difference each
 * change explains. Throws what the estimator refuses, and `too-many` for more changes than can be attributed.
 */
export function* compare(
  estimator: Estimator,
  from: Evaluated,
  to: Evaluated,
): Generator<number, Difference> {
  const requests = [atMedians(from.request).request, atMedians(to.request).request] as const
  const built = [estimator.build(requests[0], from.lookup), estimator.build(requests[1], to.lookup)] as const
  const inputs = inputDifferences(built[0].sheet, built[1].sheet)
  const members = changedMembers(...requests)
  const results = resultDifferences(...built)
  const compared = results.filter(({ difference }) => difference !== null && difference !== 0)
  const ids = compared.map(({ id }) => id)
  const steps = sameStructure(built[0].sheet, built[1].sheet)
    ? stepsByInputs(built[0].sheet, built[1].sheet, inputs, ids)
    : stepsByMembers(estimator, requests[0], from.lookup, to.lookup, members, ids)
  refuseTooMany(steps)
  let attribution: Attribution | null = null
  let unexplained: string | null = null
  try {
    if (compared.length > 0) attribution = yield* attribute(steps.names.length, ids.length, steps.after)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    unexplained = `Some of the changes cannot be made without the others: ${error.message}`
  }
  return {
    ...{ by: steps.by, method: attribution?.method ?? null, orders: attribution?.orders ?? null },
    ...{ inputs, members, unexplained },
    results: results.map(result => {
      const index = compared.indexOf(result)
      return attribution === null || index < 0 ? result : explained(result, index, steps.names, attribution)
    }),
  }
}

function refuseTooMany({ names, by }: Steps): void {
  const most = by === 'inputs' ? mostChanges : mostMembers
  if (names.length <= most) return
  throw new DomainError(
    'too-many',
    `The runs differ in ${names.length} ${by}; the difference can be divided among at most ${most}. Compare runs that lie closer together.`,
    { facts: { changes: names.length, most } },
  )
}

function explained(
  result: ResultDifference,
  index: number,
  names: readonly string[],
  { alone, parts, standardErrors }: Attribution,
): ResultDifference {
  const shown = names.map((of, change) => ({
    of,
    alone: alone[change]?.[index] as number,
    part: parts[change]?.[index] as number,
    standardError: standardErrors === null ? null : (standardErrors[change]?.[index] as number),
  }))
  const together = shown.reduce((sum, part) => sum + part.alone, 0)
  return {
    ...result,
    interaction: (result.difference as number) - together,
    parts: shown.filter(({ alone: own, part }) => own !== 0 || part !== 0),
  }
}

/** One sheet, on which inputs go from one value to the other. */
function stepsByInputs(
  from: Sheet,
  to: Sheet,
  inputs: readonly InputDifference[],
  results: readonly string[],
): Steps {
  const handles = inputs.map(({ id }) => from.find(id) as number)
  const shown = results.map(id => from.find(id) as number)
  const mixed = [...from.inputs]
  const values = new Float64Array(from.quantities.length)
  const into = new Float64Array(results.length)
  return {
    by: 'inputs',
    names: inputs.map(({ id }) => id),
    after: made => {
      for (const [change, handle] of handles.entries())
        mixed[handle] = (made[change] ? to : from).inputs[handle] as number
      evaluate(from, mixed, values)
      for (const [index, handle] of shown.entries())
        into[index] = inDisplayUnit(from.at(handle).definition, values[handle] as number)
      return into
    },
  }
}

/** A sheet for each combination, built from a request with some members changed and from either catalogue and datasets. */
function stepsByMembers(
  estimator: Estimator,
  request: unknown,
  from: Lookup,
  to: Lookup,
  members: readonly ChangedMember[],
  results: readonly string[],
): Steps {
  const names = members.map(({ pointer }) => pointer)
  const catalogue = from.catalogue.version === to.catalogue.version ? -1 : names.push('catalogue') - 1
  const datasets = sameDatasets(from, to) ? -1 : names.push('datasets') - 1
  const older = new Map([...to.datasets, ...from.datasets])
  const newer = new Map([...from.datasets, ...to.datasets])
  return {
    by: 'members',
    names,
    after: made => {
      const mixed = withMembers(
        request,
        members.filter((_, change) => made[change]),
      )
      const { sheet } = estimator.build(mixed, {
        catalogue: (made[catalogue] ? to : from).catalogue,
        datasets: made[datasets] ? newer : older,
      })
      const values = evaluate(sheet)
      return results.map(id => {
        const handle = sheet.find(id)
        if (handle === undefined)
          throw new DomainError('unknown-quantity', `with some of them alone there is no ${id}.`)
        return inDisplayUnit(sheet.at(handle).definition, values[handle] as number)
      })
    },
  }
}

const sameDatasets = (from: Lookup, to: Lookup): boolean =>
  [...from.datasets].every(([id, { version }]) => (to.datasets.get(id)?.version ?? version) === version)

function inputDifferences(from: Sheet, to: Sheet): InputDifference[] {
  const differences: InputDifference[] = []
  for (const id of idsOf(from, to, sheet => sheet.inputs.keys())) {
    const [before, after] = [inputState(from, id), inputState(to, id)]
    if (before?.value === after?.value) continue
    const { label, display } = definitionOf(from, to, id)
    differences.push({ id, label, unit: display, from: before, to: after })
  }
  return differences
}

function inputState(sheet: Sheet, id: string): InputState | null {
  const handle = sheet.find(id)
  if (handle === undefined) return null
  const { definition, provenance } = sheet.at(handle)
  if (provenance === null) return null
  const { status, source } = provenance
  return { value: inDisplayUnit(definition, sheet.inputs[handle] as number), status, source }
}

function resultDifferences(from: BuiltEstimate, to: BuiltEstimate): ResultDifference[] {
  const [before, after] = [resultValues(from), resultValues(to)]
  return [...new Set([...before.keys(), ...after.keys()])].map(id => {
    const { label, display } = definitionOf(from.sheet, to.sheet, id)
    const [old, next] = [before.get(id) ?? null, after.get(id) ?? null]
    const difference = old === null || next === null ? null : next - old
    const none = difference === null ? null : 0
    return { id, label, unit: display, from: old, to: next, difference, interaction: none, parts: [] }
  })
}

function resultValues({ sheet, results }: BuiltEstimate): Map<string, number> {
  const values = evaluate(sheet)
  return new Map(
    results.map(handle => [
      sheet.idOf(handle),
      inDisplayUnit(sheet.at(handle).definition, values[handle] as number),
    ]),
  )
}

function idsOf(from: Sheet, to: Sheet, handles: (sheet: Sheet) => Iterable<number>): Set<string> {
  return new Set([from, to].flatMap(sheet => [...handles(sheet)].map(handle => sheet.idOf(handle))))
}

const definitionOf = (from: Sheet, to: Sheet, id: string) => {
  const [sheet, handle] = from.find(id) === undefined ? [to, to.find(id)] : [from, from.find(id)]
  return sheet.at(handle as number).definition
}
