import fc from 'fast-check'
import { arbitraryOf } from './arbitrary.ts'
import type { Operation, Parameter } from './contract.ts'
import type { ParameterValues } from './requests.ts'
import { lastParameter, parametersOf } from './resources.ts'
import type { Json } from './schema.ts'
import type { Session } from './session.ts'

/** Headers have a grammar that their schemas do not say. */
const headerValues: Readonly<Record<string, readonly string[]>> = {
  'if-match': ['*', '"1"', '"2", "3"', '"x"'],
  'if-none-match': ['*', '"1"', 'W/"1"', '"1", W/"2"'],
  prefer: ['respond-async', 'wait=0', 'wait=1', 'return=minimal'],
}

/** Values of an operation's parameters that their schemas let in; ids mostly of what exists. */
export function parametersAtRandom(session: Session, operation: Operation): fc.Arbitrary<ParameterValues> {
  const known = parametersOf(session, operation)
  const drawn = operation.parameters
    // A cursor is what a page gave, and nothing else.
    .filter(({ name }) => name !== 'cursor')
    .map(
      parameter => [parameter.name, valuesOf(session, operation, parameter, known[parameter.name])] as const,
    )
  return fc.record(Object.fromEntries(drawn)).map(values => {
    const given = Object.entries(values).filter((entry): entry is [string, Json] => entry[1] !== undefined)
    return { ...known, ...Object.fromEntries(given) }
  })
}

function valuesOf(
  session: Session,
  operation: Operation,
  { name, in: place, required, schema }: Parameter,
  known: Json | undefined,
): fc.Arbitrary<Json | undefined> {
  const nothing = fc.constant(undefined)
  const values = arbitraryOf(schema, session.contract.resolve)
  if (place === 'query' && required) return values
  if (place === 'query') return fc.oneof({ weight: 3, arbitrary: nothing }, values)
  if (place === 'header') {
    const some = headerValues[name]
    return some === undefined ? nothing : fc.oneof(nothing, fc.constantFrom(...some))
  }
  if (known === undefined) return values
  // Nothing that the document's examples need may be deleted here.
  const isFree = operation.method !== 'DELETE' || name !== lastParameter(operation.path)
  return isFree ? fc.oneof({ weight: 4, arbitrary: fc.constant(known) }, values) : nothing
}
