import fc from 'fast-check'
import { inLanes } from '../lanes.ts'
import { actions, Model, ModelMismatch } from '../model.ts'
import { madeParameters, resourcesOf } from '../resources.ts'
import type { Session } from '../session.ts'

/** Steps of a walk. */
const length = 20
/** Requests that a walk takes, about. */
const ofWalk = 30

/** Random walks over each collection, the service held against a model of it at each step. */
export async function stateful(session: Session, budget: number): Promise<void> {
  const resources = resourcesOf(session.contract)
  const walks = Math.max(1, Math.round(budget / ofWalk / Math.max(1, resources.length)))
  const steps = fc.array(fc.record({ action: fc.constantFrom(...actions), pick: fc.nat({ max: 999 }) }), {
    minLength: length,
    maxLength: length,
  })
  let walk = 0
  await inLanes(
    resources.map(resource => async () => {
      const outer = madeParameters(session, resource.create)
      const { counterexample, errorInstance } = await fc.check(
        fc.asyncProperty(steps, async taken => {
          const unique = `walk-${session.seed}-${Date.now().toString(36)}-${++walk}`
          const model = new Model(session, resource, outer, unique)
          await model.step({ action: 'create', pick: 0 })
          for (const step of taken) await model.step(step)
        }),
        { seed: session.seed, numRuns: walks },
      )
      if (counterexample === null) return
      if (!(errorInstance instanceof ModelMismatch)) throw errorInstance
      session.report({
        phase: 'stateful',
        operation: resource.create.path,
        violation: { check: 'model', detail: errorInstance.message },
        ...{ method: 'WALK', target: resource.path, headers: {}, body: JSON.stringify(counterexample) },
        expectation: { kind: 'any' },
      })
    }),
  )
}
