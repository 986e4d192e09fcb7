import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { engineVersion } from '../../domain/estimate.ts'
import type { BacktestRow } from '../../domain/evidence/backtest/backtest.ts'
import { type BacktestSummary, summariseBy } from '../../domain/evidence/backtest/summary.ts'
import {
  BacktestEstimatePage,
  BacktestPage,
  backtestBy,
  type backtestGroupings,
  backtestQuery,
} from '../../schemas/backtest.ts'
import { ifNoneMatch, listQuery } from '../../schemas/document.ts'
import type { CatalogueSnapshot } from '../../store/catalogue.ts'
import { backtestOf } from '../backtests.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { cursors, type ListQuery, pageInMemory, pageRequest, sendPage } from '../pagination.ts'

type Grouping = (typeof backtestGroupings)[number]

const names: Readonly<Record<Grouping, (row: BacktestRow) => string>> = {
  kind: ({ kind }) => kind,
  quantity: ({ kind, key }) => `${kind}, ${key}`,
  device: ({ device }) => device ?? 'unknown',
  publisher: ({ group }) => group,
  family: ({ family }) => family,
}

/** How far off the estimates are: summaries, and every measurement beside its estimate. */
export const backtestRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const cursor = cursors(deps.cursorSecret)
    const version = () => `${engineVersion}.${deps.catalogue().version}`
    const seen = { description: 'The caller has this version', headers: ['ETag'] } as const

    app.get(
      '/v1/backtests',
      {
        schema: operation({
          id: 'listBacktests',
          summary: 'How far off estimates are, beside published measurements',
          description:
            'Each measurement is estimated with constants that were fitted without those of its publisher. Summaries by kind, quantity, device, publisher or family of models, with what simpler methods come to on the same rows.',
          tag: 'evidence',
          scope: 'read',
          query: listQuery(['name'], { ...backtestQuery, by: backtestBy }),
          headers: ifNoneMatch,
          answers: {
            200: { description: 'A page of summaries', schema: BacktestPage, headers: ['ETag', 'Link'] },
            304: seen,
          },
        }),
      },
      async (request, reply) => {
        if (isCurrent(request, reply, version())) return reply.code(304).send()
        const query = request.query as ListQuery
        const chosen = select(deps.catalogue(), query)
        const summaries = summariseBy(chosen, names[(query.by ?? 'kind') as Grouping]).map(shownSummary)
        const page = pageInMemory(summaries, pageRequest(request, cursor, 'name'), ({ name }) => [name, name])
        return sendPage(request, reply, cursor, page, deps.publicUrl)
      },
    )

    app.get(
      '/v1/backtests/estimates',
      {
        schema: operation({
          id: 'listBacktestEstimates',
          summary: 'Published measurements, each beside the estimate of it',
          tag: 'evidence',
          scope: 'read',
          query: listQuery(['id'], backtestQuery),
          headers: ifNoneMatch,
          answers: {
            200: { description: 'A page of them', schema: BacktestEstimatePage, headers: ['ETag', 'Link'] },
            304: seen,
          },
        }),
      },
      async (request, reply) => {
        if (isCurrent(request, reply, version())) return reply.code(304).send()
        const catalogue = deps.catalogue()
        const rows = select(catalogue, request.query as ListQuery)
        const page = pageInMemory(rows, pageRequest(request, cursor, 'id'), ({ id }) => [id, id])
        const shown = { ...page, items: page.items.map(row => shownEstimate(row, catalogue)) }
        return sendPage(request, reply, cursor, shown, deps.publicUrl)
      },
    )
  }

function select(catalogue: CatalogueSnapshot, { kind, publisher, device }: ListQuery): BacktestRow[] {
  return backtestOf(catalogue).rows.filter(
    row =>
      (kind === undefined || row.kind === kind) &&
      (publisher === undefined || row.group === publisher) &&
      (device === undefined || row.device === device),
  )
}

function shownSummary({ name, summary }: { name: string; summary: BacktestSummary }) {
  const { groups, ...figures } = summary
  return { name, publishers: groups, ...figures }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

function shownEstimate(row: BacktestRow, catalogue: CatalogueSnapshot) {
  const { id, kind, family, group, key, device, measured, estimated, low, high, relativeError, stratum } = row
  const published = catalogue.measurement(id)
  return {
    ...{ id, kind, family, publisher: group, quantity: key, device, measured, estimated },
    ...{ low: finite(low), high: finite(high), relativeError, stratum },
    model: published?.model ?? null,
    source: published?.source ?? '',
    locator: published?.locator ?? null,
  }
}
