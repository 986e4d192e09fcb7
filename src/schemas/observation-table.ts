import { Type } from 'typebox'
import { importModes } from '../domain/market/observation-merge.ts'
import { mediaTypes, mostTableBytes, tableFormats } from '../spreadsheet/table.ts'
import { mostObservations, observationStatuses } from './dataset.ts'
import { count, idOf, provenances, text, textOrNull } from './datum.ts'
import { asOf } from './document.ts'
import { choice, ref } from './reference.ts'

const mode = choice(importModes, {
  description:
    'merge: keep what is there, and replace what the table states anew (the same period, status, vintage and source); replace: the table is the whole series. Default: merge',
})

/** The query of an import. */
export const importQuery = Type.Object(
  {
    mode: Type.Optional(mode),
    dryRun: Type.Optional(
      Type.Boolean({ description: 'Only say what would happen and list every bad cell; default false' }),
    ),
  },
  { additionalProperties: false },
)

/** A table as a body: its bytes, which are no JSON. */
export const TableBody = Type.String({
  maxLength: mostTableBytes,
  description: `A table whose first row names its columns: ${mediaTypes.csv} (RFC 4180, UTF-8 or charset=gb18030), or a workbook of the .xlsx kind, of which the sheet "observations" or the first one is read`,
})

const BadCell = Type.Object(
  {
    row: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: 1_048_576,
      description: 'Row, as a spreadsheet numbers it',
    }),
    column: text(100, 'Name of the column, or its letters where it has no name of a known column'),
    value: textOrNull(100, 'What the cell holds, shortened; null when it is empty'),
    reason: text(1_000, 'What is wrong with it and what is allowed'),
  },
  { $id: 'BadCell', additionalProperties: false, description: 'A cell of a table that cannot be taken over' },
)

/** Most bad cells that a dry run lists: every cell of the largest table. */
const mostBadCells = 1_000_000

/** What an import did, or would do. */
export const ObservationImport = Type.Object(
  {
    dataset: idOf('dataset'),
    dryRun: Type.Boolean({ description: 'Whether it was only tried' }),
    mode,
    written: Type.Boolean({ description: 'Whether anything was written' }),
    version: count('Version of the dataset after it'),
    rows: count('Rows of the table that hold observations'),
    added: count('Observations that the series did not have'),
    replaced: count(
      'Observations that the series had with another value, bounds, note, provenance or confidence',
    ),
    unchanged: count('Observations that the series had just so'),
    removed: count('Observations of the series that are gone; only in the mode replace'),
    observations: count('Observations of the series after it'),
    badCells: Type.Array(ref(BadCell), {
      maxItems: mostBadCells,
      description: 'Every cell that cannot be taken over; with any of them nothing is written',
    }),
  },
  {
    $id: 'ObservationImport',
    additionalProperties: false,
    description: 'What the import of a table did, or would do',
  },
)

/** The query of an export. */
export const exportQuery = Type.Object(
  {
    format: Type.Optional(
      choice(tableFormats, { description: 'csv or xlsx; default: what Accept names, else csv' }),
    ),
    status: Type.Optional(choice(observationStatuses, { description: 'Only those as firm as this' })),
    provenance: Type.Optional(choice(provenances, { description: 'Only those known in this way' })),
    asOf: Type.Optional(asOf),
  },
  { additionalProperties: false },
)

export const ExportedTable = Type.String({
  maxLength: 100_000_000,
  description: `At most ${mostObservations} rows under one that names the columns. Texts that a spreadsheet would take for a formula have an apostrophe before them; an import takes it away again`,
})

export const observationTableComponents = [BadCell, ObservationImport]
