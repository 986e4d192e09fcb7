import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Language, NoChart, Size } from '../../chart/chart.ts'
import { type AskedChart, estimateChart } from '../../chart/estimate-chart.ts'
import { type SimulatedResults, simulationChart } from '../../chart/simulation-chart.ts'
import type { Estimate } from '../../domain/estimate.ts'
import { estimators } from '../../domain/estimators.ts'
import { idParameter } from '../../schemas/common.ts'
import { ifNoneMatch } from '../../schemas/document.ts'
import { choice } from '../../schemas/reference.ts'
import type { StoredRun } from '../../store/run-store.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { fromThread } from '../from-thread.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { HttpProblem } from '../problem.ts'
import { isFinished } from '../run-view.ts'

/** Size unless asked otherwise, in pixels. */
const usual = { width: 960, height: 540 }
/** Longest that drawing may take, in ms. */
const drawnWithin = 20_000

const pixels = (minimum: number, maximum: number, value: number, description: string) =>
  Type.Optional(Type.Integer({ format: 'int32', minimum, maximum, default: value, description }))

const query = Type.Object(
  {
    quantity: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description:
          'Id of a quantity of the result, or of a column of a table. An estimate then shows that column over the rows, or the quantities in the same unit; a simulation shows its spread. Default: the columns of the first table in the unit of its first column, up to their total, the quantities in the unit that most have, or the first quantity simulated',
      }),
    ),
    language: Type.Optional(
      choice(['en', 'zh'], { description: 'Language of names and numbers', default: 'en' }),
    ),
    width: pixels(320, 2_400, usual.width, 'Width of the picture in pixels'),
    height: pixels(240, 2_400, usual.height, 'Height of the picture in pixels'),
  },
  { additionalProperties: false },
)

/** What a chart may load: nothing but the styles that stand in it, as a picture of its own is a document. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

/** `GET /v1/runs/{id}/chart.svg`: the result of a run as a picture, for pages and papers. */
export const runChartRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    app.get(
      '/v1/runs/:id/chart.svg',
      {
        schema: operation({
          id: 'getRunChart',
          summary: 'The result of a run as a picture',
          description:
            'Estimates that have a table by year show it as lines, others show bars of the quantities in one unit, with the interval that 90 % of measurements lie in where it is known; simulations show how a quantity spreads, with its mean and percentiles. The run must have succeeded (409 before that).',
          tag: 'scenarios',
          scope: 'read',
          params: idParameter('run'),
          query,
          headers: ifNoneMatch,
          answers: {
            200: {
              description: 'The picture',
              mediaType: 'image/svg+xml',
              schema: Type.String({ maxLength: 4_000_000, description: 'An SVG document' }),
              headers: ['ETag'],
            },
            304: { description: 'The caller has this picture already', headers: ['ETag'] },
          },
          problems: [404, 409],
        }),
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const {
          quantity = null,
          language = 'en',
          ...size
        } = request.query as Partial<Size> & {
          quantity?: string
          language?: Language
        }
        const run = await deps.store.runs.read(request.viewer, id)
        if (run === null) throw missing('run', id)
        if (run.kind === 'sweep' || run.kind === 'plan') throw neverDrawn(run)
        if (run.status !== 'succeeded') throw notYet(run)
        if (isCurrent(request, reply, run.version)) return reply.code(304).send()
        const title = `${estimators[run.estimator as keyof typeof estimators].label[language]} · ${run.scenarioId ?? run.id}`
        const result = JSON.parse((await deps.store.runs.result(request.viewer, id)) ?? 'null')
        const chart = chartOf(run, result, { title, quantity, language })
        if ('missing' in chart) throw nothingToDraw(chart, quantity)
        const task = { chart, size: { ...usual, ...size } }
        const picture = await fromThread(
          deps.threads.drawChart(task, AbortSignal.timeout(drawnWithin)),
          'Drawing the chart',
        )
        return reply.header('content-security-policy', policy).type('image/svg+xml').send(picture)
      },
    )
  }

function chartOf(run: StoredRun, result: unknown, asked: AskedChart) {
  if (run.kind === 'simulation') return simulationChart(result as SimulatedResults, asked)
  return estimateChart(result as Estimate, asked)
}

/** What has no one picture. */
const neverDrawn = ({ id, kind }: StoredRun): HttpProblem =>
  new HttpProblem(
    'not-found',
    `The run "${id}" is of the kind ${kind}, of which there is no chart; estimates and simulations have one.`,
  )

/** A run that has no result has no chart: it may have one later, or never. */
const notYet = (run: StoredRun): HttpProblem =>
  new HttpProblem(
    'conflict',
    isFinished(run)
      ? `The run "${run.id}" ended as ${run.status}, so it has no result to draw; start another.`
      : `The run "${run.id}" is ${run.status}; it can be drawn once it has succeeded.`,
    isFinished(run) ? {} : { headers: { 'retry-after': '1' } },
  )

function nothingToDraw({ missing: what, quantities }: NoChart, quantity: string | null): HttpProblem {
  const detail =
    what === 'quantity'
      ? `The result has no quantity "${quantity}"; it has ${quantities.slice(0, 20).join(', ')}${quantities.length > 20 ? ` and ${quantities.length - 20} more` : ''}.`
      : 'The run was asked for no histogram (histogramBins 0), so there is no spread to draw.'
  return new HttpProblem('invalid-request', detail, {
    errors: [{ parameter: 'quantity', code: 'unknown-quantity', detail }],
  })
}
