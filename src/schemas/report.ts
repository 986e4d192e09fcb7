import { type TSchema, Type } from 'typebox'
import type { Origin as OriginRecord } from '../domain/evidence/claim.ts'
import { evidenceNumber, Origin } from './claim.ts'
import { idPattern, Label } from './common.ts'
import { documentSchemas, pageOf } from './document.ts'
import { choice, nullable, ref } from './reference.ts'

const text = (maxLength: number, description: string) => Type.String({ maxLength, description })
const textOrNull = (maxLength: number, description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength, description })
const id = (description: string) => Type.String({ pattern: idPattern, maxLength: 100, description })
const number = Type.Integer({
  format: 'int32',
  minimum: 1,
  maximum: 10_000,
  description: 'Its number in the report',
})
const claims = Type.Array(id('Id of a claim of the report'), {
  maxItems: 200,
  uniqueItems: true,
  description: 'The claims that it rests on',
})
const note = textOrNull(4_000, 'Remark of the reader, in words of their own')

const component = <P extends Record<string, TSchema>>($id: string, description: string, members: P) =>
  Type.Object(members, { $id, additionalProperties: false, description })

const RecommendedCompany = component('RecommendedCompany', 'A company that a report recommends', {
  company: id('Id of the company, see /v1/companies'),
  ticker: textOrNull(40, 'Ticker as the report prints it'),
})

const Recommendation = component('ReportRecommendation', 'Companies of a layer that a report rates alike', {
  layer: choice(['foundation', 'middle', 'application'], { description: 'Layer of the industry chain' }),
  rating: ref(Label),
  companies: Type.Array(ref(RecommendedCompany), { maxItems: 200, description: 'The companies' }),
  note,
})

const TableColumn = component('ReportTableColumn', 'A column of a table', {
  id: id('Id of the column, by which rows name their cells'),
  label: ref(Label),
})

// The serialiser takes the first type that fits, and arrays and objects fit a string: they come first.
const TableCell = Type.Unsafe<unknown>({
  $id: 'ReportTableCell',
  ...evidenceNumber,
  type: ['array', 'object', 'number', 'string', 'null'],
  maxLength: 4_000,
  maxItems: 100,
  items: { type: 'string', maxLength: 4_000, description: 'One of several words' },
  additionalProperties: false,
  minProperties: 2,
  maxProperties: 2,
  properties: {
    en: text(4_000, 'English text'),
    zh: text(4_000, 'Chinese text'),
    company: id('Id of the company that has the content of the cell'),
    member: text(100, 'The member of that company'),
  },
  description:
    'A cell: text in one or both languages, a number, several words, nothing, or the member of a company where the content is kept',
})

const TableRow = Type.Unsafe<{ readonly id: string; readonly [column: string]: unknown }>({
  $id: 'ReportTableRow',
  type: 'object',
  required: ['id'],
  properties: { id: text(200, 'Id of the row') },
  additionalProperties: ref(TableCell),
  maxProperties: 60,
  description: 'A row of a table: its cells by the ids of the columns',
})

const ReportTable = component('ReportTable', 'A table of a report', {
  no: number,
  title: ref(Label),
  source: text(1_000, 'Source line under the table'),
  columns: Type.Array(ref(TableColumn), { maxItems: 60, description: 'The columns, in order' }),
  rows: Type.Array(ref(TableRow), { maxItems: 2_000, description: 'The rows, in order' }),
  note,
})

const figureStatus = choice(['lost', 'reconstructed', 'illustration'], {
  description:
    'lost: its figures are not to be had; reconstructed: a dataset or the catalogue rebuilds them, at least in part; illustration: it shows none',
})

const ReportFigure = component('ReportFigure', 'A figure of a report, and what is left of it', {
  no: number,
  title: ref(Label),
  source: text(1_000, 'Source line under the figure'),
  status: figureStatus,
  datasets: Type.Array(id('Id of a dataset'), {
    maxItems: 50,
    description: 'The datasets that rebuild it, see /v1/datasets',
  }),
  note,
})

const severity = choice(['high', 'medium', 'low'], { description: 'How much rests on it' })

const ReportFinding = component('ReportFinding', 'An error or a gap that reading a report brought up', {
  id: id('Id of the finding'),
  severity,
  where: text(200, 'Where in the report'),
  summary: ref(Label),
  claims,
  evidence: Type.Array(ref(Origin), { maxItems: 50, description: 'Other places and facts that it rests on' }),
})

const Alternative = component('ReportAlternative', 'One of several figures for what reads as one quantity', {
  label: ref(Label),
  value: Type.Number({ ...evidenceNumber, description: 'The figure, in its unit' }),
  unit: text(200, 'Unit of the figure'),
  claims,
  expression: textOrNull(1_000, 'How it comes about, in the grammar of formulas; null when it is not known'),
  note,
})

const AlternativeGroup = component(
  'ReportAlternativeGroup',
  'Figures of a report that compete for one quantity',
  {
    id: id('Id of the group'),
    name: ref(Label),
    members: Type.Array(ref(Alternative), { maxItems: 50, description: 'The figures' }),
    note,
  },
)

const list = (item: TSchema, maxItems: number, description: string) =>
  Type.Array(ref(item), { maxItems, description })

/** Components of reports: as served, made, replaced, patched and listed. */
export const reportSchemas = documentSchemas(
  'Report',
  'report',
  {
    title: ref(Label),
    publisher: ref(Label),
    date: Type.String({
      pattern: '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$',
      maxLength: 10,
      description: 'When it was published: a day, a month or a year',
    }),
    dateNote: textOrNull(1_000, 'What the date rests on'),
    industry: nullable(Label),
    rating: nullable(Label),
    source: textOrNull(100, 'Id of the report among the sources, see /v1/sources; null when it is not one'),
    recommendations: list(Recommendation, 100, 'Companies that it recommends'),
    risks: list(Label, 100, 'Risks that it warns of'),
    tables: list(ReportTable, 100, 'Its tables'),
    figures: list(ReportFigure, 200, 'Its figures'),
    findings: list(ReportFinding, 500, 'What reading it brought up'),
    alternatives: list(AlternativeGroup, 100, 'Figures that compete for one quantity'),
  },
  {
    dateNote: null,
    industry: null,
    rating: null,
    source: null,
    recommendations: [],
    risks: [],
    tables: [],
    figures: [],
    findings: [],
    alternatives: [],
  },
  { large: ['tables', 'figures', 'findings', 'alternatives'] },
)

/** What of a report its parts and references are read from. */
export interface ReportRecord {
  readonly title: { readonly en: string; readonly zh: string }
  readonly source: string | null
  readonly date: string
  readonly recommendations: readonly { readonly companies: readonly { readonly company: string }[] }[]
  readonly tables: readonly { readonly no: number; readonly rows: readonly { readonly id: string }[] }[]
  readonly figures: readonly {
    readonly no: number
    readonly status: string
    readonly datasets: readonly string[]
  }[]
  readonly findings: readonly {
    readonly id: string
    readonly severity: string
    readonly claims: readonly string[]
    readonly evidence: readonly OriginRecord[]
  }[]
  readonly alternatives: readonly { readonly id: string }[]
}

export const ReportTablePage = pageOf(ReportTable, 'ReportTablePage', 'Some of the tables of a report')
export const ReportFigurePage = pageOf(ReportFigure, 'ReportFigurePage', 'Some of the figures of a report')
export const ReportFindingPage = pageOf(
  ReportFinding,
  'ReportFindingPage',
  'Some of the findings on a report',
)
export const AlternativeGroupPage = pageOf(
  AlternativeGroup,
  'ReportAlternativePage',
  'Some of the alternatives that a report leaves open',
)

/** Filters of the parts of a report. */
export const partFilters = { status: figureStatus, severity, claim: id('Only those that rest on this claim') }

export const reportComponents = [
  RecommendedCompany,
  Recommendation,
  TableColumn,
  TableCell,
  TableRow,
  ReportTable,
  ReportFigure,
  ReportFinding,
  Alternative,
  AlternativeGroup,
  ...reportSchemas.components,
  ReportTablePage,
  ReportFigurePage,
  ReportFindingPage,
  AlternativeGroupPage,
]
