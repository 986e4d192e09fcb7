import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type TObject, type TProperties, Type } from 'typebox'
import { idParameter } from '../schemas/common.ts'
import { asOf, ifMatch, ifNoneMatch, listQuery, putConditions, search } from '../schemas/document.ts'
import { ref } from '../schemas/reference.ts'
import type { JsonObject } from '../store/json.ts'
import type { DocumentAddress, DocumentContent, StoredDocument, Viewer } from '../store/store.ts'
import { isCurrent, versionsToChange } from './conditional.ts'
import type { HttpDeps } from './deps.ts'
import { type DocumentResource, served } from './document-resource.ts'
import { sendOnce } from './once.ts'
import { operation } from './operation.ts'
import { missing, written } from './outcome.ts'
import { cursors, type ListQuery, pageRequest, sendPage, shownPage } from './pagination.ts'
import { registerMergePatch } from './plugins/bodies.ts'
import { madeAnswer, patchVersioned, putVersioned } from './versioned.ts'

/** List, create, read, replace, patch and delete of one kind of document. */
export function documentRoutes(resource: DocumentResource, deps: HttpDeps): FastifyPluginAsyncTypebox {
  const { kind, path, name, tag, schemas, isReferable = false, complete = content => content } = resource
  const { large } = schemas
  const [singular, plural] = name
  const what = words(singular)
  const { documents } = deps.store
  const cursor = cursors(deps.cursorSecret)
  const listParams = resource.parent && parentParameter(resource.parent)
  const params = listParams ? withParent(listParams, what) : idParameter(what)

  const contentOf = (members: JsonObject): DocumentContent => {
    const { id: _, ...content } = complete({ ...schemas.defaults, ...members } as JsonObject)
    const isLarge = ([member]: [string, unknown]) => large.includes(member)
    const entries = Object.entries(content)
    return {
      head: Object.fromEntries(entries.filter(entry => !isLarge(entry))) as JsonObject,
      body: large.length === 0 ? null : (Object.fromEntries(entries.filter(isLarge)) as JsonObject),
    }
  }
  const parentOf = (given: unknown): { readonly parent?: string } =>
    resource.parent === undefined
      ? {}
      : { parent: (given as Record<string, string>)[resource.parent.parameter] ?? '' }
  const addressOf = (given: unknown, { id } = given as { id: string }): DocumentAddress => ({
    kind,
    id,
    ...parentOf(given),
  })
  const serve = (document: StoredDocument) => served(document, schemas.defaults)
  const versioned = (viewer: Viewer, address: DocumentAddress) => ({
    what,
    id: address.id,
    serve,
    read: () => documents.read(viewer, address),
    replace: (versions: readonly number[] | null, content: DocumentContent) =>
      documents.replace(viewer, address, versions, content, deps.clock()),
  })

  return async app => {
    const { parent: whole } = resource
    if (whole !== undefined) {
      app.addHook('preHandler', async ({ viewer, params: given }) => {
        const { parent = '' } = parentOf(given)
        const [unknown] = await documents.unknownIds(viewer, whole.kind, [parent])
        if (unknown !== undefined) throw missing(words(whole.kind), unknown)
      })
    }

    app.get(
      path,
      {
        schema: operation({
          id: `list${plural}`,
          summary: `The ${words(plural)}`,
          tag,
          scope: 'read',
          ...(listParams && { params: listParams, problems: [404] }),
          query: listQuery(resource.sorts, { q: search, ...filterSchemas(resource) }, resource.defaultLimit),
          answers: { 200: { description: 'A page of the list', schema: schemas.page, headers: ['Link'] } },
        }),
      },
      async (request, reply) => {
        const {
          q,
          asOf,
          limit: _l,
          cursor: _c,
          sort: _s,
          ...asked
        } = request.query as ListQuery & { q?: string; asOf?: string }
        const page = await documents.list(request.viewer, kind, {
          ...pageRequest(request, cursor, resource.sorts[0], resource.defaultLimit),
          ...(q !== undefined && { q }),
          ...(asOf !== undefined && { asOf }),
          ...parentOf(request.params),
          filters: Object.fromEntries(
            Object.entries(asked).map(([filter, value]) => [
              resource.filters[filter]?.member ?? filter,
              String(value),
            ]),
          ),
        })
        return sendPage(request, reply, cursor, shownPage(page, serve), deps.publicUrl)
      },
    )

    app.post(
      path,
      {
        schema: operation({
          id: `create${singular}`,
          summary: `Make a ${what}`,
          tag,
          scope: 'write',
          isRepeatable: true,
          ...(listParams && { params: listParams }),
          body: ref(schemas.create),
          answers: {
            201: { description: 'It was made', schema: schemas.resource, headers: ['Location', 'ETag'] },
          },
          problems: [404, 409],
        }),
      },
      async (request, reply) => {
        const body = request.body as JsonObject & { id: string }
        const address = addressOf(request.params, body)
        return sendOnce(request, reply, deps.store, {
          work: async viewer => {
            await resource.check?.(body, request, address)
            return documents.create(viewer, address, contentOf(body), deps.clock())
          },
          written: outcome => written(outcome, what, body.id),
          answer: made => madeAnswer(reply, `${request.url.split('?')[0]}/${made.id}`, made, serve),
        })
      },
    )

    app.get(
      `${path}/:id`,
      {
        schema: operation({
          id: `get${singular}`,
          summary: `One ${what}`,
          tag,
          scope: 'read',
          params,
          headers: ifNoneMatch,
          answers: {
            200: { description: `The ${what}`, schema: schemas.resource, headers: ['ETag'] },
            304: { description: 'The caller has this version already', headers: ['ETag'] },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const address = addressOf(request.params)
        const found = await documents.read(request.viewer, address)
        if (found === null) throw missing(what, address.id)
        return isCurrent(request, reply, found.version) ? reply.code(304).send() : serve(found)
      },
    )

    app.put(
      `${path}/:id`,
      {
        schema: operation({
          id: `replace${singular}`,
          summary: `Replace a ${what}, or make it at this id`,
          description: `Replaces the whole ${what} when If-Match names its version; makes it when If-None-Match is *.`,
          tag,
          scope: 'write',
          params,
          headers: putConditions,
          body: ref(schemas.content),
          answers: {
            200: { description: 'It was replaced', schema: schemas.resource, headers: ['ETag'] },
            201: { description: 'It was made', schema: schemas.resource, headers: ['Location', 'ETag'] },
          },
          problems: [403, 404, 409, 412, 428],
        }),
      },
      async (request, reply) => {
        const address = addressOf(request.params)
        return putVersioned(request, reply, {
          ...versioned(request.viewer, address),
          content: async () => {
            const body = request.body as JsonObject
            await resource.check?.(body, request, address)
            return contentOf(body)
          },
          create: content => documents.create(request.viewer, address, content, deps.clock()),
        })
      },
    )

    app.delete(
      `${path}/:id`,
      {
        schema: operation({
          id: `delete${singular}`,
          summary: `Delete a ${what}`,
          ...(isReferable && {
            description: `Deletes the ${what}, unless scenarios refer to it: then the answer is 409 and names them.`,
          }),
          tag,
          scope: 'write',
          params,
          headers: ifMatch,
          answers: { 204: { description: 'It is deleted' } },
          problems: [403, 404, ...(isReferable ? [409] : []), 412, 428],
        }),
      },
      async (request, reply) => {
        const address = addressOf(request.params)
        const versions = versionsToChange(request)
        written(await documents.remove(request.viewer, address, versions, deps.clock()), what, address.id)
        return reply.code(204).send()
      },
    )

    await app.register(async scope => {
      registerMergePatch(scope)
      scope.patch(
        `${path}/:id`,
        {
          schema: operation({
            id: `patch${singular}`,
            summary: `Change parts of a ${what}`,
            tag,
            scope: 'write',
            params,
            headers: ifMatch,
            body: ref(schemas.patch),
            consumes: ['application/merge-patch+json'],
            answers: { 200: { description: 'It was changed', schema: schemas.resource, headers: ['ETag'] } },
            problems: [403, 404, 409, 412, 428],
          }),
        },
        async (request, reply) => {
          const address = addressOf(request.params)
          return patchVersioned(request, reply, {
            ...versioned(request.viewer, address),
            membersOf: ({ head, body }) => ({ ...head, ...body }),
            content: async merged => {
              const content = { ...schemas.defaults, ...merged } as JsonObject
              app.check((schemas.content as { $id: string } & object).$id, content)
              await resource.check?.(content, request, address)
              return contentOf(content)
            },
          })
        },
      )
    })
  }
}

const parentParameter = ({ kind, parameter }: NonNullable<DocumentResource['parent']>): TObject =>
  Type.Object({ [parameter]: idParameter(words(kind)).properties.id }, { additionalProperties: false })
const withParent = (parent: TObject, what: string): TObject =>
  Type.Object({ ...parent.properties, ...idParameter(what).properties }, { additionalProperties: false })

const words = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()

function filterSchemas({ filters, dated }: DocumentResource): TProperties {
  return {
    ...Object.fromEntries(Object.entries(filters).map(([name, { schema }]) => [name, schema])),
    ...(dated && { asOf }),
  }
}
