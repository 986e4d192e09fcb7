import type { FastifyReply, FastifyRequest } from 'fastify'
import type { WriteOutcome } from '../store/store.ts'
import { alreadyThere, changed, missing, written } from './outcome.ts'
import { HttpProblem } from './problem.ts'

/** The entity tag of a version. */
export const etagOf = (version: number | string): string => `"${version}"`

/** The tags of an If-Match or If-None-Match header, or `*`; a problem when it is neither. */
function tagsIn(
  header: string,
  name: string,
): readonly { readonly tag: string; readonly weak: boolean }[] | '*' {
  if (header.trim() === '*') return '*'
  // RFC 9110, section 5.6.1.2: a reader of a list accepts elements that are empty.
  const elements = [...header.matchAll(/\s*(?:(W\/)?"([\x21\x23-\x7e]*)"\s*)?(?:,|$)/gy)]
  const tags = elements.filter(([, , tag]) => tag !== undefined)
  if (tags.length === 0 || elements.map(([whole]) => whole).join('').length !== header.length) {
    const detail = `"${name}" must be * or a list of quoted entity tags, such as "3".`
    throw new HttpProblem('malformed-request', detail, {
      errors: [{ parameter: name, code: 'entity-tag', detail }],
    })
  }
  return tags.map(([, weak, tag]) => ({ tag: tag ?? '', weak: weak !== undefined }))
}

/**
 * Sends the tag of the current version, and says whether the caller has that version already. Then a handler
 * answers 304 without reading anything more. Comparison is weak, as RFC 9110 asks for If-None-Match.
 */
export function isCurrent(request: FastifyRequest, reply: FastifyReply, version: number | string): boolean {
  reply
    .header('etag', etagOf(version))
    .header('cache-control', 'private, no-cache')
    .header('vary', 'Accept, Authorization')
  const header = request.headers['if-none-match']
  if (header === undefined) return false
  const tags = tagsIn(header, 'if-none-match')
  return tags === '*' || tags.some(({ tag }) => tag === String(version))
}

/**
 * The versions that a change may be made to: those of If-Match, or null for `*`. A problem when the header is
 * missing, as a change without it could undo another's. Weak tags never match.
 */
export function versionsToChange(request: FastifyRequest): readonly number[] | null {
  const header = request.headers['if-match']
  if (header === undefined) {
    throw new HttpProblem(
      'precondition-required',
      'If-Match is missing; send the ETag that the resource was read with.',
      {
        errors: [{ parameter: 'if-match', code: 'required', detail: 'If-Match is missing.' }],
      },
    )
  }
  const tags = tagsIn(header, 'if-match')
  if (tags === '*') return null
  return tags.filter(({ weak, tag }) => !weak && /^[1-9]\d{0,8}$/.test(tag)).map(({ tag }) => Number(tag))
}

/** Whether a PUT may only create: `If-None-Match: *`. */
function mustNotExist(request: FastifyRequest): boolean {
  const header = request.headers['if-none-match']
  return header !== undefined && tagsIn(header, 'if-none-match') === '*'
}

/** What a change is made to, as far as preconditions look at it. */
interface Versioned {
  readonly version: number
}

/** Refuses a change to what is not there, or has another version than those named (any when null). */
export function refuseStale<T extends Versioned>(
  found: T | null,
  versions: readonly number[] | null,
  what: string,
  id: string,
): T {
  if (found === null) throw missing(what, id)
  if (versions !== null && !versions.includes(found.version)) throw changed(what, id)
  return found
}

/**
 * What a PUT may do, before anybody looks at its content: make the resource (`If-None-Match: *`), or replace
 * one of `versions` (any when null). Refuses with 428, 412 or 404 what it may not.
 */
export function putIntent(
  request: FastifyRequest,
  found: Versioned | null,
  what: string,
  id: string,
): { readonly make: true } | { readonly make: false; readonly versions: readonly number[] | null } {
  if (mustNotExist(request)) {
    if (found !== null) throw alreadyThere(what, id)
    return { make: true }
  }
  const versions = versionsToChange(request)
  refuseStale(found, versions, what, id)
  return { make: false, versions }
}

/** Tries of a change to whatever version is current. */
const mostTries = 10

/**
 * Makes a change that is computed from what was read. Named versions are tried once; with `If-Match: *` a change
 * that another one overtook starts over on a fresh read, a number of times.
 */
export async function changeOnRead<T>(
  versions: readonly number[] | null,
  attempt: () => Promise<WriteOutcome<T>>,
  what: string,
  id: string,
): Promise<T> {
  let outcome = await attempt()
  for (let tries = 1; versions === null && isOvertaken(outcome) && tries < mostTries; tries++)
    outcome = await attempt()
  return written(outcome, what, id)
}

const isOvertaken = (outcome: WriteOutcome<unknown>): boolean =>
  'refused' in outcome && outcome.refused === 'changed'
