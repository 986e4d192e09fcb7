import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type TObject, type TProperties, Type } from 'typebox'
import { idParameter } from '../schemas/common.ts'
import {
  type DocumentSchemas,
  ifMatch,
  ifNoneMatch,
  listQuery,
  putConditions,
  search,
} from '../schemas/document.ts'
import { ref } from '../schemas/reference.ts'
import type { DocumentKind, JsonObject } from '../store/reference-data.ts'
import type {
  DocumentAddress,
  DocumentContent,
  StoredDocument,
  Viewer,
  WriteOutcome,
} from '../store/store.ts'
import { etagOf, isCurrent, mustNotExist, versionsToChange } from './conditional.ts'
import type { HttpDeps } from './deps.ts'
import { mergePatch } from './merge-patch.ts'
import { operation, type tags } from './operation.ts'
import { cursors, type ListQuery, pageRequest, sendPage } from './pagination.ts'
import { registerMergePatch } from './plugins/bodies.ts'
import { HttpProblem } from './problem.ts'

/** A kind of document as a REST resource. */
export interface DocumentResource {
  readonly kind: DocumentKind
  /** Where its list is, such as `/v1/companies`. */
  readonly path: string
  /** For parts of another document: the kind of that, and the path parameter that names it. */
  readonly parent?: { readonly kind: DocumentKind; readonly parameter: string }
  /** Singular and plural, as in `createCompany` and `listCompanies`. */
  readonly name: readonly [singular: string, plural: string]
  readonly tag: keyof typeof tags
  readonly schemas: DocumentSchemas
  /** Query parameters of the list, by the member that each compares with. */
  readonly filters: Readonly<
    Record<string, { readonly member: string; readonly schema: TProperties[string] }>
  >
  readonly sorts: readonly [string, ...string[]]
  /** Elements of a page when the caller does not say; 50 unless given. */
  readonly defaultLimit?: number
  /** Fills in, when writing, what may be left out inside members. */
  readonly complete?: (content: JsonObject) => JsonObject
  /** Refuses content that contradicts itself or refers to nothing, with pointers into it. */
  readonly check?: (
    content: JsonObject,
    request: { readonly viewer: Viewer },
    address: DocumentAddress,
  ) => Promise<void> | void
}

/** The document with its metadata, as it is served. */
export function served(
  { id, version, head, body, createdAt, updatedAt }: StoredDocument,
  defaults: JsonObject | Readonly<Record<string, unknown>>,
): object {
  return {
    ...defaults,
    ...head,
    ...body,
    id,
    version,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

/** What was written, or the problem that says why nothing was. */
export function written<T>(outcome: WriteOutcome<T>, what: string, id: string): T {
  if ('written' in outcome) return outcome.written
  switch (outcome.refused) {
    case 'missing':
      throw missing(what, id)
    case 'exists':
      throw new HttpProblem(
        'conflict',
        `The ${what} id or name "${id}" is taken, or was once and stays reserved; choose another.`,
      )
    case 'changed':
      throw changed(what, id)
    case 'forbidden':
      throw new HttpProblem('forbidden', `The ${what} "${id}" is public; changing it needs the scope admin.`)
  }
}

export const missing = (what: string, id: string): HttpProblem =>
  new HttpProblem('not-found', `There is no ${what} "${id}".`)

const changed = (what: string, id: string): HttpProblem =>
  new HttpProblem(
    'precondition-failed',
    `The ${what} "${id}" has another version than If-Match names; read it again.`,
  )

/** List, create, read, replace, patch and delete of one kind of document. */
export function documentRoutes(resource: DocumentResource, deps: HttpDeps): FastifyPluginAsyncTypebox {
  const { kind, path, name, tag, schemas, complete = content => content } = resource
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
          ...(listParams && { params: listParams, problems: [404] }),
          query: listQuery(resource.sorts, { q: search, ...filterSchemas(resource) }, resource.defaultLimit),
          answers: { 200: { description: 'A page of the list', schema: schemas.page, headers: ['Link'] } },
        }),
      },
      async (request, reply) => {
        const { q, limit: _l, cursor: _c, sort: _s, ...asked } = request.query as ListQuery & { q?: string }
        const page = await documents.list(request.viewer, kind, {
          ...pageRequest(request, cursor, resource.sorts[0], resource.defaultLimit),
          ...(q !== undefined && { q }),
          ...parentOf(request.params),
          filters: Object.fromEntries(
            Object.entries(asked).map(([filter, value]) => [
              resource.filters[filter]?.member ?? filter,
              String(value),
            ]),
          ),
        })
        return sendPage(
          request,
          reply,
          cursor,
          { items: page.items.map(serve), next: page.next },
          deps.publicUrl,
        )
      },
    )

    app.post(
      path,
      {
        schema: operation({
          id: `create${singular}`,
          summary: `Make a ${what}`,
          tag,
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
        await resource.check?.(body, request, address)
        const made = written(
          await documents.create(request.viewer, address, contentOf(body), deps.clock()),
          what,
          body.id,
        )
        return reply
          .code(201)
          .header('location', `${request.url.split('?')[0]}/${made.id}`)
          .header('etag', etagOf(made.version))
          .send(serve(made))
      },
    )

    app.get(
      `${path}/:id`,
      {
        schema: operation({
          id: `get${singular}`,
          summary: `One ${what}`,
          tag,
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
        const body = request.body as JsonObject
        const address = addressOf(request.params)
        await resource.check?.(body, request, address)
        if (mustNotExist(request)) {
          const outcome = await documents.create(request.viewer, address, contentOf(body), deps.clock())
          if ('refused' in outcome && outcome.refused === 'exists') throw alreadyThere(what, address.id)
          const made = written(outcome, what, address.id)
          return reply
            .code(201)
            .header('location', request.url)
            .header('etag', etagOf(made.version))
            .send(serve(made))
        }
        const versions = versionsToChange(request)
        const now = written(
          await documents.replace(request.viewer, address, versions, contentOf(body), deps.clock()),
          what,
          address.id,
        )
        return reply.header('etag', etagOf(now.version)).send(serve(now))
      },
    )

    app.delete(
      `${path}/:id`,
      {
        schema: operation({
          id: `delete${singular}`,
          summary: `Delete a ${what}`,
          tag,
          params,
          headers: ifMatch,
          answers: { 204: { description: 'It is deleted' } },
          problems: [403, 404, 412, 428],
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
          const versions = versionsToChange(request)
          const found = await documents.read(request.viewer, address)
          if (found === null) throw missing(what, address.id)
          if (versions !== null && !versions.includes(found.version)) throw changed(what, address.id)
          const merged = mergePatch({ ...found.head, ...found.body }, request.body) as JsonObject
          const content = { ...schemas.defaults, ...merged } as JsonObject
          app.check((schemas.content as { $id: string } & object).$id, content)
          await resource.check?.(content, request, address)
          // The patch was made to the version that was read: another one by now means starting over.
          const made = contentOf(content)
          const now = written(
            await documents.replace(request.viewer, address, [found.version], made, deps.clock()),
            what,
            address.id,
          )
          return reply.header('etag', etagOf(now.version)).send(serve(now))
        },
      )
    })
  }
}

const alreadyThere = (what: string, id: string): HttpProblem =>
  new HttpProblem(
    'precondition-failed',
    `The ${what} "${id}" exists already, or its id is reserved, and If-None-Match is *; replace it with If-Match instead.`,
  )

const parentParameter = ({ kind, parameter }: NonNullable<DocumentResource['parent']>): TObject =>
  Type.Object({ [parameter]: idParameter(words(kind)).properties.id }, { additionalProperties: false })
const withParent = (parent: TObject, what: string): TObject =>
  Type.Object({ ...parent.properties, ...idParameter(what).properties }, { additionalProperties: false })

const words = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()

function filterSchemas({ filters }: DocumentResource): TProperties {
  return Object.fromEntries(Object.entries(filters).map(([name, { schema }]) => [name, schema]))
}
