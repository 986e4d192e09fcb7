import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { answerExamples, openExampleService } from '../../src/contract.ts'
import { exampleRequests } from '../../src/http/example-requests.ts'
import { recordedAnswers } from '../../src/http/examples.ts'
import { databaseForTest } from '../support/database.ts'

const recorded = JSON.parse(readFileSync(recordedAnswers, 'utf8')) as Record<
  string,
  { status: number; answer?: unknown }
>
const document = JSON.parse(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'))

describe('the examples of the document', () => {
  it('are answered by the real service exactly as the document says', async () => {
    const service = await openExampleService(await databaseForTest())
    const answers = await answerExamples(service.app)
    await service.close()
    for (const { name } of exampleRequests) expect(answers[name], name).toEqual(recorded[name])
  })

  it('have names of their own', () => {
    expect(new Set(exampleRequests.map(({ name }) => name)).size).toBe(exampleRequests.length)
  })

  it('satisfy the schemas of their answers', () => {
    const ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      formats: { double: true, int32: true, int64: true, date: true, 'date-time': true, uri: true },
    })
    ajv.addSchema(document, 'document')
    for (const [path, methods] of Object.entries<Record<string, never>>(document.paths)) {
      for (const [method, operation] of Object.entries<{
        operationId: string
        responses: Record<string, { content?: object }>
      }>(methods)) {
        for (const { name } of exampleRequests.filter(
          example => example.operation === operation.operationId,
        )) {
          const { status, answer } = recorded[name] ?? { status: 0 }
          if (answer === undefined) continue
          const escaped = path.replaceAll('~', '~0').replaceAll('/', '~1')
          const types = Object.keys(operation.responses[status]?.content ?? {})
          // Text was recorded as it came: a table, or events.
          const isText = (each: string) => /^(text|image)\//.test(each) === (typeof answer === 'string')
          const type = types.find(isText) ?? ''
          const media = encodeURIComponent(type).replaceAll('%2F', '~1')
          const pointer = `document#/paths/${encodeURIComponent(escaped)}/${method}/responses/${status}/content/${media}/schema`
          const validate = ajv.getSchema(pointer)
          expect(validate, pointer).toBeDefined()
          expect(validate?.(answer), `${name}: ${ajv.errorsText(validate?.errors)}`).toBe(true)
        }
      }
    }
  })
})
