import fc from 'fast-check'
import { validBodies } from '../bodies.ts'
import type { Operation } from '../contract.ts'
import { expectationOf } from '../expectations.ts'
import { inLanes } from '../lanes.ts'
import { locationsOf } from '../locations.ts'
import { mutationsOf } from '../mutations.ts'
import { parametersAtRandom } from '../parameters.ts'
import { requestOf } from '../requests.ts'
import { parametersOf } from '../resources.ts'
import { NewFinding, type Probe, type Session } from '../session.ts'

/** Requests that the schemas let in: parameters and bodies at random. */
export async function positive(session: Session, budget: number): Promise<void> {
  await eachOperation(session.contract.operations, budget, (operation, runs) => {
    const arbitrary = fc.tuple(
      parametersAtRandom(session, operation),
      validBodies(session.contract, operation),
    )
    return property(session, 'positive', runs, arbitrary, ([given, body]) => ({
      request: requestOf(operation, given, body),
      expectation:
        operation.body === null ? { kind: 'accepted' } : expectationOf(operation, operation.body, body),
    }))
  })
}

/** Requests whose body was valid until one place of it was changed. */
export async function negative(session: Session, budget: number): Promise<void> {
  const writing = session.contract.operations.filter(({ body }) => body?.isJson)
  await eachOperation(writing, budget, async (operation, runs) => {
    const { body } = operation
    if (body === null) return
    const given = parametersOf(session, operation)
    const { resolve } = session.contract
    const deciding = new Set([...locationsOf(body.schema, resolve)].map(({ decides }) => decides))
    const wrong = validBodies(session.contract, operation).chain((whole = {}) =>
      mutationsOf(whole).map(mutation => ({ ...mutation, wasValid: body.isValid(whole) === true })),
    )
    await property(session, 'negative', runs, wrong, ({ value, pointer, wasValid }) => ({
      request: requestOf(operation, given, value),
      // Only where one place alone is wrong is it known what the answer must name.
      expectation: expectationOf(
        operation,
        body,
        value,
        wasValid && !deciding.has(pointer) ? pointer : undefined,
      ),
    }))
  })
}

async function eachOperation(
  operations: readonly Operation[],
  budget: number,
  work: (operation: Operation, runs: number) => Promise<void>,
): Promise<void> {
  // An operation with a body has more to vary.
  const weight = ({ body }: Operation) => (body === null ? 1 : 4)
  const whole = operations.reduce((sum, operation) => sum + weight(operation), 0)
  await inLanes(
    operations.map(operation => () => work(operation, Math.ceil((budget * weight(operation)) / whole))),
  )
}

/** Draws and sends `runs` requests. What has not been found before is shrunk, then counts as found. */
async function property<T>(
  session: Session,
  phase: string,
  runs: number,
  arbitrary: fc.Arbitrary<T>,
  probeOf: (drawn: T) => Probe,
): Promise<void> {
  const seen = new Set(session.findings.keys())
  for (let done = 0, round = 0; done < runs; round++) {
    const { numRuns, failed, errorInstance } = await fc.check(
      fc.asyncProperty(arbitrary, async drawn => session.probe(phase, probeOf(drawn), seen)),
      { seed: session.seed + round, numRuns: runs - done },
    )
    if (failed && !(errorInstance instanceof NewFinding)) throw errorInstance
    for (const key of session.findings.keys()) seen.add(key)
    done += Math.max(1, numRuns)
  }
}
