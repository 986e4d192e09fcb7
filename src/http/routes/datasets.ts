import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Observation } from '../../domain/market/dataset.ts'
import { checkCurrency } from '../../domain/market/dataset-currency.ts'
import {
  checkObservations,
  type ObservationFilter,
  observationKey,
  observationsIn,
} from '../../domain/market/observations.ts'
import { idParameter } from '../../schemas/common.ts'
import {
  datasetSchemas,
  ObservationPage,
  observationDefaults,
  observationStatuses,
  periodPattern,
} from '../../schemas/dataset.ts'
import { provenances } from '../../schemas/datum.ts'
import { asOf, filter, ifNoneMatch, listQuery } from '../../schemas/document.ts'
import { choice } from '../../schemas/reference.ts'
import type { JsonObject } from '../../store/json.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import type { DocumentResource } from '../document-resource.ts'
import { documentRoutes } from '../documents.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { cursors, pageInMemory, pageRequest, sendPage } from '../pagination.ts'
import { missingDocuments, refuseMissing, refuseUnknownSources } from '../references.ts'

/** The observations of a dataset's content, each with all its members. */
export const observationsOf = (content: JsonObject): Observation[] =>
  ((content.observations ?? []) as unknown as Observation[]).map(observation => ({
    ...observationDefaults,
    ...observation,
  }))

const datasets = (deps: HttpDeps): DocumentResource => ({
  kind: 'dataset',
  path: '/v1/datasets',
  name: ['Dataset', 'Datasets'],
  tag: 'datasets',
  schemas: datasetSchemas,
  isReferable: true,
  filters: Object.fromEntries(
    ['segment', 'scopeId', 'metric', 'region', 'currency', 'unit', 'publisher'].map(member => [
      member,
      { member, schema: filter(`Only those of this ${member}`) },
    ]),
  ),
  sorts: ['position', 'id', 'name', 'createdAt', 'updatedAt'],
  complete: content => ({ ...content, observations: observationsOf(content) as unknown as JsonObject[] }),
  check: async (content, { viewer }) => {
    const observations = observationsOf(content)
    checkObservations(observations)
    checkCurrency(content)
    const places = observations.map(({ source: id }, index) => ({
      pointer: `/observations/${index}/source`,
      id,
    }))
    refuseUnknownSources(deps.catalogue(), places)
    const { scopeId } = content
    const named = typeof scopeId === 'string' ? [{ pointer: '/scopeId', id: scopeId }] : []
    refuseMissing(
      await missingDocuments('scope', named, {
        documents: deps.store.documents,
        catalogue: deps.catalogue(),
        viewer,
      }),
    )
  },
})

const period = (description: string) => Type.String({ pattern: periodPattern, maxLength: 7, description })
const observationFilters = {
  status: choice(observationStatuses, { description: 'Only those as firm as this' }),
  provenance: choice(provenances, { description: 'Only those known in this way' }),
  from: period('Only periods that begin in or after this one'),
  to: period('Only periods that end in or before this one'),
  asOf,
}

/** What observations are sorted by. */
const sorts: Readonly<Record<string, (observation: Observation) => string>> = {
  period: ({ period: of }) => of,
  vintage: ({ vintage }) => vintage ?? '',
}

/** Market series and their observations. */
export const datasetRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const cursor = cursors(deps.cursorSecret)
    await app.register(documentRoutes(datasets(deps), deps))

    app.get(
      '/v1/datasets/:id/observations',
      {
        schema: operation({
          id: 'listObservations',
          summary: 'The observations of a dataset',
          description:
            'All that was said of each period, however firm and whenever published. An estimate takes, of one period, actual before estimate before forecast, then the latest vintage.',
          tag: 'datasets',
          scope: 'read',
          params: idParameter('dataset'),
          query: listQuery(Object.keys(sorts), observationFilters),
          headers: ifNoneMatch,
          answers: {
            200: { description: 'A page of the list', schema: ObservationPage, headers: ['Link', 'ETag'] },
            304: { description: 'The caller has this version of the dataset already', headers: ['ETag'] },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const asked = pageRequest(request, cursor, 'period')
        const found = await deps.store.documents.read(request.viewer, { kind: 'dataset', id })
        if (found === null) throw missing('dataset', id)
        if (isCurrent(request, reply, found.version)) return reply.code(304).send()
        const chosen = observationsIn(observationsOf(found.body ?? {}), request.query as ObservationFilter)
        const sortedBy = sorts[asked.sort] ?? (() => '')
        const page = pageInMemory(chosen, asked, each => [sortedBy(each), observationKey(each)])
        return sendPage(request, reply, cursor, page, deps.publicUrl)
      },
    )
  }
