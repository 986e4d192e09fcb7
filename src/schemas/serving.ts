import { Type } from 'typebox'
import { precisions } from '../domain/compute/catalogue.ts'
import { AcceleratorChoice, ModelChoice } from './choices.ts'
import { date } from './common.ts'
import { PurchasePrice, RentalPrice } from './device-money.ts'
import { choice, ref } from './reference.ts'

const number = (description: string, minimum: number, maximum: number) =>
  Type.Optional(Type.Number({ format: 'double', minimum, maximum, description }))
const whole = (description: string, minimum: number, maximum: number) =>
  Type.Optional(Type.Integer({ format: 'int32', minimum, maximum, description }))

export const SpeculativeDecoding = Type.Object(
  {
    draftTokens: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: 64,
      description: 'Tokens that are drafted before each step',
    }),
    acceptance: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 0.999,
      description: 'Probability that the model accepts a drafted token',
    }),
    draftShare: number('Time of a drafted token over that of a step of the model; default 0.05', 0, 1),
  },
  { $id: 'SpeculativeDecoding', additionalProperties: false, description: 'Drafts that the model verifies' },
)

export const ServingWorkload = Type.Object(
  {
    inputTokens: number('Tokens of a prompt; default 1,024', 1, 1e7),
    outputTokens: number('Tokens of an answer; default 256', 1, 1e6),
    concurrency: number('Requests at once, of all copies; default: as many as fit and keep `slo`', 1, 1e9),
    requestsPerSecond: number('Requests a second, of all copies, in place of `concurrency`', 1e-6, 1e8),
    prefixCacheHitRate: number(
      'Share of the tokens of a prompt that the prefix cache has; default 0',
      0,
      0.999,
    ),
    speculative: Type.Optional(ref(SpeculativeDecoding)),
  },
  { $id: 'ServingWorkload', additionalProperties: false, description: 'Requests of one kind, and how many' },
)

export const ServingParallelism = Type.Object(
  {
    tensor: whole('Devices that each layer is split over', 1, 1024),
    pipeline: whole('Stages that layers are divided into', 1, 128),
    data: whole('Copies of the model', 1, 1_000_000),
    expert: whole(
      'Devices that experts lie on, whole; beyond `tensor` the attention is repeated for other sequences',
      1,
      1024,
    ),
  },
  {
    $id: 'ServingParallelism',
    additionalProperties: false,
    description: 'How the model lies on devices; what is absent is chosen, the fewest devices first',
  },
)

export const ServiceLevel = Type.Object(
  {
    timePerOutputToken: number('Longest time per output token (TPOT), in seconds', 1e-6, 1e4),
    timeToFirstToken: number('Longest time to first token (TTFT) without a queue, in seconds', 1e-6, 1e5),
  },
  {
    $id: 'ServiceLevel',
    additionalProperties: false,
    minProperties: 1,
    description: 'What users wait for at most',
  },
)

/** How a fleet is sized for its load. */
export const fleetSizing = {
  peakFactor: number('Load at the peak over the mean; default 2', 1, 100),
  loadTarget: number('Share of the throughput that is planned for; default 0.8', 0.01, 1),
  maximumWait: number('Longest mean wait for a place, in seconds; default 1', 1e-3, 1e5),
  arrivalVariation: number(
    'Squared coefficient of variation of the time between requests; default 1',
    0,
    1e4,
  ),
  serviceVariation: number('Squared coefficient of variation of the time of a request; default 1', 0, 1e4),
  spareCopies: whole('Copies kept in reserve; default 1', 0, 100_000),
}

export const ServingFleet = Type.Object(
  {
    dailyUsers: Type.Number({ format: 'double', minimum: 1, maximum: 1e10, description: 'Users a day' }),
    requestsPerUser: number('Requests of a user a day; default 10', 1e-3, 1e5),
    ...fleetSizing,
  },
  { $id: 'ServingFleet', additionalProperties: false, description: 'A service for people, with a queue' },
)

export const ApiPrice = Type.Object(
  {
    perMillionInputTokens: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1e6,
      description: 'Price of a million input tokens, in USD',
    }),
    perMillionOutputTokens: Type.Number({
      format: 'double',
      minimum: 1e-6,
      maximum: 1e6,
      description: 'Price of a million output tokens, in USD',
    }),
  },
  { $id: 'ApiPrice', additionalProperties: false, description: 'What a seller of tokens asks' },
)

export const ThroughputClaim = Type.Object(
  {
    outputTokensPerSecond: Type.Number({
      format: 'double',
      minimum: 1e-6,
      maximum: 1e12,
      description: 'Output tokens a second of all copies',
    }),
  },
  {
    $id: 'ThroughputClaim',
    additionalProperties: false,
    description: 'A claimed throughput, refused when memory cannot be read that fast',
  },
)

export const ServingRequest = Type.Object(
  {
    model: ref(ModelChoice),
    precision: Type.Optional(
      choice(precisions, {
        description:
          'Number format of the weights; default: the 16-bit format that the device has a peak for',
      }),
    ),
    bytesPerParameter: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0.05,
        maximum: 64,
        description: 'Bytes that a parameter is held in, in place of a precision',
      }),
    ),
    accelerator: ref(AcceleratorChoice),
    memoryReserve: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0,
        maximum: 0.99,
        description: 'Share of the memory of each device that serving may not take; default 0.1',
      }),
    ),
    framework: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 80,
        description:
          'Serving software, with a version or year where known, such as `vLLM 0.19.0` or `TensorRT-LLM 1.0`; default vLLM',
      }),
    ),
    kvPrecision: Type.Optional(
      choice(['fp16', 'bf16', 'fp8', 'int8'], {
        description:
          'Number format of the KV cache; default: 16 bits, or what the software takes for narrow weights',
      }),
    ),
    workload: Type.Optional(ref(ServingWorkload)),
    parallel: Type.Optional(ref(ServingParallelism)),
    slo: Type.Optional(ref(ServiceLevel)),
    disaggregated: Type.Optional(
      Type.Boolean({
        description:
          'Whether prompts are prefilled on devices of their own, and their caches sent over the network',
      }),
    ),
    fleet: Type.Optional(ref(ServingFleet)),
    price: Type.Optional(ref(RentalPrice)),
    utilisation: number(
      'Share of the throughput that is used, which costs are spread over; default 1',
      0.001,
      1,
    ),
    apiPrice: Type.Optional(ref(ApiPrice)),
    claim: Type.Optional(ref(ThroughputClaim)),
    purchase: Type.Optional(ref(PurchasePrice)),
    priceAsOf: Type.Optional(
      date(
        "Day of the catalogue price, when no price is given: the median of vendors' latest purchase prices in the twelve months before",
      ),
    ),
  },
  {
    $id: 'ServingRequest',
    additionalProperties: false,
    description: 'A model to be held on devices and served',
  },
)

export const servingComponents = [
  PurchasePrice,
  SpeculativeDecoding,
  ServingWorkload,
  ServingParallelism,
  ServiceLevel,
  ServingFleet,
  ApiPrice,
  ThroughputClaim,
  ServingRequest,
]
