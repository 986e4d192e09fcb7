import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JsonObject } from '../store/json.ts'
import type { WriteOutcome } from '../store/store.ts'
import { changeOnRead, etagOf, putIntent, refuseStale, versionsToChange } from './conditional.ts'
import { mergePatch } from './merge-patch.ts'
import { type Answer, serialised } from './once.ts'
import { alreadyThere, written } from './outcome.ts'

/** A resource that has versions, as one request addresses it. */
export interface Versioned<T extends { readonly version: number }, Content> {
  /** What messages call it. */
  readonly what: string
  readonly id: string
  readonly read: () => Promise<T | null>
  /** Writes only when the resource has one of `versions` (any when null). */
  readonly replace: (versions: readonly number[] | null, content: Content) => Promise<WriteOutcome<T>>
  readonly serve: (resource: T) => object
}

/** Sends the resource at its new version. */
function sendVersion<T extends { readonly version: number }>(
  reply: FastifyReply,
  resource: T,
  serve: (resource: T) => object,
): FastifyReply {
  return reply.header('etag', etagOf(resource.version)).send(serve(resource))
}

/** The answer to a POST that made the resource at `location`. */
export function madeAnswer<T extends { readonly version: number }>(
  reply: FastifyReply,
  location: string,
  resource: T,
  serve: (resource: T) => object,
): Answer {
  return {
    status: 201,
    headers: { location, etag: etagOf(resource.version) },
    body: serialised(reply, serve(resource), 201),
  }
}

/** Answers a request that made the resource at `location`. */
function sendMade<T extends { readonly version: number }>(
  reply: FastifyReply,
  location: string,
  resource: T,
  serve: (resource: T) => object,
): FastifyReply {
  return sendVersion(reply.code(201).header('location', location), resource, serve)
}

/** Answers a PUT: replaces the resource (`If-Match`), or makes it (`If-None-Match: *`). */
export async function putVersioned<T extends { readonly version: number }, Content>(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    what,
    id,
    read,
    replace,
    serve,
    content,
    create,
    name = () => id,
  }: Versioned<T, Content> & {
    /** The body, checked and completed. */
    readonly content: () => Promise<Content>
    readonly create: (content: Content) => Promise<WriteOutcome<T>>
    /** What is taken when making it is a conflict; the id unless given. */
    readonly name?: (content: Content) => string
  },
): Promise<FastifyReply> {
  const intent = putIntent(request, await read(), what, id)
  const wanted = await content()
  if (!intent.make)
    return sendVersion(reply, written(await replace(intent.versions, wanted), what, id), serve)
  const outcome = await create(wanted)
  // Made by another request meanwhile; an id that is only reserved, or a name that is taken, is a conflict.
  if ('refused' in outcome && (await read()) !== null) throw alreadyThere(what, id)
  return sendMade(reply, request.url, written(outcome, what, name(wanted)), serve)
}

/** Answers a merge patch. `content` checks and completes what comes of it. */
export async function patchVersioned<T extends { readonly version: number }, Content>(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    what,
    id,
    read,
    replace,
    serve,
    membersOf,
    content,
  }: Versioned<T, Content> & {
    /** The resource as a patch sees it. */
    readonly membersOf: (resource: T) => object
    readonly content: (merged: JsonObject) => Promise<Content>
  },
): Promise<FastifyReply> {
  const versions = versionsToChange(request)
  const attempt = async () => {
    const found = refuseStale(await read(), versions, what, id)
    const wanted = await content(mergePatch(membersOf(found), request.body) as JsonObject)
    // The patch is made to the version that was read: another one by now means starting over.
    return replace([found.version], wanted)
  }
  return sendVersion(reply, await changeOnRead(versions, attempt, what, id), serve)
}
