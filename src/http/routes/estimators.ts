import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { engineVersion } from '../../domain/estimate.ts'
import { estimatorIds, estimatorOf } from '../../domain/estimators.ts'
import { type FormulaSheet, formulaSheet } from '../../domain/formula-sheet.ts'
import { idParameter } from '../../schemas/common.ts'
import { ifNoneMatch, listQuery } from '../../schemas/document.ts'
import { EstimatorPage, FormulaSheet as FormulaSheetAnswer } from '../../schemas/formula-sheet.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { cursors, pageInMemory, pageRequest, sendPage } from '../pagination.ts'
import { HttpProblem } from '../problem.ts'

const summaries = estimatorIds.map(id => {
  const { label, description } = estimatorOf(id)
  return { id, label, description }
})

/** The estimators, and the formula sheet of each. */
export const estimatorRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const cursor = cursors(deps.cursorSecret)
    // Neither the formulas nor the defaults of a catalogue version change while a process lives.
    const version = () => `${engineVersion}.${deps.catalogue().version}`

    app.get(
      '/v1/estimators',
      {
        schema: operation({
          id: 'listEstimators',
          summary: 'Estimators',
          tag: 'estimates',
          scope: 'read',
          query: listQuery(['id'], {}),
          headers: ifNoneMatch,
          answers: {
            200: { description: 'A page of them', schema: EstimatorPage, headers: ['ETag', 'Link'] },
            304: { description: 'The caller has this version', headers: ['ETag'] },
          },
        }),
      },
      async (request, reply) => {
        if (isCurrent(request, reply, version())) return reply.code(304).send()
        const page = pageInMemory(summaries, pageRequest(request, cursor, 'id'), ({ id }) => [id, id])
        return sendPage(request, reply, cursor, page, deps.publicUrl)
      },
    )

    app.get(
      '/v1/estimators/:id',
      {
        schema: operation({
          id: 'getEstimator',
          summary: 'Formula sheet of an estimator',
          description:
            'Inputs, units, defaults, formulas and citations of an estimator, collected from the sheets that it writes.',
          tag: 'estimates',
          scope: 'read',
          params: idParameter('estimator'),
          headers: ifNoneMatch,
          answers: {
            200: { description: 'The formula sheet', schema: FormulaSheetAnswer, headers: ['ETag'] },
            304: { description: 'The caller has this version', headers: ['ETag'] },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const id = estimatorIds.find(known => known === request.params.id)
        if (id === undefined) {
          throw new HttpProblem(
            'not-found',
            `There is no estimator "${request.params.id}"; known are ${estimatorIds.join(', ')}.`,
          )
        }
        if (isCurrent(request, reply, version())) return reply.code(304).send()
        return sheetOf(deps, request, id)
      },
    )
  }

async function sheetOf(
  { store, catalogue }: HttpDeps,
  { viewer }: FastifyRequest,
  id: (typeof estimatorIds)[number],
): Promise<FormulaSheet> {
  const estimator = estimatorOf(id)
  const datasets = await store.documents.datasets(viewer, estimator.illustrations.flatMap(estimator.needs))
  return formulaSheet(estimator, { catalogue: catalogue(), datasets })
}
