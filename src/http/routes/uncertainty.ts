import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { digest } from '../../digest.ts'
import { type Estimator, engineVersion } from '../../domain/estimate.ts'
import { type EstimatorId, estimatorIds, estimatorOf } from '../../domain/estimators.ts'
import { sensitivityAnswer, simulationAnswer, solutionAnswer } from '../../domain/uncertainty/answers.ts'
import {
  type SensitivityRequest as AskedSensitivity,
  sensitivity,
  sensitivityDefaults,
} from '../../domain/uncertainty/sensitivity.ts'
import { simulate } from '../../domain/uncertainty/simulate.ts'
import {
  type SimulationRequest as AskedSimulation,
  simulationDefaults,
} from '../../domain/uncertainty/simulation-request.ts'
import { type SolveRequest as AskedSolution, solve } from '../../domain/uncertainty/solve.ts'
import type { SweepRequest as AskedSweep } from '../../domain/uncertainty/sweep.ts'
import { idPattern } from '../../schemas/common.ts'
import { membersOfRequest } from '../../schemas/members-of-request.ts'
import { ref } from '../../schemas/reference.ts'
import { Sensitivity, SensitivityRequest } from '../../schemas/sensitivity.ts'
import { Simulation, SimulationRequest } from '../../schemas/simulation.ts'
import { Solution, SolveRequest } from '../../schemas/solution.ts'
import { SweepLines, SweepRequest } from '../../schemas/sweep.ts'
import type { HttpDeps } from '../deps.ts'
import { checkedSweep, checkInputs, lookups } from '../estimator-request.ts'
import { inSlices, pauses } from '../in-slices.ts'
import { operation } from '../operation.ts'
import { HttpProblem } from '../problem.ts'
import { simulationCost } from '../rate-limit.ts'
import { acceptedFormat, acceptedRows, sweepLines } from '../sweep-lines.ts'

const params = Type.Object(
  {
    estimator: Type.String({
      pattern: idPattern,
      maxLength: 100,
      description: `Id of the estimator: ${estimatorIds.join(', ')}`,
    }),
  },
  { additionalProperties: false },
)

const inputsAre =
  '`inputs` is a request of the estimator, after its own schema; any number in it may be a distribution, such as `{ "triangular": { "low": 0.2, "mode": 0.35, "high": 0.5 } }`. Quantities are named by their ids, as in `results` and `assumptions` of the estimate.'

type Answering = FastifyRequest<{ Params: { estimator: string } }>

/** The questions that every estimator answers beside its estimate, by nothing but its sheet. */
export const uncertaintyRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const lookupOf = lookups(deps)
    const lookupFor = ({ viewer }: Answering, { needs }: Estimator, requests: readonly unknown[]) =>
      lookupOf(viewer, [...new Set(requests.flatMap(request => needs(request)))])

    app.post(
      '/v1/estimates/:estimator/simulate',
      {
        schema: operation({
          id: 'simulateEstimate',
          summary: 'How sure an estimate is',
          description: `Draws the distributions in a request and gives mean, standard deviation, percentiles, histogram and probabilities of each result, each with its sampling error. ${inputsAre}`,
          tag: 'estimates',
          scope: ['read', 'run'],
          params,
          body: ref(SimulationRequest),
          answers: { 200: { description: 'How far results spread', schema: Simulation } },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const estimator = namedEstimator(request)
        const body = request.body as AskedSimulation
        const alternatives = body.alternatives?.map(({ inputs }, index) => [
          inputs,
          `/alternatives/${index}/inputs`,
        ])
        const given = alternatives ?? (body.inputs === undefined ? [] : [[body.inputs, '/inputs']])
        reply.charge(simulationCost(body.samples ?? simulationDefaults.samples) - 1)
        for (const [inputs, pointer] of given) checkInputs(app, estimator, inputs, String(pointer))
        const lookup = await lookupFor(
          request,
          estimator,
          given.map(([inputs]) => inputs),
        )
        const answer = await inSlices(simulate(estimator, body, lookup, digest), abandoned(reply))
        return answer && send(reply, simulationAnswer(answer))
      },
    )

    app.post(
      '/v1/estimates/:estimator/sensitivity',
      {
        schema: operation({
          id: 'analyseSensitivity',
          summary: 'What drives an estimate',
          description: `Moves each input by itself (tornado), and for distributions gives rank correlations and Sobol' indices with confidence intervals; for correlated inputs also Shapley effects, which divide the variance among them so that the shares sum to 1. ${inputsAre}`,
          tag: 'estimates',
          scope: ['read', 'run'],
          params,
          body: ref(SensitivityRequest),
          answers: { 200: { description: 'What drives the results', schema: Sensitivity } },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const estimator = namedEstimator(request)
        const body = request.body as AskedSensitivity
        reply.charge(simulationCost(body.samples ?? sensitivityDefaults.samples) - 1)
        checkInputs(app, estimator, body.inputs, '/inputs')
        const lookup = await lookupFor(request, estimator, [body.inputs])
        const answer = await inSlices(sensitivity(estimator, body, lookup, digest), abandoned(reply))
        return answer && send(reply, sensitivityAnswer(answer))
      },
    )

    app.post(
      '/v1/estimates/:estimator/solve',
      {
        schema: operation({
          id: 'solveEstimate',
          summary: 'Which input gives a result',
          description: `Finds the value of one input for which a quantity has a target value, nearest to the value that it has. ${inputsAre} Distributions stand at their medians.`,
          tag: 'estimates',
          scope: ['read', 'run'],
          params,
          body: ref(SolveRequest),
          answers: { 200: { description: 'The input, and the results there', schema: Solution } },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const estimator = namedEstimator(request)
        const body = request.body as AskedSolution
        checkInputs(app, estimator, body.inputs, '/inputs')
        const lookup = await lookupFor(request, estimator, [body.inputs])
        const members = membersOfRequest(estimator.id, body.inputs)
        const pause = pauses(abandoned(reply), gone)
        return send(reply, solutionAnswer(await solve(estimator, body, members, lookup, digest, pause)))
      },
    )

    app.post(
      '/v1/estimates/:estimator/sweep',
      {
        schema: operation({
          id: 'sweepEstimate',
          summary: 'An estimate for many inputs',
          description: `Works an estimate out for a grid or a list of values, up to a million rows, streamed as one JSON object a line, or as CSV when the caller wants text/csv more. What the estimator refuses stands in its row. ${inputsAre} Distributions stand at their medians.`,
          tag: 'estimates',
          scope: ['read', 'run'],
          params,
          headers: acceptedRows,
          body: ref(SweepRequest),
          answers: {
            200: {
              description: 'A head, and a line for each combination',
              schema: SweepLines,
              mediaType: 'application/x-ndjson',
            },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const estimator = namedEstimator(request)
        const body = request.body as AskedSweep
        checkInputs(app, estimator, body.inputs, '/inputs')
        const { swept, lookup } = await checkedSweep(
          app,
          needed => lookupOf(request.viewer, needed),
          estimator,
          body,
        )
        reply.charge(simulationCost(swept.rows) - 1)
        const format = acceptedFormat(request)
        const about = { estimator: estimator.id, engineVersion, catalogueVersion: lookup.catalogue.version }
        // A stream that waits for its reader: rows are worked out when there is room for them.
        const lines = Readable.from(sweepLines(swept, format, about), {
          objectMode: false,
          highWaterMark: 65_536,
        })
        return reply.type(`${format.mediaType}; charset=utf-8`).send(lines)
      },
    )
  }

function namedEstimator({ params: { estimator } }: Answering): Estimator {
  if ((estimatorIds as readonly string[]).includes(estimator)) return estimatorOf(estimator as EstimatorId)
  throw new HttpProblem(
    'not-found',
    `There is no estimator "${estimator}"; there are ${estimatorIds.join(', ')}.`,
  )
}

/** Ends a search whose caller has gone; nobody reads it. */
const gone = () => new HttpProblem('malformed-request', 'The connection was closed.')

const abandoned = (reply: FastifyReply) => () => reply.raw.destroyed

const send = (reply: FastifyReply, answer: object): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(Buffer.from(JSON.stringify(answer)))
