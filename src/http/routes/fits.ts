import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { fitNeeds } from '../../domain/market/fit/fit-request.ts'
import { fitSeries } from '../../domain/market/fit/fit-series.ts'
import { FitAnswer, FitRequest } from '../../schemas/fit.ts'
import { ref } from '../../schemas/reference.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'

/** `POST /v1/fits`: a curve through a series, or why the data tell none. */
export const fitRoutes =
  ({ store }: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    app.post(
      '/v1/fits',
      {
        schema: operation({
          id: 'fitCurve',
          summary: 'A curve fitted to a series',
          description:
            'Growth and adoption curves by nonlinear least squares (Levenberg and Marquardt, from several starts), with standard errors. Where the data do not tell the parameters (too few values, a ceiling that nothing bends towards, a standard error as large as the value) the answer is `identified: false` with the reasons, and no numbers.',
          tag: 'analyses',
          scope: ['read', 'run'],
          body: ref(FitRequest),
          answers: { 200: { description: 'The curve, with its errors', schema: FitAnswer } },
        }),
      },
      async ({ body, viewer }) => fitSeries(body, await store.documents.datasets(viewer, fitNeeds(body))),
    )
  }
