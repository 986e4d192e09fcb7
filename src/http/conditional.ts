import type { FastifyReply, FastifyRequest } from 'fastify'
import { HttpProblem } from './problem.ts'

/** The entity tag of a version. */
export const etagOf = (version: number | string): string => `"${version}"`

/** The tags of an If-Match or If-None-Match header, or `*`; a problem when it is neither. */
function tagsIn(
  header: string,
  name: string,
): readonly { readonly tag: string; readonly weak: boolean }[] | '*' {
  if (header.trim() === '*') return '*'
  const tags = [...header.matchAll(/\s*(W\/)?"([\x21\x23-\x7e]*)"\s*(?:,|$)/gy)]
  if (tags.length === 0 || tags.map(([whole]) => whole).join('').length !== header.length) {
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
  return tags.filter(({ weak, tag }) => !weak && /^\d{1,9}$/.test(tag)).map(({ tag }) => Number(tag))
}

/** Whether a PUT may only create: `If-None-Match: *`. */
export function mustNotExist(request: FastifyRequest): boolean {
  const header = request.headers['if-none-match']
  return header !== undefined && tagsIn(header, 'if-none-match') === '*'
}
