import { Type } from 'typebox'
import { samplingMethods } from '../domain/sheet/random/sampler.ts'
import { leastSamples, mostSamples } from '../domain/uncertainty/simulation-plan.ts'
import { simulationDefaults } from '../domain/uncertainty/simulation-request.ts'
import { CorrelationRepair, correlationComponents, correlationMembers } from './correlation.ts'
import { finite, quantityId, Warning } from './estimate.ts'
import { choice, nullable, recordOf, ref } from './reference.ts'
import { Inputs } from './scenario.ts'
import { SimulatedQuantity, simulatedQuantityComponents } from './simulated-quantity.ts'

/** Members that requests about uncertain inputs share. */
export const seed = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 100,
    description: `Any text; the same one draws the same samples. Default "${simulationDefaults.seed}"`,
  }),
)
export const outputs = (description: string) =>
  Type.Optional(
    Type.Array(quantityId('Id of a quantity'), {
      minItems: 1,
      maxItems: 200,
      uniqueItems: true,
      description,
    }),
  )
const WeightedRequest = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 60, description: 'What the alternative is called' }),
    weight: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1e9,
      description: 'How likely it is, beside the weights of the others',
    }),
    inputs: ref(Inputs),
  },
  { $id: 'WeightedRequest', additionalProperties: false, description: 'A request that may be the right one' },
)

const Threshold = Type.Object(
  { quantity: quantityId('Id of a quantity'), value: finite('Value, in the unit of the quantity') },
  { $id: 'Threshold', additionalProperties: false, description: 'A value that a quantity may exceed' },
)

export const SimulationRequest = Type.Object(
  {
    inputs: Type.Optional(ref(Inputs)),
    alternatives: Type.Optional(
      Type.Array(ref(WeightedRequest), {
        minItems: 2,
        maxItems: 8,
        description:
          'In place of inputs: requests of which one is right, such as two scaling laws or two scopes, each with a weight. Their share of the variance is reported apart',
      }),
    ),
    samples: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: leastSamples,
        maximum: mostSamples,
        description: `Samples: a power of two for sobol, else a multiple of 16; default ${simulationDefaults.samples}`,
      }),
    ),
    seed,
    sampling: Type.Optional(
      choice(samplingMethods, {
        description:
          "How samples are drawn: scrambled Sobol' points, independent numbers, or a Latin hypercube",
        default: simulationDefaults.sampling,
      }),
    ),
    outputs: outputs('Quantities to answer with; default: the results that depend on a distribution'),
    percentiles: Type.Optional(
      Type.Array(
        Type.Number({
          format: 'double',
          minimum: 0.1,
          maximum: 99.9,
          multipleOf: 0.1,
          description: 'Percentage of the samples, to a tenth',
        }),
        {
          minItems: 1,
          maxItems: 20,
          uniqueItems: true,
          description: `Percentiles to answer with; default ${simulationDefaults.percentiles.join(', ')}`,
        },
      ),
    ),
    histogramBins: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 0,
        maximum: 200,
        description: `Bins of each histogram, 0 for none; default ${simulationDefaults.histogramBins}`,
      }),
    ),
    exceeding: Type.Optional(
      Type.Array(ref(Threshold), {
        maxItems: 50,
        description: 'Values whose probability of being exceeded is asked for',
      }),
    ),
    ...correlationMembers,
  },
  {
    $id: 'SimulationRequest',
    additionalProperties: false,
    description:
      'A request of the estimator with distributions in the place of numbers, and how to simulate it',
  },
)

const {
  inputs: _inputs,
  alternatives: _alternatives,
  samples: _samples,
  ...sharedMembers
} = SimulationRequest.properties

/** Samples that a run may draw. Those that cannot be kept at once are drawn twice. */
export const mostSamplesOfRun = 100_000_000

export const SimulationParameters = Type.Object(
  {
    samples: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: leastSamples,
        maximum: mostSamplesOfRun,
        description: `Samples: a power of two for sobol, else a multiple of 16; default ${simulationDefaults.samples}. Above ${mostSamples} the run is a batch`,
      }),
    ),
    ...sharedMembers,
  },
  {
    $id: 'SimulationParameters',
    additionalProperties: false,
    description: 'How to simulate a scenario whose inputs have distributions',
  },
)

export const UncertainInput = Type.Object(
  {
    id: quantityId('Id of the input'),
    pointer: Type.String({ maxLength: 1_000, description: 'Where its distribution stands in inputs' }),
    median: finite('Median, in the unit of the member'),
  },
  { $id: 'UncertainInput', additionalProperties: false, description: 'An input that has a distribution' },
)

/** Members that answers about uncertain inputs share. */
export const answerMembers = {
  estimator: quantityId('Id of the estimator'),
  engineVersion: quantityId('Version of the formulas'),
  catalogueVersion: quantityId('Version of the reference data'),
  inputHash: Type.String({
    maxLength: 100,
    description: 'Hash of all that was asked; with the two versions it decides the answer',
  }),
}

export const warnings = Type.Array(ref(Warning), {
  maxItems: 60,
  description: 'What to know before using the numbers',
})

export const Simulation = Type.Object(
  {
    ...answerMembers,
    samples: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: mostSamplesOfRun,
      description: 'Samples drawn',
    }),
    seed: Type.String({ maxLength: 100, description: 'Seed that they were drawn with' }),
    sampling: choice(samplingMethods, { description: 'How they were drawn' }),
    inputs: Type.Array(ref(UncertainInput), { maxItems: 200, description: 'The uncertain inputs' }),
    results: recordOf(SimulatedQuantity, { description: 'The quantities, by id', maxProperties: 200 }),
    repair: nullable(CorrelationRepair),
    warnings,
  },
  { $id: 'Simulation', additionalProperties: false, description: 'How far results spread' },
)

export const simulationComponents = [
  ...correlationComponents,
  WeightedRequest,
  Threshold,
  SimulationRequest,
  SimulationParameters,
  ...simulatedQuantityComponents,
  UncertainInput,
  Simulation,
]
