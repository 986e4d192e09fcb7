import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  reconcile,
  reconciliationNeeds,
  scopesNamed,
} from '../../domain/market/reconciliation/reconciliation.ts'
import { ReconciliationAnswer, ReconciliationRequest } from '../../schemas/reconciliation.ts'
import { ref } from '../../schemas/reference.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missingDocuments, refuseMissing } from '../references.ts'
import { registeredScopes } from '../registered-scopes.ts'

/** `POST /v1/reconciliations`: figures of one thing brought together, with what keeps them apart. */
export const reconciliationRoutes =
  ({ store, catalogue }: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    app.post(
      '/v1/reconciliations',
      {
        schema: operation({
          id: 'reconcileFigures',
          summary: 'Figures of one market brought together',
          description:
            'Top-down against bottom-up by generalised least squares, each figure moving as far as it is unsure, with the residual before and after; results below 0 are refused. Or published estimates of one market, pooled on the logarithmic scale with their heterogeneity (Q, I², τ²); estimates of several scopes are refused with both definitions, unless the request allows them: then the answer carries the definitions and a warning. What an estimate counts is the registered scope of its dataset, the one that it names, or its own words.',
          tag: 'analyses',
          scope: ['read', 'run'],
          body: ref(ReconciliationRequest),
          answers: {
            200: { description: 'What agrees, and by how much it did not', schema: ReconciliationAnswer },
          },
        }),
      },
      async ({ body, viewer }) => {
        const { documents } = store
        const named = scopesNamed(body)
        const shelves = { documents, catalogue: catalogue(), viewer }
        refuseMissing(await missingDocuments('scope', named, shelves))
        const datasets = await documents.datasets(viewer, reconciliationNeeds(body))
        const ids = [...named.map(({ id }) => id), ...[...datasets.values()].map(({ scopeId }) => scopeId)]
        const scopes = await registeredScopes(documents, viewer, ids)
        return reconcile(body, { catalogue: catalogue(), datasets, scopes })
      },
    )
  }
