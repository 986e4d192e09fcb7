import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Page, PageRequest, Position } from '../store/store.ts'
import { HttpProblem } from './problem.ts'

/** The query of a list, as validated: how to page, and the filters beside it. */
export interface ListQuery {
  readonly limit?: number
  readonly cursor?: string
  readonly sort?: string
  readonly [filter: string]: unknown
}

const signatureBytes = 12
/** Characters of a text that lists in memory are sorted by, so that cursors stay short. */
const sortedCharacters = 200

/** Reads and writes cursors, signed so that a caller can neither make one up nor carry it to another list. */
export function cursors(secret: string) {
  const sign = (payload: string): Buffer =>
    createHmac('sha256', secret).update(payload).digest().subarray(0, signatureBytes)
  const listOf = (path: string, { limit: _limit, cursor: _cursor, ...filters }: ListQuery): string =>
    `${path}?${JSON.stringify(Object.entries(filters).toSorted(([a], [b]) => a.localeCompare(b)))}`

  return {
    write: (path: string, query: ListQuery, position: Position): string => {
      const payload = JSON.stringify(position)
      return Buffer.concat([sign(`${listOf(path, query)}\n${payload}`), Buffer.from(payload)]).toString(
        'base64url',
      )
    },
    /** Where a page starts; a problem for a cursor that this list, with these filters, did not give. */
    read: (path: string, query: ListQuery): Position | null => {
      if (query.cursor === undefined) return null
      const bytes = Buffer.from(query.cursor, 'base64url')
      const payload = bytes.subarray(signatureBytes).toString()
      const expected = sign(`${listOf(path, query)}\n${payload}`)
      const given = bytes.subarray(0, signatureBytes)
      // Base64 has spare bits at its end: only the one spelling that was given is read.
      const isCanonical = bytes.toString('base64url') === query.cursor
      if (isCanonical && given.length === expected.length && timingSafeEqual(given, expected))
        return JSON.parse(payload) as Position
      const detail =
        '"cursor" was not given by this list with these filters and this order; start again without it.'
      throw new HttpProblem('invalid-request', detail, {
        errors: [{ parameter: 'cursor', code: 'cursor', detail }],
      })
    },
  }
}

export type Cursors = ReturnType<typeof cursors>

/** The page that a query asks for. `-name` sorts by name from the end. */
export function pageRequest(
  request: FastifyRequest,
  cursor: Cursors,
  defaultSort: string,
  defaultLimit = 50,
): PageRequest {
  const query = request.query as ListQuery
  const sort = query.sort ?? defaultSort
  return {
    sort: sort.replace(/^-/, ''),
    descending: sort.startsWith('-'),
    after: cursor.read(pathOf(request), query),
    limit: query.limit ?? defaultLimit,
  }
}

/** Sends a page as `{ items, nextCursor }`, with the `Link` header of RFC 8288. */
export function sendPage<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  cursor: Cursors,
  { items, next }: Page<T>,
  publicUrl: string | null,
): { items: readonly T[]; nextCursor: string | null } {
  const path = pathOf(request)
  const query = request.query as ListQuery
  const nextCursor = next === null ? null : cursor.write(path, query, next)
  const link = (rel: string, at: string | undefined): string => {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries(query))
      if (name !== 'cursor') parameters.set(name, String(value))
    if (at !== undefined) parameters.set('cursor', at)
    const search = parameters.toString()
    return `<${publicUrl ?? ''}${path}${search === '' ? '' : `?${search}`}>; rel="${rel}"`
  }
  reply.header(
    'link',
    [link('first', undefined), ...(nextCursor === null ? [] : [link('next', nextCursor)])].join(', '),
  )
  return { items, nextCursor }
}

/** A page of what is stored as a page of what is shown. */
export function shownPage<T, Shown>({ items, next }: Page<T>, show: (item: T) => Shown): Page<Shown> {
  return { items: items.map(show), next }
}

/** A page of what is in memory. `valueOf` is what it is sorted by; ties go by id. */
export function pageInMemory<T>(
  rows: readonly T[],
  { after, descending, limit }: PageRequest,
  keyOf: (row: T) => Position,
): Page<T> {
  const direction = descending ? -1 : 1
  const sorted = rows
    .map(row => ({ row, key: shortened(keyOf(row)) }))
    .toSorted((a, b) => direction * comparePositions(a.key, b.key))
  const start =
    after === null ? 0 : sorted.findIndex(({ key }) => direction * comparePositions(key, after) > 0)
  const shown = start === -1 ? [] : sorted.slice(start, start + limit)
  const last = shown.at(-1)
  const more = start !== -1 && start + limit < sorted.length
  return { items: shown.map(({ row }) => row), next: more && last !== undefined ? last.key : null }
}

const shortened = ([value, id]: Position): Position => [
  typeof value === 'string' ? value.slice(0, sortedCharacters) : value,
  id,
]

function comparePositions([a, aId]: Position, [b, bId]: Position): number {
  if (a !== b) return a < b ? -1 : 1
  return aId < bId ? -1 : aId > bId ? 1 : 0
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? request.url
}
