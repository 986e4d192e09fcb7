import { Type } from 'typebox'
import { estimatorIds } from '../domain/estimators.ts'
import { idPattern, Problem } from './common.ts'
import { pageOf } from './document.ts'
import { Estimate } from './estimate.ts'
import { PlanAnswer, PlanParameters } from './plan.ts'
import { choice, nullable, ref } from './reference.ts'
import { Inputs } from './scenario.ts'
import { Simulation, SimulationParameters } from './simulation.ts'
import { SweepParameters, SweepResult } from './sweep.ts'

const moment = (description: string) => Type.String({ format: 'date-time', maxLength: 30, description })
const optionalMoment = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', maxLength: 30, description })
const word = (description: string) => Type.String({ maxLength: 100, description })
const count = (minimum: number, description: string) =>
  Type.Integer({ format: 'int32', minimum, maximum: 2_147_483_647, description })

export const runStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const

export const runKinds = ['estimate', 'simulation', 'sweep', 'plan'] as const
const kindIs =
  'What is worked out: an estimate, how far it may be off, an estimate for many inputs, or the layout of a training'
const kind = choice(runKinds, { description: kindIs, default: 'estimate' })

const members = {
  id: Type.String({ pattern: idPattern, maxLength: 100, description: 'Id of the run' }),
  version: count(1, 'Version, which the ETag names too; it rises with every change of state'),
  scenario: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    pattern: idPattern,
    maxLength: 100,
    description: 'Id of the scenario; null for a run by itself',
  }),
  scenarioVersion: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    format: 'int32',
    minimum: 1,
    maximum: 2_147_483_647,
    description: 'Version of the scenario that is evaluated',
  }),
  estimator: choice(estimatorIds, { description: 'The estimator' }),
  kind,
  priority: choice(['interactive', 'batch'], {
    description: 'Interactive runs go before batches: reruns, and what takes more than a few seconds',
  }),
  cause: choice(['request', 'datasets', 'catalogue'], {
    description: 'What it was started by: a request, or a change that the scenario is rerun on',
  }),
  rerunOf: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    maxLength: 100,
    description:
      'Id of the run whose result this one renews; GET /v1/comparisons?runs=… tells the difference',
  }),
  status: choice(runStatuses, { description: 'State: queued and running come to one of the others' }),
  progress: Type.Number({
    format: 'double',
    minimum: 0,
    maximum: 1,
    description: 'Share of the work that is done',
  }),
  attempt: count(0, 'How often the work was begun'),
  engineVersion: word('Version of the formulas'),
  catalogueVersion: word('Version of the reference data'),
  createdAt: moment('When it was asked for'),
  startedAt: optionalMoment('When work began'),
  finishedAt: optionalMoment('When it came to its final state'),
  problem: nullable(Problem),
}

export const RunSummary = Type.Object(members, {
  $id: 'RunSummary',
  additionalProperties: false,
  description: 'A run without its inputs and result',
})

export const Run = Type.Object(
  {
    ...members,
    inputs: ref(Inputs),
    parameters: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      maxProperties: 50,
      description: 'What its kind was asked beside the inputs',
    }),
    datasetVersions: Type.Unsafe<Record<string, number>>({
      type: 'object',
      additionalProperties: { type: 'integer', format: 'int32', minimum: 1, maximum: 2_147_483_647 },
      maxProperties: 200,
      description: 'Version of each dataset that the inputs refer to',
    }),
    result: Type.Unsafe<unknown>({
      anyOf: [ref(Estimate), ref(Simulation), ref(SweepResult), ref(PlanAnswer), { type: 'null' }],
      description: 'The answer, after its kind; null until the run has succeeded',
    }),
  },
  {
    $id: 'Run',
    additionalProperties: false,
    description: 'One immutable piece of work, on one scenario version or by itself',
  },
)

const ofKinds = {
  simulation: Type.Optional(ref(SimulationParameters)),
  sweep: Type.Optional(ref(SweepParameters)),
  plan: Type.Optional(ref(PlanParameters)),
}

export const RunStart = Type.Object(
  {
    scenarioVersion: Type.Optional(count(1, 'Version of the scenario to evaluate; default: the current one')),
    kind: Type.Optional(kind),
    ...ofKinds,
  },
  {
    $id: 'RunStart',
    additionalProperties: false,
    description: 'What to run on a scenario: a kind, and the member of its name',
  },
)

export const RunRequest = Type.Object(
  {
    kind: choice(runKinds, { description: kindIs }),
    estimator: Type.Optional(
      choice(estimatorIds, { description: 'The estimator that the inputs are for; a plan is for training' }),
    ),
    inputs: Type.Optional(ref(Inputs)),
    ...ofKinds,
  },
  {
    $id: 'RunRequest',
    additionalProperties: false,
    description:
      'What to run by itself: a kind, the member of its name, and the estimator with its inputs, which a plan may do without',
  },
)

export const RunPage = pageOf(RunSummary, 'RunPage', 'Some of the list of runs')

export const runComponents = [RunSummary, Run, RunStart, RunRequest, RunPage]
