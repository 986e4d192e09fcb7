import { Type } from 'typebox'
import { Label } from './common.ts'
import { idOf, number, text, textOrNull } from './datum.ts'
import { metadata } from './document.ts'
import { nullable, ref } from './reference.ts'

const ChainSegment = Type.Object(
  { id: idOf('segment'), name: ref(Label), description: ref(Label) },
  { $id: 'ChainSegment', additionalProperties: false, description: 'A part of a layer' },
)

const ChainLayer = Type.Object(
  {
    id: idOf('layer'),
    name: ref(Label),
    description: ref(Label),
    segments: Type.Array(ref(ChainSegment), { maxItems: 20, description: 'Its parts' }),
    companies: Type.Array(idOf('company'), { maxItems: 100, description: 'Who the report places there' }),
  },
  { $id: 'ChainLayer', additionalProperties: false, description: 'A layer of the industry chain' },
)

const ParameterRange = Type.Object(
  { low: number('Fewest parameters'), high: number('Most parameters') },
  { $id: 'ParameterRange', additionalProperties: false, description: 'Parameters of a generation of models' },
)

const ModelGeneration = Type.Object(
  {
    model: text(100, 'Name'),
    released: text(10, 'Month of publication'),
    parameters: ref(ParameterRange),
    pretrainingData: ref(Label),
    cost: nullable(Label),
    resources: ref(Label),
    source: idOf('source, see GET /v1/sources'),
  },
  {
    $id: 'ModelGeneration',
    additionalProperties: false,
    description: 'A generation of the GPT series, as the report tells it',
  },
)

const UserGrowth = Type.Object(
  {
    product: text(100, 'Name'),
    months: number('Months from launch to 100 million users', 0, 1_000),
    label: ref(Label),
    source: idOf('source, see GET /v1/sources'),
  },
  {
    $id: 'UserGrowth',
    additionalProperties: false,
    description: 'How fast a product reached 100 million users',
  },
)

export const IndustryChain = Type.Object(
  {
    id: idOf('industry chain'),
    ...metadata,
    title: ref(Label),
    layers: Type.Array(ref(ChainLayer), { maxItems: 10, description: 'The layers, from the foundation up' }),
    modelGenerations: Type.Array(ref(ModelGeneration), {
      maxItems: 50,
      description: 'Generations of models',
    }),
    timeTo100MillionUsers: Type.Array(ref(UserGrowth), {
      maxItems: 50,
      description: 'Time that products took to reach 100 million users, fastest first',
    }),
    source: idOf('source, see GET /v1/sources'),
    note: textOrNull(2_000, 'Remark'),
  },
  {
    $id: 'IndustryChain',
    additionalProperties: false,
    description: 'Who sits where between chips and users, with the generations of models and their uptake',
  },
)

export const industryChainComponents = [
  ChainSegment,
  ChainLayer,
  ParameterRange,
  ModelGeneration,
  UserGrowth,
  IndustryChain,
]
