import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { engineVersion } from '../../domain/estimate.ts'
import { backtestFamilies } from '../../domain/evidence/backtest/families.ts'
import type { BacktestFamily } from '../../domain/evidence/backtest/measurement.ts'
import { CalibrationProfile, CalibrationProfilePage } from '../../schemas/calibration.ts'
import { idParameter } from '../../schemas/common.ts'
import { ifNoneMatch, listQuery } from '../../schemas/document.ts'
import type { CatalogueSnapshot } from '../../store/catalogue.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { cursors, pageInMemory, pageRequest, sendPage } from '../pagination.ts'

const fitted = backtestFamilies.filter(({ parameters }) => parameters.length > 0)

/** The constants that measurements were fitted for, by family of models. */
export const calibrationProfileRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const cursor = cursors(deps.cursorSecret)
    const version = () => `${engineVersion}.${deps.catalogue().version}`
    const seen = { description: 'The caller has this version', headers: ['ETag'] } as const

    app.get(
      '/v1/calibration-profiles',
      {
        schema: operation({
          id: 'listCalibrationProfiles',
          summary: 'Constants fitted on published measurements, by family of models',
          tag: 'evidence',
          scope: 'read',
          query: listQuery(['id'], {}),
          headers: ifNoneMatch,
          answers: {
            200: { description: 'A page of them', schema: CalibrationProfilePage, headers: ['ETag', 'Link'] },
            304: seen,
          },
        }),
      },
      async (request, reply) => {
        if (isCurrent(request, reply, version())) return reply.code(304).send()
        const profiles = fitted.map(family => profileOf(family, deps.catalogue()))
        const page = pageInMemory(profiles, pageRequest(request, cursor, 'id'), ({ id }) => [id, id])
        return sendPage(request, reply, cursor, page, deps.publicUrl)
      },
    )

    app.get(
      '/v1/calibration-profiles/:id',
      {
        schema: operation({
          id: 'getCalibrationProfile',
          summary: 'The constants of one family of models, each with its reason and what it was fitted on',
          tag: 'evidence',
          scope: 'read',
          params: idParameter('calibration profile'),
          headers: ifNoneMatch,
          answers: {
            200: { description: 'The profile', schema: CalibrationProfile, headers: ['ETag'] },
            304: seen,
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const family = fitted.find(each => each.id === id)
        if (family === undefined) throw missing('calibration profile', id)
        return isCurrent(request, reply, version())
          ? reply.code(304).send()
          : profileOf(family, deps.catalogue())
      },
    )
  }

function profileOf({ id, parameters }: BacktestFamily, { calibration }: CatalogueSnapshot) {
  const profile = calibration.get(id)
  return {
    id,
    version: profile?.version ?? '',
    publishers: profile?.groups ?? [],
    rows: profile?.rows ?? 0,
    constants: parameters.map(parameter => ({
      ...parameter,
      value: profile?.values[parameter.id] ?? parameter.median,
    })),
  }
}
