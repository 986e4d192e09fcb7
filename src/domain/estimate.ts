import type { Catalogue } from './compute/catalogue.ts'
import { coverage, type ErrorStratum, nearestStratum } from './evidence/backtest/interval.ts'
import { type Digest, sheetHash } from './input-hash.ts'
import type { Dataset } from './market/dataset.ts'
import { type ExplainedQuantity, evaluate, explain, inDisplayUnit, trace } from './sheet/evaluate.ts'
import type { AssumptionStatus } from './sheet/quantity.ts'
import type { Handle, Sheet } from './sheet/sheet.ts'
import { atMedians, type PlacedDistribution } from './uncertainty/distributions-in-request.ts'
import { mediansWarning } from './uncertainty/medians-warning.ts'
import { convert, type Label, type Unit } from './units.ts'

/** Raised when the working of an estimate changes, so that the same inputs may give another answer. */
export const engineVersion = '1.0.0'

/** What an estimator may look up. It never sees a store: whoever calls it has fetched what `needs` names. */
export interface Lookup {
  readonly catalogue: Catalogue
  /** The datasets that the request refers to, by id. */
  readonly datasets: ReadonlyMap<string, Dataset>
}

/** Something that a reader must know before using the numbers. */
export interface Warning {
  readonly code: string
  readonly message: Label
}

/** A column of a table: what it is about, and the unit that all its values are shown in. */
export interface TableColumn {
  readonly id: string
  readonly label: Label
  readonly unit: Unit
}

/** A table in an answer: a view of quantities of the sheet, one cell a column in each row. */
export interface TableView {
  readonly columns: readonly TableColumn[]
  readonly rows: readonly { readonly key: string; readonly cells: readonly Handle[] }[]
}

/** A sheet that an estimator has written for one request. */
export interface BuiltEstimate {
  readonly sheet: Sheet
  /** The quantities that the answer gives, in order; the others stand in its trace. */
  readonly results: readonly Handle[]
  readonly warnings: (values: Float64Array) => readonly Warning[]
  /** Where each number of a table comes from. */
  readonly tables?: Readonly<Record<string, TableView>>
  /** What the caller should know of an assumption beyond its source, such as the prices behind a median. */
  readonly evidence?: Readonly<Record<string, readonly unknown[]>>
  /** For quantities that were compared with measurements: the family of models and the strata, narrowest first. */
  readonly errors?: readonly QuantityErrors[]
  /** What of the request shows in the answer but not on the sheet, such as names; it goes into the hash. */
  readonly context?: () => string
}

/** Whose errors are taken for those of a quantity of this estimate. */
export interface QuantityErrors {
  readonly handle: Handle
  readonly family: string
  readonly strata: readonly string[]
}

/** Where 90 % of measurements lie, by the errors of earlier estimates whose publisher was left out of the fit. */
export interface Interval {
  /** In the unit of the quantity. */
  readonly low: number
  readonly high: number
  readonly coverage: number
  readonly family: string
  /** The measurements that the errors are from, and how many rows and publishers they are. */
  readonly stratum: string
  readonly rows: number
  readonly publishers: number
}

/** An estimator: writes the sheet of a request. Throws `DomainError` for what the request's schema cannot exclude. */
export interface Estimator<Request = unknown> {
  readonly id: string
  readonly label: Label
  readonly description: Label
  /** Ids of the datasets that a request refers to. */
  readonly needs: (request: Request) => readonly string[]
  readonly build: (request: Request, lookup: Lookup) => BuiltEstimate
  /** Requests that together show every quantity and every alternative formula of the estimator. */
  readonly illustrations: readonly Request[]
}

/** An input of an estimate, with how it came to have its value. */
export interface Assumption {
  readonly name: string
  readonly label: Label
  readonly value: number
  readonly unit: string
  readonly status: AssumptionStatus
  readonly source: string | null
  readonly provenance: 'read' | 'recalled' | 'derived' | null
  readonly note: Label | null
  readonly evidence?: readonly unknown[]
}

/** The answer of an estimator. */
export interface Estimate {
  readonly estimator: string
  readonly engineVersion: string
  readonly catalogueVersion: string
  readonly inputHash: string
  readonly results: Readonly<Record<string, ExplainedQuantity>>
  readonly intervals?: Readonly<Record<string, Interval>>
  readonly tables?: Readonly<Record<string, AnswerTable>>
  readonly assumptions: readonly Assumption[]
  readonly warnings: readonly Warning[]
  readonly trace?: readonly ExplainedQuantity[]
}

/** A table of values: one row a key, one value a column; `quantities` says which quantity each value is. */
export interface AnswerTable {
  readonly columns: readonly TableColumn[]
  readonly rows: readonly {
    readonly key: string
    readonly values: readonly number[]
    readonly quantities: readonly string[]
  }[]
}

/**
 * Works a request out. The hash covers every number, unit, status, source and formula of the sheet and the context, so
 * equal hashes mean equal answers of one engine and catalogue.
 */
export function estimate<Request>(
  estimator: Estimator<Request>,
  request: Request,
  lookup: Lookup,
  options: { readonly digest: Digest; readonly trace: boolean },
): Estimate {
  const plain = atMedians(request)
  const built = estimator.build(plain.request, lookup)
  const { sheet } = built
  const values = evaluate(sheet)
  const context = hashedContext(estimator.id, built, plain.distributions)
  const results: Record<string, ExplainedQuantity> = {}
  for (const handle of built.results) results[sheet.idOf(handle)] = explain(sheet, values, handle)
  return {
    estimator: estimator.id,
    engineVersion,
    catalogueVersion: lookup.catalogue.version,
    inputHash: `sha256-${sheetHash(sheet, context, options.digest)}`,
    results,
    ...(built.errors && { intervals: intervalsOf(results, built, lookup.catalogue) }),
    ...(built.tables && { tables: viewTables(sheet, values, built.tables) }),
    assumptions: assumptionsOf(sheet, built),
    warnings: warningsOf(built, values, plain.distributions),
    ...(options.trace && { trace: trace(sheet, values) }),
  }
}

function intervalsOf(
  results: Readonly<Record<string, ExplainedQuantity>>,
  { sheet, errors = [] }: BuiltEstimate,
  { errorStrata }: Catalogue,
): Record<string, Interval> {
  const intervals: Record<string, Interval> = {}
  let nearest: { readonly strata: readonly string[]; readonly known: ErrorStratum | undefined } | undefined
  for (const { handle, family, strata } of errors) {
    const id = sheet.idOf(handle)
    const shown = results[id]
    // Quantities in proportion share their strata.
    if (nearest?.strata !== strata) nearest = { strata, known: nearestStratum(errorStrata, family, strata) }
    const { known } = nearest
    if (shown === undefined || known === undefined) continue
    const factor = Math.exp(known.halfWidth)
    const { stratum, rows, groups: publishers } = known
    intervals[id] = {
      low: shown.value / factor,
      high: shown.value * factor,
      ...{ coverage, family, stratum, rows, publishers },
    }
  }
  return intervals
}

/** What a reader must know of an estimate, first of all that it stands at the medians of distributions. */
export function warningsOf(
  built: BuiltEstimate,
  values: Float64Array,
  distributions: readonly PlacedDistribution[],
): readonly Warning[] {
  const own = built.warnings(values)
  return distributions.length === 0 ? own : [mediansWarning(distributions), ...own]
}

/** What decides an answer beside the sheet, as text. */
function hashedContext(
  estimator: string,
  { context }: BuiltEstimate,
  distributions: readonly PlacedDistribution[],
): string {
  let text = context === undefined ? estimator : `${estimator}\n${context()}`
  for (const { pointer, specification } of distributions)
    text += `\n${pointer}\t${JSON.stringify(specification)}`
  return text
}

/** Everything that decides an answer, as text: two requests of the same text have the same answer. */
export function hashedText(
  estimator: string,
  built: BuiltEstimate,
  distributions: readonly PlacedDistribution[],
): string {
  let text = hashedContext(estimator, built, distributions)
  const { quantities, inputs, operands } = built.sheet
  for (let handle = 0; handle < quantities.length; handle++) {
    const quantity = quantities[handle]
    if (quantity === undefined) continue
    const { id, unit } = quantity.definition
    text +=
      quantity.formula === null
        ? `\n${id}\t${inputs[handle]}\t${unit}\t${quantity.provenance.status}\t${quantity.provenance.source}`
        : `\n${id}\t${quantity.formula.text}\t${unit}\t${spaced(operands[handle] ?? [])}`
  }
  return text
}

/** What `join(' ')` gives, without the cost that it has for lists of two or three. */
function spaced(handles: readonly number[]): string {
  let text = ''
  for (let index = 0; index < handles.length; index++)
    text += index === 0 ? handles[index] : ` ${handles[index]}`
  return text
}

/** Every input of a sheet, with who says so. */
export function assumptionsOf(sheet: Sheet, { evidence }: Pick<BuiltEstimate, 'evidence'>): Assumption[] {
  const assumptions: Assumption[] = []
  for (let handle = 0; handle < sheet.quantities.length; handle++) {
    const quantity = sheet.quantities[handle]
    if (quantity?.provenance == null) continue
    const { definition, provenance } = quantity
    const assumption: Assumption = {
      name: definition.id,
      label: definition.label,
      value: inDisplayUnit(definition, sheet.inputs[handle] as number),
      unit: definition.display,
      status: provenance.status,
      source: provenance.source,
      provenance: provenance.provenance,
      note: provenance.note,
    }
    const behind = evidence?.[definition.id]
    assumptions.push(behind === undefined ? assumption : { ...assumption, evidence: behind })
  }
  return assumptions
}

function viewTables(
  sheet: Sheet,
  values: Float64Array,
  tables: Readonly<Record<string, TableView>>,
): Record<string, AnswerTable> {
  const view: Record<string, AnswerTable> = {}
  for (const [name, { columns, rows }] of Object.entries(tables)) {
    const shown = (cell: Handle, column: number): number => {
      const { unit } = sheet.at(cell).definition
      return convert(values[cell] as number, unit, columns[column]?.unit ?? unit)
    }
    view[name] = {
      columns,
      rows: rows.map(({ key, cells }) => ({
        key,
        values: cells.map(shown),
        quantities: cells.map(cell => sheet.idOf(cell)),
      })),
    }
  }
  return view
}
