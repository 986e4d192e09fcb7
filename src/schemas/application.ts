import { Type } from 'typebox'
import { idPattern, Label } from './common.ts'
import { idOrNull, text, textOrNull } from './datum.ts'
import { documentSchemas } from './document.ts'
import { nullable, ref } from './reference.ts'

export const applicationSchemas = documentSchemas(
  'Application',
  'application',
  {
    name: textOrNull(200, 'Name of the product; null where the source gives a company alone'),
    field: Type.String({
      pattern: idPattern,
      maxLength: 100,
      description: 'Field as a word for filters: text-generation, painting, audio, …',
    }),
    fieldLabel: ref(Label),
    scenario: ref(Label),
    company: text(200, 'Who offers it'),
    basis: nullable(Label),
    table: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      format: 'int32',
      minimum: 1,
      maximum: 1_000,
      description: 'Number of the table of the source that lists it; null when none does',
    }),
    source: idOrNull('Id of the source, see GET /v1/sources; null for an entry of your own'),
    remark: textOrNull(1_000, 'What is wrong or unclear about the entry; null when nothing is'),
  },
  { name: null, basis: null, table: null, source: null, remark: null },
)

export const applicationComponents = applicationSchemas.components
