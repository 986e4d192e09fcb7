import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type PlanRequest, planAnswer, resolvePlan, tooManyLayouts } from '../../domain/compute/plan/plan.ts'
import { engineVersion } from '../../domain/estimate.ts'
import { PlanAnswer, PlanRequest as PlanBody } from '../../schemas/plan.ts'
import { ref } from '../../schemas/reference.ts'
import type { HttpDeps } from '../deps.ts'
import { busy } from '../from-thread.ts'
import { operation } from '../operation.ts'
import { HttpProblem } from '../problem.ts'

/** `POST /v1/plans`: the layouts of a training that fit, searched in a thread. */
export const planRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    app.post(
      '/v1/plans',
      {
        schema: operation({
          id: 'searchPlans',
          summary: 'The fastest, the cheapest and the smallest layout of a training',
          description:
            'Goes through tensor, pipeline, data, context and expert parallelism, micro-batches, interleaving, recomputation and stages of ZeRO; leaves out what breaks a rule or does not fit, and answers with the best layouts and the front of time against device-hours. A search ends when its caller goes away.',
          tag: 'plans',
          scope: ['read', 'run'],
          body: ref(PlanBody),
          answers: { 200: { description: 'What was found', schema: PlanAnswer } },
        }),
      },
      async (request, reply) => {
        const catalogue = deps.catalogue()
        const lookup = { catalogue, datasets: new Map() }
        const resolved = resolvePlan(request.body as PlanRequest, lookup)
        const gone = new AbortController()
        reply.raw.once('close', () => gone.abort())
        // Where the caller went before this line, the event has been.
        if (reply.raw.destroyed) gone.abort()
        const outcome = await deps.threads.plan(resolved.problem, gone.signal)
        if ('busy' in outcome) throw busy('Too many searches wait for a thread at the moment.')
        if ('abandoned' in outcome) throw abandoned()
        if ('tooMany' in outcome) throw tooManyLayouts(outcome.tooMany)
        return {
          engineVersion,
          catalogueVersion: catalogue.version,
          ...planAnswer(resolved, outcome.search),
        }
      },
    )
  }

/** Nobody reads it but the log, where a caller who goes away is no failure of the service. */
const abandoned = (): HttpProblem =>
  new HttpProblem('malformed-request', 'The caller went away before the answer was found.')
