import { Type } from 'typebox'
import { roleKinds } from '../domain/company/touched.ts'
import { Label } from './common.ts'
import { layers } from './company.ts'
import { companyFactSchemas, factWord } from './company-fact.ts'
import { count, idOf, numberOrNull, text, textOrNull, texts, vintage } from './datum.ts'
import { asOf, filter } from './document.ts'
import { Warning } from './estimate.ts'
import { choice, nullable, ref } from './reference.ts'

const year = Type.Integer({
  format: 'int32',
  minimum: 1_900,
  maximum: 2_200,
  description: 'Calendar or fiscal year',
})
const layer = choice(layers, { description: 'Only companies of this layer' })
const amount = (description: string) => numberOrNull(description, -1e30, 1e30)

/** The query of a comparison of companies. */
export const companyComparisonQuery = Type.Object(
  {
    fact: factWord('What is compared: revenue, net-profit, rd-expense, gross-margin, employees, …'),
    year,
    layer: Type.Optional(layer),
    market: Type.Optional(filter('Only companies of this market: A-share, giant, private')),
    unit: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 40,
        description:
          'Unit of the answer; default: that of the figures, and 亿元 where they are of several currencies or scales',
      }),
    ),
    asOf: Type.Optional(asOf),
  },
  { additionalProperties: false },
)

const {
  version: _v,
  createdAt: _c,
  updatedAt: _u,
  ...figureMembers
} = (companyFactSchemas.resource as unknown as { properties: Record<string, ReturnType<typeof Type.String>> })
  .properties
const ComparedFigure = Type.Object(figureMembers, {
  $id: 'ComparedFigure',
  additionalProperties: false,
  description: 'A figure of a company as it was published',
})

const ComparedCompany = Type.Object(
  {
    id: idOf('company'),
    name: ref(Label),
    layers: Type.Array(choice(layers, { description: 'Layer of the industry chain' }), {
      maxItems: layers.length,
      description: 'Layers that it is part of',
    }),
    value: amount('The figure in the unit of the answer; null when none is known, or only bounds are'),
    rank: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      format: 'int32',
      minimum: 1,
      maximum: 100_000,
      description: 'Place by size, from 1; null without a value',
    }),
    change: amount('Growth over the year before, as a share; null when it is not known'),
    figure: nullable(ComparedFigure),
    others: Type.Array(ref(ComparedFigure), {
      maxItems: 1_000,
      description: 'Other figures for the same thing: restated, of another source, or less firm',
    }),
  },
  { $id: 'ComparedCompany', additionalProperties: false, description: 'A company in a comparison' },
)

const ComparedLayer = Type.Object(
  {
    layer: choice(layers, { description: 'Layer of the industry chain' }),
    companies: count('Companies of the layer in the comparison'),
    known: count('Those with a value'),
    total: amount('Sum of their values; null without any'),
    median: amount('Median of their values; null without any'),
  },
  {
    $id: 'ComparedLayer',
    additionalProperties: false,
    description: 'A layer in a comparison; a company of two layers counts in both',
  },
)

export const CompanyComparison = Type.Object(
  {
    fact: factWord('What is compared'),
    label: nullable(Label),
    year,
    unit: textOrNull(40, 'Unit of the values; null when no figure has one'),
    asOf: vintage,
    companies: Type.Array(ref(ComparedCompany), {
      maxItems: 100_000,
      description: 'The companies, largest first',
    }),
    layers: Type.Array(ref(ComparedLayer), { maxItems: layers.length, description: 'Their layers' }),
    warnings: Type.Array(ref(Warning), {
      maxItems: 10,
      description: 'What must be known to read it rightly',
    }),
  },
  { $id: 'CompanyComparison', additionalProperties: false, description: 'One fact of a year over companies' },
)

const CompanyTouch = Type.Object(
  {
    company: idOf('company'),
    name: ref(Label),
    through: choice([...roleKinds, 'named'], {
      description: 'What leads to it: a role of the company, or that the scenario names it',
    }),
    pointer: text(400, 'Where the scenario says so: into its inputs, or into its companies when it is named'),
    of: text(100, 'Id of the accelerator, model, segment or vendor there; of the company when it is named'),
    quantities: texts(10, 200, 'Results of the estimate that it works through'),
  },
  {
    $id: 'CompanyTouch',
    additionalProperties: false,
    description: 'One way in which a scenario touches a company',
  },
)

export const TouchedCompanies = Type.Object(
  {
    scenario: text(100, 'Id of the scenario'),
    version: count('Version of the scenario'),
    touches: Type.Array(ref(CompanyTouch), { maxItems: 10_000, description: 'By company' }),
  },
  {
    $id: 'TouchedCompanies',
    additionalProperties: false,
    description: 'Which companies a scenario touches, and through which quantity',
  },
)

export const companyComparisonComponents = [
  ComparedFigure,
  ComparedCompany,
  ComparedLayer,
  CompanyComparison,
  CompanyTouch,
  TouchedCompanies,
]
