import { Type } from 'typebox'
import { roleKinds } from '../domain/company/touched.ts'
import { Label } from './common.ts'
import { confidence, idOrNull, provenance, textOrNull } from './datum.ts'
import { documentSchemas } from './document.ts'
import { choice, nullable, ref } from './reference.ts'

/** The layers of the industry chain. */
export const layers = ['foundation', 'middle', 'application'] as const

const statement = {
  fact: ref(Label),
  value: Type.Unsafe<number | string>({
    type: ['number', 'string'],
    format: 'double',
    minimum: -1e18,
    maximum: 1e18,
    maxLength: 400,
    description: 'The value: a number in `unit`, or words',
  }),
}
const origin = {
  unit: textOrNull(40, 'Unit of the value; null where it has none'),
  period: textOrNull(40, 'What time it is of, as the source states it; null when it does not'),
  provenance,
  source: idOrNull('Id of the source, see GET /v1/sources; null for a fact of your own'),
}
const aside = {
  note: Type.Optional(textOrNull(1_000, 'What must be known to read the value rightly')),
  confidence: Type.Optional(confidence),
}

const CompanyFact = Type.Object(
  { ...statement, ...origin, ...aside },
  {
    $id: 'CompanyFact',
    additionalProperties: false,
    description: 'Something dated and sourced about a company',
  },
)

/** What a fact gets that its writer leaves out: whoever states a fact without more has read it. */
export const factDefaults = { unit: null, period: null, provenance: 'read', source: null } as const

const CompanyFactWrite = Type.Object(
  { ...statement, ...Type.Partial(Type.Object(origin)).properties, ...aside },
  {
    $id: 'CompanyFactWrite',
    additionalProperties: false,
    description:
      'A fact to be written; without them, `unit`, `period` and `source` are null and `provenance` is read',
  },
)

const CompanyRole = Type.Object(
  {
    kind: choice(roleKinds, {
      description:
        'accelerator-vendor and model-developer: `name` is what the catalogue calls the vendor or organization; segment: `name` is the segment of a market or of its datasets; server-vendor: `name` is the id of the vendor in a `demand`',
    }),
    name: Type.String({ minLength: 1, maxLength: 100, description: 'Vendor, organization or segment' }),
    provenance,
    source: idOrNull('Id of the source that says so, see GET /v1/sources; null when none was read'),
  },
  { $id: 'CompanyRole', additionalProperties: false, description: 'What a company makes or sells' },
)

const facts = 'What is known of it, dated and sourced'

export const companySchemas = documentSchemas(
  'Company',
  'company',
  {
    name: ref(Label),
    ticker: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      pattern: '^[A-Z0-9]{1,10}([.:-][A-Z]{1,6})?$',
      maxLength: 17,
      description: 'Symbol under which its shares trade; null when there is none or the report gives none',
    }),
    market: textOrNull(40, 'Where it stands: A-share, giant, or a word of your own'),
    layers: Type.Array(choice(layers, { description: 'Layer of the industry chain' }), {
      maxItems: layers.length,
      uniqueItems: true,
      description: 'Layers of the industry chain that it is part of',
    }),
    reportRating: nullable(Label),
    profile: ref(Label),
    facts: Type.Array(ref(CompanyFact), { maxItems: 200, description: facts }),
    layout: nullable(Label),
    roles: Type.Array(ref(CompanyRole), {
      maxItems: 50,
      description: 'What it makes or sells that estimates are about: by these a scenario touches it',
    }),
    note: textOrNull(2_000, 'Remark'),
  },
  {
    ticker: null,
    market: null,
    layers: [],
    reportRating: null,
    profile: { en: '', zh: '' },
    facts: [],
    layout: null,
    roles: [],
    note: null,
  },
  { written: { facts: Type.Array(ref(CompanyFactWrite), { maxItems: 200, description: facts }) } },
)

export const companyComponents = [CompanyRole, CompanyFact, CompanyFactWrite, ...companySchemas.components]
