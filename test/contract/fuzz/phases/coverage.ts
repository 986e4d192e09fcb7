import { bodyModel } from '../bodies.ts'
import { boundariesOf } from '../boundaries.ts'
import type { Expectation } from '../checks.ts'
import type { BodyContract, Operation, Parameter } from '../contract.ts'
import { expectationOf } from '../expectations.ts'
import { chosen, inLanes } from '../lanes.ts'
import { type Location, locationsOf, replaceAt, valueAt, valueWith } from '../locations.ts'
import { type FuzzRequest, requestOf } from '../requests.ts'
import { parametersOf } from '../resources.ts'
import { escapeSegment, type Json, type Schema } from '../schema.ts'
import type { Session } from '../session.ts'
import { simplest } from '../simplest.ts'

type Case = () => { readonly request: FuzzRequest; readonly expectation: Expectation }

/** Each boundary of each constraint of each operation, in what is otherwise valid. */
export async function coverage(session: Session, budget: number): Promise<void> {
  const cases = session.contract.operations.flatMap(operation => [
    ...ofBody(session, operation),
    ...operation.parameters.flatMap(parameter => [...ofParameter(session, operation, parameter)]),
    ...ofQuery(session, operation),
  ])
  await inLanes(
    chosen(cases, budget, session.seed).map(each => async () => {
      const { request, expectation } = each()
      await session.exchange('coverage', request, expectation)
    }),
  )
}

function* ofBody(session: Session, operation: Operation): Generator<Case> {
  const model = bodyModel(session.contract, operation)
  const { body } = operation
  if (model === null || body?.isJson !== true) return
  const { resolve } = session.contract
  const parameters = parametersOf(session, operation)
  for (const location of locationsOf(model.schema, resolve)) {
    const valid = validAt(model.examples, location) ?? simplest(location.schema, resolve)
    const { pointer } = location
    for (const { value, member } of boundariesOf(location.schema, valid, resolve)) {
      yield () => {
        const whole = wholeWith(session, model, location, value)
        const place = member === undefined ? pointer : `${pointer}/${escapeSegment(member)}`
        // Where a schema is one of several, or more is wrong than this place, errors stand above or below it too.
        const exact = !location.inUnion && onlyPlace(body, whole) === place
        const at = place === location.decides ? undefined : place
        const expectation = expectationOf(operation, body, whole, at, exact)
        return { request: requestOf(operation, parameters, whole), expectation }
      }
    }
  }
}

/** The one place where a validator finds a value wrong; undefined where it is right, or wrong in several. */
function onlyPlace({ isValid }: BodyContract, value: Json): string | undefined {
  if (isValid(value) === true) return undefined
  const places = (isValid.errors ?? []).map(({ instancePath, params }) => {
    const member = params.missingProperty ?? params.additionalProperty
    return member === undefined ? instancePath : `${instancePath}/${escapeSegment(member)}`
  })
  return new Set(places).size === 1 ? places[0] : undefined
}

/** What an example has at a place. */
const validAt = (examples: readonly Json[], { pointer }: Location): Json | undefined =>
  examples.map(example => valueAt(example, pointer)).find(value => value !== undefined)

/** An example with a place taken by a value, or else the smallest value that has the place. */
export function wholeWith(
  { contract }: Session,
  model: { readonly examples: readonly Json[]; readonly schema: Schema },
  location: Location,
  value: Json,
): Json {
  for (const example of model.examples) {
    const whole = replaceAt(example, location.pointer, value)
    if (whole !== undefined) return whole
  }
  return valueWith(model.schema, location.steps, value, contract.resolve)
}

const decimal = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

function* ofParameter(session: Session, operation: Operation, parameter: Parameter): Generator<Case> {
  const { resolve } = session.contract
  const schema = resolve(parameter.schema)
  const { name } = parameter
  const isNumber = [schema.type].flat().some(type => type === 'number' || type === 'integer')
  for (const { value } of boundariesOf(schema, parameter.example ?? simplest(schema, resolve), resolve)) {
    if (typeof value === 'object') continue
    yield () => {
      const request = requestOf(
        operation,
        { ...parametersOf(session, operation), [name]: value },
        bodyOf(operation),
      )
      const read = isNumber && decimal.test(String(value)) ? Number(value) : String(value)
      const refused = isRefused(schema, read)
      const expectation: Expectation =
        !refused || parameter.in !== 'query'
          ? { kind: 'any' }
          : { kind: 'refused', pointer: name, exact: true }
      return { request, expectation }
    }
  }
}

/** Whether a schema of a parameter refuses a value: its few keywords, in full. */
function isRefused(schema: Schema, value: number | string): boolean {
  const { minimum = -Infinity, maximum = Infinity, minLength = 0, maxLength = Infinity, pattern } = schema
  const types = [schema.type].flat()
  if (schema.enum !== undefined && !schema.enum.includes(value)) return true
  if (typeof value === 'number') {
    if (types.includes('integer') && !Number.isInteger(value)) return true
    return value < minimum || value > maximum
  }
  if (types.includes('integer') || types.includes('number')) return true
  const { length } = [...value]
  if (length < minLength || length > maxLength) return true
  return pattern !== undefined && !new RegExp(pattern, 'u').test(value)
}

function* ofQuery(session: Session, operation: Operation): Generator<Case> {
  const parameters = parametersOf(session, operation)
  for (const name of ['unknown', '__proto__', 'toString']) {
    yield () => ({
      request: requestOf(operation, { ...parameters, [name]: '1' }, bodyOf(operation)),
      expectation: { kind: 'refused', pointer: name },
    })
  }
  const [repeated] = operation.parameters.filter(each => each.in === 'query')
  if (repeated === undefined) return
  yield () => {
    const request = requestOf(operation, parameters, bodyOf(operation))
    const twice = `${repeated.name}=1&${repeated.name}=1`
    const target = `${request.target}${request.target.includes('?') ? '&' : '?'}${twice}`
    return { request: { ...request, target }, expectation: { kind: 'refused', pointer: repeated.name } }
  }
}

/** A valid body, for an operation that takes one. */
export const bodyOf = (operation: Operation): Json | undefined => operation.body?.examples[0]
