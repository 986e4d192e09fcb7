import { type TSchema, Type } from 'typebox'
import {
  count,
  DateDatum,
  Datum,
  idOf,
  idOrNull,
  numberOrNull,
  provenance,
  provenances,
  text,
  textOrNull,
  texts,
  vintage,
} from './datum.ts'
import { pageOf } from './document.ts'
import { choice, nullable, ref } from './reference.ts'

/** The classes that models are grouped by. */
export const modelClasses = ['decoder', 'encoder', 'encoder-decoder', 'moe', 'diffusion'] as const

const flag = (description: string) => Type.Boolean({ description })
const optional = (members: Record<string, TSchema>) =>
  Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, Type.Optional(schema)]))

export const ModelArchitecture = Type.Object(
  optional({
    layers: count('Layers'),
    encoderLayers: count('Layers of the encoder'),
    decoderLayers: count('Layers of the decoder'),
    hidden: count('Width of the residual stream'),
    heads: count('Attention heads'),
    kvHeads: count('Heads that keys and values are shared by; as many as `heads` when absent'),
    headDim: count('Width of a head; `hidden` / `heads` when absent'),
    ffn: count('Width inside the feed-forward part, of one expert where there are experts'),
    gatedMlp: flag('Whether the feed-forward part is gated (three matrices in place of two)'),
    denseFfn: count('Width inside the feed-forward part of dense layers'),
    denseGatedMlp: flag('Whether the feed-forward part of dense layers is gated'),
    firstDenseLayers: count('Layers at the start that have no experts'),
    experts: count('Experts in a layer'),
    topK: count('Experts that a token passes through'),
    sharedExperts: count('Experts that every token passes through'),
    moePeriod: count('Every how many layers there are experts'),
    vocab: count('Entries of the vocabulary'),
    tiedEmbeddings: flag('Whether input and output embeddings are the same'),
    maxSequence: count('Longest sequence, in tokens'),
    learnedPositions: flag('Whether positions are learned'),
    relativePositionProjection: flag('Whether relative positions have a projection of their own'),
    attention: choice(['mla'], {
      description: 'mla: multi-head latent attention; absent for the common kind',
    }),
    qLoraRank: count('Rank that queries are compressed to; 0 for none'),
    kvLoraRank: count('Rank that keys and values are compressed to'),
    qkNopeHeadDim: count('Width of the part of a head without positions'),
    qkRopeHeadDim: count('Width of the part of a head with positions'),
    vHeadDim: count('Width of the values of a head'),
    mtpLayers: count('Layers that predict further tokens'),
    slidingWindow: count('Tokens that an attention layer with a sliding window sees'),
    slidingWindowLayers: count('Attention layers with a sliding window; all of them when absent'),
    stateSpaceLayers: count('Layers that mix tokens through a state of fixed size in place of attention'),
    stateSpaceInner: count('Inner width of state-space layers; twice `hidden` when absent'),
    stateSize: count('Size of the state of a state-space channel'),
    unetParameters: count('Parameters of the denoising network'),
    textEncoderParameters: count('Parameters of the text encoder'),
    vaeParameters: count('Parameters of the image encoder and decoder'),
    latent: Type.Array(count('Extent'), { maxItems: 4, description: 'Shape of the latent image' }),
    resolution: Type.Array(count('Extent, in pixels'), { maxItems: 2, description: 'Size of the image' }),
    defaultSteps: count('Denoising steps by default'),
  }),
  {
    $id: 'ModelArchitecture',
    additionalProperties: false,
    description: 'What parameters and arithmetic are counted from; members that do not apply are absent',
  },
)

const memberNames = (description: string) =>
  Type.Optional(Type.Array(text(60, 'Name of a member'), { maxItems: 40, description }))

const ArchitectureSource = Type.Object(
  {
    source: idOf('source, see GET /v1/sources'),
    locator: textOrNull(300, 'Table or file within the source'),
    provenance,
    vintage,
    correctedMembers: memberNames('Members that the source has wrong, corrected here'),
    recalledMembers: memberNames('Members that are recalled although the others were read'),
    note: Type.Optional(text(1_000, 'What must be known about it')),
  },
  { $id: 'ArchitectureSource', additionalProperties: false, description: 'Where an architecture is from' },
)

const parameters = (description: string) =>
  Type.Integer({ format: 'int64', minimum: 0, maximum: 9_007_199_254_740_991, description })

const CountedParameters = Type.Object(
  {
    total: parameters('All parameters'),
    active: parameters('Parameters that one token passes through'),
    matmulActive: parameters('Those of them that are multiplied, embeddings looked up left out'),
  },
  {
    $id: 'CountedParameters',
    additionalProperties: false,
    description: 'Parameters as counted from the architecture',
  },
)

const ReportedTraining = Type.Object(
  {
    accelerator: idOrNull('Id of the accelerator'),
    devices: numberOrNull('Devices'),
    deviceHours: numberOrNull('Device-hours of all training'),
    pretrainingDeviceHours: numberOrNull('Device-hours of pretraining alone'),
    cost: numberOrNull('Cost, in `currency`'),
    costPerDeviceHour: numberOrNull('Price of a device-hour that the cost assumes, in `currency`'),
    currency: textOrNull(3, 'Currency of the cost'),
    numericFormat: textOrNull(40, 'Number format'),
    source: idOf('source, see GET /v1/sources'),
    locator: textOrNull(300, 'Table or line within the source'),
    provenance,
    note: Type.Optional(text(1_000, 'What must be known to read the values rightly')),
  },
  {
    $id: 'ReportedTraining',
    additionalProperties: false,
    description: 'What the publishers themselves say of the training',
  },
)

export const ModelTraining = Type.Object(
  {
    flop: nullable(Datum),
    otherFlop: Type.Array(ref(Datum), {
      maxItems: 10,
      description: 'What other sources give for the same, kept beside it',
    }),
    tokens: nullable(Datum),
    hardware: textOrNull(200, 'Devices as the source names them'),
    accelerator: idOrNull('Id of the accelerator, where the catalogue has the hardware'),
    devices: nullable(Datum),
    deviceHours: nullable(Datum),
    wallHours: nullable(Datum),
    mfu: nullable(Datum),
    numericFormat: textOrNull(40, 'Number formats used'),
    batchSize: nullable(Datum),
    batchTokens: nullable(Datum),
    power: nullable(Datum),
    epochs: nullable(Datum),
    datasetSize: nullable(Datum),
    parametersAssumed: nullable(Datum),
    reported: nullable(ReportedTraining),
    confidence: textOrNull(40, 'How sure the source is'),
    method: textOrNull(200, 'How the source estimated the compute'),
    source: idOrNull('Id of the source of confidence and method'),
    locator: textOrNull(300, 'Row within that source'),
    provenance: Type.Unsafe<(typeof provenances)[number] | null>({
      type: ['string', 'null'],
      enum: [...provenances, null],
      description: 'Whether confidence and method were read; null where there are none',
    }),
    vintage,
  },
  { $id: 'ModelTraining', additionalProperties: false, description: 'How a model was trained' },
)

export const Model = Type.Object(
  {
    id: idOf('model'),
    name: text(200, 'Name'),
    organization: text(200, 'Who published it'),
    class: choice(modelClasses, { description: 'Kind of architecture' }),
    releaseDate: nullable(DateDatum),
    parameters: nullable(Datum),
    activeParameters: nullable(Datum),
    architecture: nullable(ModelArchitecture),
    architectureSource: nullable(ArchitectureSource),
    counted: nullable(CountedParameters),
    training: nullable(ModelTraining),
    notes: texts(20, 1_000, 'What must be known to use the values rightly'),
  },
  {
    $id: 'Model',
    additionalProperties: false,
    description: 'A published model: sizes as stated and as counted from its architecture, and its training',
  },
)

export const ModelPage = pageOf(Model, 'ModelPage', 'Some of the list of models')

export const modelComponents = [
  ModelArchitecture,
  ArchitectureSource,
  CountedParameters,
  ReportedTraining,
  ModelTraining,
  Model,
  ModelPage,
]
