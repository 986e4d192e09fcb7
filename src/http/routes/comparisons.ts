import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { compare, type Difference, type Evaluated } from '../../domain/comparison/compare.ts'
import { engineVersion, type Warning } from '../../domain/estimate.ts'
import { type EstimatorId, estimatorOf } from '../../domain/estimators.ts'
import { Comparison, mostCompared } from '../../schemas/comparison.ts'
import type { StoredRun } from '../../store/run-store.ts'
import type { Viewer } from '../../store/store.ts'
import type { HttpDeps } from '../deps.ts'
import { inSlices } from '../in-slices.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { HttpProblem } from '../problem.ts'

const query = Type.Object(
  {
    runs: Type.String({
      pattern: `^[A-Za-z0-9._-]{1,100}(,[A-Za-z0-9._-]{1,100}){1,${mostCompared - 1}}$`,
      maxLength: 1_100,
      description: `Ids of two to ${mostCompared} runs of one estimator, joined by commas; each further run is compared with the first`,
    }),
  },
  { additionalProperties: false },
)

/** `GET /v1/comparisons`: what differs between runs, and what that did to the results. */
export const comparisonRoutes =
  ({ store, catalogueOf }: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const evaluated = async (viewer: Viewer, run: StoredRun): Promise<Evaluated> => {
      const [catalogue, datasets] = await Promise.all([
        catalogueOf(run.catalogueVersion),
        store.documents.datasets(viewer, Object.keys(run.datasetVersions), run.datasetVersions),
      ])
      return { request: run.inputs, lookup: { catalogue, datasets } }
    }

    app.get(
      '/v1/comparisons',
      {
        schema: operation({
          id: 'compareRuns',
          summary: 'What differs between runs, and what that did to the results',
          description:
            'Works runs out again from the inputs, catalogue and datasets that they keep, and divides the difference of each result among the inputs that changed: what each does alone, and its Shapley value, whose parts sum to the whole. Exact up to ten changes; beyond, over sampled orders with the standard error. Distributions stand at their medians.',
          tag: 'scenarios',
          scope: 'read',
          query,
          answers: { 200: { description: 'The differences', schema: Comparison } },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { viewer } = request
        const ids = request.query.runs.split(',')
        const runs = await Promise.all(
          ids.map(async id => (await store.runs.read(viewer, id)) ?? Promise.reject(missing('run', id))),
        )
        const [first, ...others] = runs as [StoredRun, ...StoredRun[]]
        for (const run of runs) refuseIncomparable(first, run)
        const estimator = estimatorOf(first.estimator as EstimatorId)
        const base = await evaluated(viewer, first)
        const differences: object[] = []
        for (const other of others) {
          const steps = compare(estimator, base, await evaluated(viewer, other))
          const difference = await inSlices(steps, () => reply.raw.destroyed)
          if (difference === null) return
          differences.push(differenceAnswer(first, other, difference))
        }
        return {
          estimator: first.estimator as EstimatorId,
          runs: runs.map(comparedRun),
          differences,
        } as never
      },
    )
  }

function refuseIncomparable(first: StoredRun, run: StoredRun): void {
  const why =
    run.estimator !== first.estimator
      ? `is of the estimator ${run.estimator}, and "${first.id}" of ${first.estimator}`
      : run.kind !== 'estimate'
        ? `is of the kind ${run.kind}`
        : run.status !== 'succeeded'
          ? `has not succeeded: it is ${run.status}`
          : null
  if (why === null) return
  const detail = `The run "${run.id}" ${why}; compare estimates of one estimator that have succeeded.`
  throw new HttpProblem('inconsistent-inputs', detail, {
    errors: [{ parameter: 'runs', code: 'inconsistent-inputs', detail }],
  })
}

const comparedRun = ({ id, scenarioId, scenarioVersion, createdAt, ...run }: StoredRun) => ({
  ...{ id, scenario: scenarioId, scenarioVersion, createdAt: createdAt.toISOString() },
  ...{ engineVersion: run.engineVersion, catalogueVersion: run.catalogueVersion },
})

const differenceAnswer = (from: StoredRun, to: StoredRun, { results, ...difference }: Difference) => ({
  ...{ from: from.id, to: to.id, ...difference, results },
  warnings: [from, to].some(run => run.engineVersion !== engineVersion) ? [otherEngine] : [],
})

const otherEngine: Warning = {
  code: 'other-engine',
  message: {
    en: `A run was worked out by other formulas than those of the engine ${engineVersion}, which work both out here; its stored result may differ.`,
    zh: `有运行由其他版本的公式算得；此处两者均按引擎 ${engineVersion} 的公式重新计算，与已存结果可能不同。`,
  },
}
