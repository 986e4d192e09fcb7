import fc from 'fast-check'
import { arbitraryOf } from './arbitrary.ts'
import type { BodyContract, Contract, Operation } from './contract.ts'
import { locationsOf, replaceAt } from './locations.ts'
import type { Json } from './schema.ts'

/** The body that values are made for: for a patch that lets anything in, that of the whole resource. */
export function bodyModel(contract: Contract, operation: Operation): BodyContract | null {
  if (operation.body?.open !== true) return operation.body
  const put = contract.operations.find(each => each.method === 'PUT' && each.path === operation.path)
  return put?.body ?? operation.body
}

/** Bodies that an operation's schema lets in: made from the schema, or an example with some places redrawn. */
export function validBodies(contract: Contract, operation: Operation): fc.Arbitrary<Json | undefined> {
  const model = bodyModel(contract, operation)
  if (model === null) return fc.constant(undefined)
  const { resolve } = contract
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
