import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { documentText } from '../../src/contract.ts'

interface Schema {
  readonly [keyword: string]: unknown
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
}

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly { name: string; in: string; example?: unknown }[]
  readonly requestBody?: { content: Record<string, { examples?: object }> }
  readonly responses: Readonly<
    Record<string, { $ref?: string; content?: Record<string, { examples?: object }> }>
  >
}

const committed = readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')
const document = JSON.parse(committed) as {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method,
    operation,
    name: `${method.toUpperCase()} ${path}`,
  })),
)

/** Every schema below a node, with where it stands. */
function* schemasIn(node: unknown, at: string): Generator<[string, Schema]> {
  if (node === null || typeof node !== 'object') return
  const { type } = node as { type?: unknown }
  if (typeof type === 'string' || Array.isArray(type)) yield [at, node as Schema]
  for (const [member, value] of Object.entries(node)) {
    if (member !== 'examples' && member !== 'example') yield* schemasIn(value, `${at}/${member}`)
  }
}

const schemas = [...schemasIn(document.components.schemas, '#'), ...schemasIn(document.paths, '#/paths')]
const ofType = (type: string) => schemas.filter(([, schema]) => [schema.type].flat().includes(type))

describe('openapi/openapi.json', () => {
  it('is what the routes say: `npm run openapi` makes it current', async () => {
    expect(committed === (await documentText())).toBe(true)
  })

  it('is OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.1')
  })

  it('gives each operation its own camelCase id, a summary and one tag', () => {
    const ids = operations.map(({ operation }) => operation.operationId ?? '')
    expect(new Set(ids).size).toBe(operations.length)
    for (const id of ids) expect(id).toMatch(/^[a-z]+[A-Z][A-Za-z]+$/)
    for (const { operation, name } of operations) {
      expect(operation.summary, name).toBeTruthy()
      expect(operation.tags, name).toHaveLength(1)
    }
  })

  it('gives each operation an example of its request and of its answer', () => {
    for (const { operation, name } of operations) {
      const media = operation.requestBody && Object.values(operation.requestBody.content)
      if (media)
        expect(
          // A workbook cannot be shown; the table of an import is, as CSV.
          media.some(({ examples }) => examples),
          `${name} request`,
        ).toBe(true)
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === 'path') expect(parameter.example, `${name} ${parameter.name}`).toBeDefined()
      }
      const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'))
      const withBody = answers.filter(([, { content }]) => content !== undefined)
      if (withBody.length > 0) {
        const exampled = withBody.some(([, { content }]) =>
          Object.values(content ?? {}).some(({ examples }) => examples),
        )
        expect(exampled, `${name} answer`).toBe(true)
      }
    }
  })

  it('documents the problems of each operation', () => {
    for (const { operation, name, method } of operations) {
      const statuses = Object.keys(operation.responses)
      expect(statuses, name).toEqual(expect.arrayContaining(['400', '500', '503']))
      if (operation.requestBody) expect(statuses, name).toEqual(expect.arrayContaining(['413', '415', '422']))
      if (method === 'patch' || method === 'put' || (method === 'delete' && statuses.includes('412'))) {
        expect(statuses, name).toEqual(expect.arrayContaining(['404', '412', '428']))
        expect(
          operation.parameters?.map(parameter => parameter.name),
          name,
        ).toContain('if-match')
      }
    }
  })

  it('pages every list', () => {
    for (const { operation, name } of operations.filter(each =>
      each.operation.operationId?.startsWith('list'),
    )) {
      expect(
        operation.parameters?.map(parameter => parameter.name),
        name,
      ).toEqual(expect.arrayContaining(['limit', 'cursor']))
    }
  })

  it('bounds every number, string and array', () => {
    expect(ofType('number').length).toBeGreaterThan(10)
    for (const [at, { minimum, exclusiveMinimum, maximum, format }] of [
      ...ofType('number'),
      ...ofType('integer'),
    ]) {
      expect(minimum ?? exclusiveMinimum, `${at} minimum`).toBeDefined()
      expect(maximum, `${at} maximum`).toBeDefined()
      expect(format, `${at} format`).toBeDefined()
    }
    for (const [at, schema] of ofType('string')) {
      expect('enum' in schema || 'const' in schema || schema.maxLength !== undefined, `${at} maxLength`).toBe(
        true,
      )
    }
    for (const [at, { maxItems }] of ofType('array')) expect(maxItems, `${at} maxItems`).toBeDefined()
  })

  it('describes every member of every component', () => {
    for (const [name, { properties = {} }] of Object.entries(document.components.schemas)) {
      for (const [member, schema] of Object.entries(properties)) {
        const said = schema.description ?? schema.$ref ?? schema.anyOf ?? schema.oneOf
        expect(said, `${name}.${member}`).toBeDefined()
      }
    }
  })
})
