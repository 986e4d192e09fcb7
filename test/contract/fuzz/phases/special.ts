import { gzipSync } from 'node:zlib'
import { bodyModel } from '../bodies.ts'
import type { Operation } from '../contract.ts'
import { expectationOfText } from '../expectations.ts'
import { chosen, inLanes } from '../lanes.ts'
import { locationsOf } from '../locations.ts'
import { requestOf } from '../requests.ts'
import { parametersOf } from '../resources.ts'
import { branchesOf, typesOf } from '../schema.ts'
import type { Probe, Session } from '../session.ts'
import { placed, specialBodies, specialLiterals, specialTexts, textWith } from '../special.ts'
import { bodyOf, wholeWith } from './coverage.ts'

type Case = () => Probe

/** What has broken services before, as every body, in every parameter, and in every number and text of a body. */
export async function special(session: Session, budget: number): Promise<void> {
  const { operations } = session.contract
  const bodies = operations.flatMap(operation => [...asBody(session, operation)])
  const parameters = operations.flatMap(operation => [...asParameter(session, operation)])
  const literals = operations.flatMap(operation => [...asLiteral(session, operation)])
  const { seed } = session
  const cases = [
    ...chosen(bodies, Math.ceil(budget / 4), seed),
    ...chosen(parameters, Math.ceil(budget / 4), seed),
    ...chosen(literals, Math.ceil(budget / 2), seed),
  ]
  await inLanes(
    cases.map(each => async () => {
      const { request, expectation } = each()
      await session.exchange('special', request, expectation)
    }),
  )
}

function* asBody(session: Session, operation: Operation): Generator<Case> {
  const valid = bodyOf(operation)
  if (valid === undefined) return
  for (const index of specialBodies('{}', gzipSync).keys()) {
    yield () => {
      const body = specialBodies(JSON.stringify(valid), gzipSync)[index]
      const request = requestOf(operation, parametersOf(session, operation), body?.bytes, true)
      const headers = { ...request.headers, ...body?.headers }
      return {
        request: { ...request, headers },
        expectation: { kind: operation.body?.isJson ? 'refused' : 'any' },
      }
    }
  }
}

function* asParameter(session: Session, operation: Operation): Generator<Case> {
  for (const { name } of operation.parameters) {
    for (const text of specialTexts) {
      yield () => {
        const given = { ...parametersOf(session, operation), [name]: text }
        return { request: requestOf(operation, given, bodyOf(operation)), expectation: { kind: 'any' } }
      }
    }
  }
}

function* asLiteral(session: Session, operation: Operation): Generator<Case> {
  const model = bodyModel(session.contract, operation)
  const { body } = operation
  if (model === null || body?.isJson !== true) return
  const parameters = parametersOf(session, operation)
  for (const location of locationsOf(model.schema, session.contract.resolve)) {
    const isScalar = typesOf(location.schema).some(type => /^(number|integer|string)$/.test(type))
    if (!isScalar || branchesOf(location.schema).length > 0) continue
    for (const literal of specialLiterals) {
      yield () => {
        const text = textWith(wholeWith(session, model, location, placed()), literal)
        const expectation = expectationOfText(operation, body, text, location.pointer)
        return { request: requestOf(operation, parameters, text, true), expectation }
      }
    }
  }
}
