import { Type } from 'typebox'
import { idPattern, Label } from './common.ts'
import { observationStatuses } from './dataset.ts'
import { confidence, idOrNull, provenance, textOrNull, vintage } from './datum.ts'
import { documentSchemas } from './document.ts'
import { choice, nullable, ref } from './reference.ts'

/** What a fact is about: a word such as `revenue`, by which facts of companies are compared. */
export const factWord = (description: string) =>
  Type.String({ pattern: idPattern, maxLength: 100, description })

const bound = (description: string) =>
  Type.Unsafe<number | null>({
    type: ['number', 'null'],
    format: 'double',
    minimum: -1e18,
    maximum: 1e18,
    description,
  })

/** Components of facts about companies: as served, made, replaced, patched and listed. */
export const companyFactSchemas = documentSchemas(
  'CompanyFigure',
  'fact about a company',
  {
    fact: factWord('What it is: revenue, net-profit, rd-expense, employees, release-date, …'),
    label: ref(Label),
    subject: nullable(Label),
    value: Type.Unsafe<number | string | null>({
      type: ['number', 'string', 'null'],
      format: 'double',
      minimum: -1e18,
      maximum: 1e18,
      maxLength: 400,
      description: 'The value: a number in `unit`, or words; null where only bounds are known',
    }),
    low: bound('Lower bound; null when the value is a single one'),
    high: bound('Upper bound; null when the value is a single one'),
    unit: textOrNull(40, 'Unit of the value; null where it has none'),
    period: Type.String({
      minLength: 1,
      maxLength: 40,
      description:
        'What time it is of, as its source divides time: 2024, 2025H1, 2025Q1-Q3, FY2025 (a fiscal year), TTM 2025-12, 2025-06-30',
    }),
    basis: textOrNull(
      400,
      'How it is counted: standards, fiscal year, what is left in or out; null when unknown',
    ),
    status: choice(observationStatuses, { description: 'How firm it is' }),
    vintage,
    provenance,
    source: idOrNull('Id of the source, see GET /v1/sources; null for a fact of your own'),
    note: textOrNull(1_000, 'What must be known to read the value rightly'),
    confidence: Type.Unsafe<string | null>({
      ...confidence,
      type: ['string', 'null'],
      enum: ['high', 'medium', 'low', null],
      description: 'How sure a recalled value is; null when it was not recalled',
    }),
  },
  {
    subject: null,
    low: null,
    high: null,
    unit: null,
    basis: null,
    status: 'actual',
    vintage: null,
    provenance: 'read',
    source: null,
    note: null,
    confidence: null,
  },
)

export const companyFactComponents = companyFactSchemas.components
