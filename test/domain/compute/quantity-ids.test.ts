import { expect, it } from 'vitest'
import { digest } from '../../../src/digest.ts'
import { quantities as planQuantities } from '../../../src/domain/compute/plan/plan-figures.ts'
import { estimate } from '../../../src/domain/estimate.ts'
import { type EstimatorId, estimatorOf } from '../../../src/domain/estimators.ts'
import { memoryExamples } from '../../../src/http/examples/memory.ts'
import { scalingExamples } from '../../../src/http/examples/scaling.ts'
import { servingExamples } from '../../../src/http/examples/serving.ts'
import { trainingExamples } from '../../../src/http/examples/training.ts'
import { catalogueOfFiles } from '../../../src/store/catalogue-files.ts'

const lookup = { catalogue: catalogueOfFiles(), datasets: new Map() }
const examples = {
  training: trainingExamples,
  memory: memoryExamples,
  serving: servingExamples,
  scaling: scalingExamples,
} satisfies Partial<Record<EstimatorId, unknown>>

it('a quantity has one unit wherever its id stands, and the cache of a token says whose it is', () => {
  const units = new Map(Object.values(planQuantities).map(({ id, display }) => [id, display]))
  const labels = new Map<string, Set<string>>()
  for (const [id, requests] of Object.entries(examples)) {
    for (const { operation, body } of requests) {
      if (!/^estimate/i.test(operation)) continue
      const answer = estimate(estimatorOf(id as EstimatorId), body, lookup, { digest, trace: true })
      for (const each of answer.trace ?? []) {
        expect(each.unit, `${each.id} of ${id}`).toBe(units.get(each.id) ?? each.unit)
        units.set(each.id, each.unit)
        labels.set(each.id, (labels.get(each.id) ?? new Set()).add(each.label.en))
      }
    }
  }
  expect(units.get('deviceHours')).toBe('device·hour')
  expect([...(labels.get('kvCacheBytesPerToken') ?? [])]).toHaveLength(1)
  expect([...(labels.get('kvCacheBytesPerTokenPerDevice') ?? [])]).toHaveLength(1)
})
