import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { engineVersion } from '../../domain/estimate.ts'
import { defaultUncertainty } from '../../domain/evidence/forecast/default-uncertainty.ts'
import {
  type ForecastSummary,
  summariseForecastsBy,
} from '../../domain/evidence/forecast/forecast-summary.ts'
import {
  isComparable,
  type PublishedForecast,
  scorePublished,
} from '../../domain/evidence/forecast/published-forecast.ts'
import { scoreForecasts, scoreNeeds } from '../../domain/evidence/forecast/score-forecasts.ts'
import type { ScoredForecast } from '../../domain/evidence/forecast/scored-forecast.ts'
import { text } from '../../schemas/datum.ts'
import { ifNoneMatch, listQuery } from '../../schemas/document.ts'
import { ScoreRequest } from '../../schemas/forecast-request.ts'
import {
  DefaultUncertainty,
  ForecastScorePage,
  forecastFilters,
  forecastGroupings,
  PublishedForecastPage,
  ScoreAnswer,
} from '../../schemas/forecast-score.ts'
import { choice, ref } from '../../schemas/reference.ts'
import type { CatalogueSnapshot } from '../../store/catalogue.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { cursors, type ListQuery, pageInMemory, pageRequest, sendPage } from '../pagination.ts'

type Grouping = (typeof forecastGroupings)[number]
type Published = ReturnType<typeof scorePublished>

const names: Readonly<Record<Grouping, (row: ScoredForecast) => string>> = {
  kind: ({ kind }) => kind,
  forecaster: ({ forecaster }) => forecaster,
  horizon: ({ horizon }) => String(horizon ?? 'unknown'),
  all: () => 'all',
}

const by = Type.Optional(
  choice(forecastGroupings, { description: 'What a summary is taken over', default: 'kind' }),
)
const uncertaintyQuery = Type.Object(
  {
    kind: Type.Optional(text(60, 'Kind of the new forecast')),
    horizon: Type.Optional(
      Type.Integer({ format: 'int32', minimum: 0, maximum: 100, description: 'Years that it looks ahead' }),
    ),
  },
  { additionalProperties: false },
)

/** Forecasts held against what came: the published ones, and those of a caller. */
export const forecastScoreRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const cursor = cursors(deps.cursorSecret)
    const version = () => `${engineVersion}.${deps.catalogue().version}`
    const seen = { description: 'The caller has this version', headers: ['ETag'] } as const

    app.get(
      '/v1/forecast-scores',
      {
        schema: operation({
          id: 'listForecastScores',
          summary: 'How good published forecasts were, by kind, forecaster or horizon',
          tag: 'analyses',
          scope: 'read',
          query: listQuery(['name'], { ...forecastFilters, by }),
          headers: ifNoneMatch,
          answers: {
            200: { description: 'A page of summaries', schema: ForecastScorePage, headers: ['ETag', 'Link'] },
            304: seen,
          },
        }),
      },
      async (request, reply) => {
        if (isCurrent(request, reply, version())) return reply.code(304).send()
        const query = request.query as ListQuery
        const rows = select(deps.catalogue(), query).map(({ scores }) => scores)
        const summaries = summariseForecastsBy(rows, names[(query.by ?? 'kind') as Grouping]).map(
          shownSummary,
        )
        const page = pageInMemory(summaries, pageRequest(request, cursor, 'name'), ({ name }) => [name, name])
        return sendPage(request, reply, cursor, page, deps.publicUrl)
      },
    )

    app.get(
      '/v1/forecast-scores/forecasts',
      {
        schema: operation({
          id: 'listPublishedForecasts',
          summary: 'Published forecasts, each beside what came of it',
          tag: 'analyses',
          scope: 'read',
          query: listQuery(['id'], forecastFilters),
          headers: ifNoneMatch,
          answers: {
            200: { description: 'A page of them', schema: PublishedForecastPage, headers: ['ETag', 'Link'] },
            304: seen,
          },
        }),
      },
      async (request, reply) => {
        if (isCurrent(request, reply, version())) return reply.code(304).send()
        const rows = select(deps.catalogue(), request.query as ListQuery).map(shownForecast)
        const page = pageInMemory(rows, pageRequest(request, cursor, 'id'), ({ id }) => [id, id])
        return sendPage(request, reply, cursor, page, deps.publicUrl)
      },
    )

    app.get(
      '/v1/forecast-scores/default-uncertainty',
      {
        schema: operation({
          id: 'getDefaultUncertainty',
          summary: 'The spread of past errors, as the default uncertainty of a new forecast',
          description:
            'Of comparable past forecasts of the same kind and horizon, else of the kind, else of the horizon, else of all: the first of these with five errors or more. The answer names whose errors they are.',
          tag: 'analyses',
          scope: 'read',
          query: uncertaintyQuery,
          answers: { 200: { description: 'The spread, and what it rests on', schema: DefaultUncertainty } },
          problems: [404],
        }),
      },
      async ({ query: { kind, horizon } }) => {
        const rows = published(deps.catalogue()).filter(isComparable)
        const spread = defaultUncertainty(
          rows.map(({ scores }) => scores),
          kind,
          horizon,
        )
        if (spread === undefined) throw missing('spread of past errors', kind ?? 'any')
        return spread
      },
    )

    app.post(
      '/v1/forecast-scores',
      {
        schema: operation({
          id: 'scoreForecasts',
          summary: 'Forecasts of your own, or of a dataset, held against what came',
          description:
            'Error, logarithmic error, MAPE, sMAPE, MASE, CRPS, pinball and interval scores, and coverage, for each forecast and by forecaster and horizon.',
          tag: 'analyses',
          scope: ['read', 'run'],
          body: ref(ScoreRequest),
          answers: { 200: { description: 'The scores', schema: ScoreAnswer } },
        }),
      },
      async ({ body, viewer }) =>
        scoreForecasts(body, await deps.store.documents.datasets(viewer, scoreNeeds(body))),
    )
  }

const published = (catalogue: CatalogueSnapshot): Published =>
  scorePublished(catalogue.resources.forecast.map(({ document }) => document as unknown as PublishedForecast))

function select(catalogue: CatalogueSnapshot, { kind, forecaster, comparable }: ListQuery): Published {
  return published(catalogue).filter(
    row =>
      (kind === undefined || row.kind === kind) &&
      (forecaster === undefined || row.forecaster === forecaster) &&
      (comparable === undefined || String(isComparable(row)) === String(comparable)),
  )
}

function shownSummary({ name, summary }: { name: string; summary: ForecastSummary }) {
  const { rows, mape, smape, medianAbsoluteLogError, meanLogError, rootMeanSquareLogError, coverage } =
    summary
  return { name, rows, mape, smape, medianAbsoluteLogError, meanLogError, rootMeanSquareLogError, coverage }
}

function shownForecast({ scores, ...forecast }: Published[number]) {
  const { horizon, error, relativeError, logError } = scores
  return { ...forecast, horizon, error, relativeError, logError }
}
