import { type TObject, type TSchema, Type } from 'typebox'
import { type EstimatorId, estimatorIds } from '../domain/estimators.ts'
import { idPattern } from './common.ts'
import { pageOf } from './document.ts'
import { estimatorRequests } from './estimators.ts'
import { choice, ref } from './reference.ts'

const idList = (what: string, maxItems: number) =>
  Type.Array(Type.String({ pattern: idPattern, maxLength: 100, description: `Id of a ${what}` }), {
    maxItems,
    uniqueItems: true,
    description: `Ids of the ${what} entries that the scenario refers to`,
  })

const name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'Unique name' })
const description = Type.String({ maxLength: 4_000, description: 'What the scenario is about' })
const tags = Type.Array(Type.String({ minLength: 1, maxLength: 60, description: 'Tag' }), {
  maxItems: 20,
  uniqueItems: true,
  description: 'Words to find the scenario by',
})
const rerunOn = Type.Array(
  choice(['datasets', 'catalogue'], {
    description: 'datasets: those that the inputs refer to; catalogue: prices, accelerators, models',
  }),
  {
    maxItems: 2,
    uniqueItems: true,
    description:
      'Changes on which the scenario is run again, once it has been run: the new run names the one before in rerunOf',
  },
)
const moment = (text: string) => Type.String({ format: 'date-time', maxLength: 30, description: text })
const version = Type.Integer({
  format: 'int32',
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'Version, which the ETag names too',
})

/** The members of a scenario beside its estimator and inputs, which may be left out when writing. */
export const scenarioDefaults = {
  description: '',
  tags: [],
  companies: [],
  datasets: [],
  rerunOn: [],
} as const

const contentOf = (id: EstimatorId): TObject =>
  Type.Object(
    {
      name,
      estimator: Type.Unsafe<EstimatorId>({
        type: 'string',
        enum: [id],
        description: 'The estimator that the inputs are for',
      }),
      inputs: ref(estimatorRequests[id]),
      description: Type.Optional(description),
      tags: Type.Optional(tags),
      companies: Type.Optional(idList('company', 100)),
      datasets: Type.Optional(idList('dataset', 100)),
      rerunOn: Type.Optional(rerunOn),
    },
    {
      $id: `${id[0]?.toUpperCase()}${id.slice(1)}Scenario`,
      additionalProperties: false,
      description: `What a scenario for the estimator ${id} says`,
    },
  )

const contents: readonly TSchema[] = estimatorIds.map(contentOf)

export interface ScenarioWrite {
  readonly name: string
  readonly estimator: EstimatorId
  readonly inputs: Readonly<Record<string, unknown>>
  readonly description?: string
  readonly tags?: readonly string[]
  readonly companies?: readonly string[]
  readonly datasets?: readonly string[]
  readonly rerunOn?: readonly ('datasets' | 'catalogue')[]
}

export const Inputs = Type.Unsafe<Record<string, unknown>>({
  $id: 'Inputs',
  type: 'object',
  additionalProperties: true,
  maxProperties: 200,
  description: 'Inputs of an estimator, after its request schema',
})

// The branches are exact; the members stand here too so that readers and generators see them at a glance.
export const ScenarioContent = Type.Unsafe<ScenarioWrite>({
  $id: 'ScenarioContent',
  type: 'object',
  required: ['name', 'estimator', 'inputs'],
  properties: {
    name,
    estimator: choice(estimatorIds, { description: 'The estimator that the inputs are for' }),
    inputs: ref(Inputs),
    description,
    tags,
    companies: idList('company', 100),
    datasets: idList('dataset', 100),
    rerunOn,
  },
  discriminator: { propertyName: 'estimator' },
  oneOf: contents.map(content => ref(content)),
  description: 'What a scenario says: the inputs follow the schema of its estimator',
})

export const ScenarioPatch = Type.Unsafe<Record<string, unknown>>({
  $id: 'ScenarioPatch',
  type: 'object',
  additionalProperties: true,
  maxProperties: 20,
  description:
    'A merge patch (RFC 7396) of a scenario: members given replace, null removes, objects such as inputs merge; the result must be a valid ScenarioContent',
})

const shown = {
  name,
  estimator: choice(estimatorIds, { description: 'The estimator that the inputs are for' }),
  description,
  tags,
  inputs: ref(Inputs),
  companies: idList('company', 100),
  datasets: idList('dataset', 100),
  rerunOn,
}

const id = Type.String({
  pattern: idPattern,
  maxLength: 100,
  description: 'Id of the scenario, made from its first name',
})

export const Scenario = Type.Object(
  {
    id,
    version,
    createdAt: moment('When it was made'),
    updatedAt: moment('When this version was made'),
    ...shown,
  },
  {
    $id: 'Scenario',
    additionalProperties: false,
    description: 'A named, versioned set of inputs for one estimator',
  },
)

export const ScenarioVersion = Type.Object(
  { id, version, createdAt: moment('When this version was made'), ...shown },
  { $id: 'ScenarioVersion', additionalProperties: false, description: 'A scenario as it was at a version' },
)

export const ScenarioPage = pageOf(Scenario, 'ScenarioPage', 'Some of the list of scenarios')
export const ScenarioVersionPage = pageOf(
  ScenarioVersion,
  'ScenarioVersionPage',
  'Some of the versions of a scenario',
)

export const scenarioComponents = [
  ...contents,
  Inputs,
  ScenarioContent,
  ScenarioPatch,
  Scenario,
  ScenarioVersion,
  ScenarioPage,
  ScenarioVersionPage,
]
