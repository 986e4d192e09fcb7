import { describe, expect, it } from 'vitest'
import { exampleParameters, requestOf } from '../contract/fuzz/requests.ts'
import { typesOf } from '../contract/fuzz/schema.ts'
import { useService } from '../support/service.ts'
import { contract, makeExamples } from '../support/writes.ts'

const service = useService({ worker: false })

/** Texts that JavaScript reads as numbers, or as none, and that nobody means. */
const texts = [
  ...['Infinity', '-Infinity', '+Infinity', '1e400', '-1e400', '9e999', 'NaN', '0x10', '0b1', '0o7', '1_000'],
  ...['٣', '１', '', ' ', '%20', '1%20', '+1', '1.', '.5', '1e', '--1', '1,5', 'null', 'true', '[1]', '1n'],
]

/** Every parameter of the document that is a number. */
const numeric = contract.operations.flatMap(operation =>
  operation.parameters
    .filter(({ in: place, schema }) => {
      const types = typesOf(contract.resolve(schema))
      return place !== 'header' && (types.includes('number') || types.includes('integer'))
    })
    .map(({ name, in: place }) => ({ operation, name, place })),
)

describe('a number in an address', () => {
  it('is a parameter of many operations', () => {
    expect(numeric.length).toBeGreaterThan(20)
  })

  it('is one as people write it, or refused by the name of its parameter', async () => {
    await makeExamples(service)
    for (const { operation, name, place } of numeric) {
      for (const text of place === 'path' ? texts.filter(each => !/^(%20|)$/.test(each)) : texts) {
        const { target, headers } = requestOf(
          operation,
          { ...exampleParameters(operation), [name]: 'PLACE' },
          undefined,
        )
        const { statusCode, body } = await service.app.inject({
          method: operation.method as 'GET',
          url: target.replace(
            'PLACE',
            text.startsWith('%') ? text : encodeURIComponent(text).replaceAll('%25', '%'),
          ),
          headers,
        })
        expect(statusCode, `${operation.id} ${name}=${text}: ${body}`).toBe(422)
        expect(JSON.parse(body).errors[0].parameter).toBe(name)
      }
    }
  })
})
