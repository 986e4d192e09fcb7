import fc from 'fast-check'
import { arbitraryOf } from '../arbitrary.ts'
import type { Operation } from '../contract.ts'
import { expectationOf } from '../expectations.ts'
import { inLanes } from '../lanes.ts'
import { locationsOf, replaceAt } from '../locations.ts'
import { mutationsOf } from '../mutations.ts'
import { parametersAtRandom } from '../parameters.ts'
import { requestOf } from '../requests.ts'
import { bodyModel, parametersOf } from '../resources.ts'
import type { Json } from '../schema.ts'
import { NewFinding, type Probe, type Session } from '../session.ts'

/** Requests that the schemas let in: parameters and bodies at random. */
export async function positive(session: Session, budget: number): Promise<void> {
  await eachOperation(session.contract.operations, budget, (operation, runs) => {
    const arbitrary = fc.tuple(parametersAtRandom(session, operation), validBodies(session, operation))
    return property(session, 'positive', runs, arbitrary, ([given, body]) => ({
      request: requestOf(operation, given, body),
      expectation:
        operation.body === null ? { kind: 'accepted' } : expectationOf(operation, operation.body, body),
    }))
  })
}

/** Requests whose body was valid until one place of it was changed. */
export async function negative(session: Session, budget: number): Promise<void> {
  const writing = session.contract.operations.filter(({ body }) => body !== null)
  await eachOperation(writing, budget, async (operation, runs) => {
    const { body } = operation
    if (body === null) return
    const given = parametersOf(session, operation)
    const { resolve } = session.contract
    const deciding = new Set([...locationsOf(body.schema, resolve)].map(({ decides }) => decides))
    const wrong = validBodies(session, operation).chain((whole = {}) =>
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

/** Bodies that an operation's schema lets in: made from the schema, or an example with some places redrawn. */
function validBodies(session: Session, operation: Operation): fc.Arbitrary<Json | undefined> {
  const model = bodyModel(session, operation)
  if (model === null) return fc.constant(undefined)
  const { resolve } = session.contract
  const fromSchema = arbitraryOf(model.schema, resolve)
  const redrawn = model.examples.map(example => {
    const places = [...locationsOf(model.schema, resolve)]
      .filter(({ pointer }) => pointer !== '' && replaceAt(example, pointer, null) !== undefined)
      .map(({ pointer, schema }) => ({ pointer, values: arbitraryOf(schema, resolve) }))
    if (places.length === 0) return fc.constant(example)
    return fc
      .subarray(places, { minLength: 1, maxLength: Math.min(places.length, 4) })
      .chain(drawn =>
        fc
          .tuple(...drawn.map(({ values }) => values))
          .map(values =>
            drawn.reduce<Json>(
              (whole, { pointer }, index) => replaceAt(whole, pointer, values[index] ?? null) ?? whole,
              example,
            ),
          ),
      )
  })
  return redrawn.length === 0
    ? fromSchema
    : fc.oneof(fromSchema, { weight: 2, arbitrary: fc.oneof(...redrawn) })
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
