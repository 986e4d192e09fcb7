import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type CombinationRequest as Asked, combine } from '../../domain/market/combination.ts'
import { Combination, CombinationRequest } from '../../schemas/combination.ts'
import { ref } from '../../schemas/reference.ts'
import { revenueKind, scopeSchemas } from '../../schemas/scope.ts'
import type { HttpDeps } from '../deps.ts'
import type { DocumentResource } from '../document-resource.ts'
import { documentRoutes } from '../documents.ts'
import { operation } from '../operation.ts'
import { refuseUnknownSources } from '../references.ts'
import { registeredScopes } from '../registered-scopes.ts'

const scopes = (deps: HttpDeps): DocumentResource => ({
  kind: 'scope',
  path: '/v1/scopes',
  name: ['Scope', 'Scopes'],
  tag: 'datasets',
  schemas: scopeSchemas,
  filters: { revenueKind: { member: 'revenueKind', schema: revenueKind } },
  sorts: ['position', 'id', 'name', 'createdAt', 'updatedAt'],
  check: ({ source }) =>
    refuseUnknownSources(deps.catalogue(), [{ pointer: '/source', id: source as string | null | undefined }]),
})

/** Market definitions, and series combined under them. */
export const scopeRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    await app.register(documentRoutes(scopes(deps), deps))

    app.post(
      '/v1/combinations',
      {
        schema: operation({
          id: 'combineSeries',
          summary: 'Add series up, or compare them, under one definition',
          description:
            'Adds series up or lays them side by side, period by period. Series whose scopes differ are refused with both definitions, unless allowMixedScopes is true: then the answer carries the definitions and a warning. With asOf the answer is what was known then. Nothing is stored.',
          tag: 'datasets',
          scope: ['read', 'run'],
          body: ref(CombinationRequest),
          answers: { 200: { description: 'The series, combined', schema: Combination } },
        }),
      },
      async ({ viewer, body }) => {
        const request = body as Asked
        const { documents } = deps.store
        const ids = request.series.map(({ dataset }) => dataset)
        const datasets = await documents.datasets(viewer, ids)
        const scopeIds = [...datasets.values()].map(({ scopeId }) => scopeId)
        const registered = await registeredScopes(documents, viewer, scopeIds)
        return combine(request, { datasets, scopes: registered, catalogue: deps.catalogue() })
      },
    )
  }
