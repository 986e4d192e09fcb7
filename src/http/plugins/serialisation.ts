import buildSerialiser from 'fast-json-stringify'
import type { FastifyInstance } from 'fastify'

type Serialise = (document: unknown) => string

/**
 * Answers are written by serialisers made from their schemas, each made once, when it is first needed: the
 * framework would make one for every status of every operation before the service could start.
 */
export function registerSerialisation(app: FastifyInstance): void {
  const made = new Map<string, Serialise>()
  app.setSerializerCompiler(({ schema }) => {
    const key = JSON.stringify(schema)
    return document => {
      let serialise = made.get(key)
      if (serialise === undefined) {
        serialise = buildSerialiser(schema as never, { schema: app.getSchemas() as never }) as Serialise
        made.set(key, serialise)
      }
      return serialise(document)
    }
  })
}
