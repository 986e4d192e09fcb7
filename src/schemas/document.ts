import { type TObject, type TProperties, type TSchema, Type } from 'typebox'
import { idPattern } from './common.ts'
import { dayPattern } from './datum.ts'
import { ref } from './reference.ts'

const id = (what: string) =>
  Type.String({
    pattern: idPattern,
    maxLength: 100,
    description: `Id of the ${what}, as it stands in its address`,
  })

const moment = (description: string) => Type.String({ format: 'date-time', maxLength: 30, description })

/** The members that every stored resource has beside its content. */
export const metadata = {
  version: Type.Integer({
    format: 'int32',
    minimum: 1,
    maximum: 2_147_483_647,
    description: 'Version, which the ETag names too',
  }),
  createdAt: moment('When it was made'),
  updatedAt: moment('When this version was made'),
}

/** The components of a resource that users may write: as it is served, created, replaced, patched and listed. */
export interface DocumentSchemas {
  readonly resource: TSchema
  readonly content: TSchema
  readonly create: TSchema
  readonly patch: TSchema
  /** An element of a list: the resource without its large members. */
  readonly summary: TSchema
  readonly page: TSchema
  /** Members that are kept apart, as lists leave them out. */
  readonly large: readonly string[]
  /** What members get that a writer leaves out. */
  readonly defaults: Readonly<Record<string, unknown>>
  readonly components: readonly TSchema[]
}

/**
 * The components of a resource from its members. A member with a default may be left out when writing and is
 * always there when reading. `large` members are left out of lists; `written` has the schemas of members that
 * are written otherwise than they are read.
 */
export function documentSchemas(
  name: string,
  what: string,
  properties: TProperties,
  defaults: Readonly<Record<string, unknown>>,
  { large = [], written = {} }: { large?: readonly string[]; written?: TProperties } = {},
): DocumentSchemas {
  const writable = Object.fromEntries(
    Object.entries({ ...properties, ...written }).map(([member, schema]) => [
      member,
      member in defaults ? Type.Optional(schema) : schema,
    ]),
  )
  const closed = (suffix: string, description: string, members: TProperties): TObject =>
    Type.Object(members, { $id: `${name}${suffix}`, additionalProperties: false, description })
  const resource = closed('', `A ${what}`, { id: id(what), ...metadata, ...properties })
  const content = closed('Content', `What a ${what} says, all of it`, writable)
  const create = closed('Create', `A ${what} to be made`, { id: id(what), ...writable })
  const patch = Type.Unsafe<Record<string, unknown>>({
    $id: `${name}Patch`,
    type: 'object',
    additionalProperties: true,
    maxProperties: 100,
    description: `A merge patch (RFC 7396) of a ${what}: members given replace, null removes, the rest stays; the result must be a valid ${name}Content`,
  })
  const listed = Object.fromEntries(Object.entries(properties).filter(([member]) => !large.includes(member)))
  const summary =
    large.length === 0
      ? resource
      : closed('Summary', `A ${what} without ${large.join(', ')}`, { id: id(what), ...metadata, ...listed })
  const page = pageOf(summary, `${name}Page`, `Some of the list of ${what}s`)
  const components = [resource, content, create, patch, ...(summary === resource ? [] : [summary]), page]
  return { resource, content, create, patch, summary, page, large, defaults, components }
}

/** The component of a page of a list. */
export function pageOf(item: TSchema, $id: string, description: string): TObject {
  return Type.Object(
    {
      items: Type.Array(ref(item), { maxItems: 200, description: 'The elements, in order' }),
      nextCursor: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        maxLength: 2_000,
        description: 'Where the next page starts; null on the last',
      }),
    },
    { $id, additionalProperties: false, description },
  )
}

/** The query parameters of a list: paging, order, search, and the filters given. */
export function listQuery<const Sorts extends readonly string[], F extends TProperties>(
  sorts: Sorts,
  filters: F,
  defaultLimit = 50,
): TObject {
  const both = sorts.flatMap(sort => [sort, `-${sort}`])
  return Type.Object(
    {
      limit: Type.Optional(
        Type.Integer({
          format: 'int32',
          minimum: 1,
          maximum: 200,
          description: `Most elements of a page; default ${defaultLimit}`,
        }),
      ),
      cursor: Type.Optional(
        Type.String({
          pattern: '^[A-Za-z0-9_-]+$',
          maxLength: 2_000,
          description: '`nextCursor` of the page before',
        }),
      ),
      sort: Type.Optional(
        Type.Unsafe<string>({
          type: 'string',
          enum: both,
          description: `Order; with a minus from the end. Default: ${sorts[0]}`,
        }),
      ),
      ...Object.fromEntries(Object.entries(filters).map(([name, schema]) => [name, Type.Optional(schema)])),
    },
    { additionalProperties: false },
  )
}

/** A filter that compares a member with a word. */
export const filter = (description: string) => Type.String({ minLength: 1, maxLength: 200, description })

/** What was known by a day: for lists of what has a vintage. */
export const asOf = Type.String({
  pattern: dayPattern,
  maxLength: 10,
  description: 'Only what was published by the end of this day, month or year; unknown vintages are left out',
})

/** Full-text search: every word must occur, in Chinese or English. */
export const search = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'Words that must all occur, in Chinese or English, case aside',
})

/** A header that must be there for a change. */
export const ifMatch = Type.Object(
  {
    'if-match': Type.Optional(
      Type.String({
        maxLength: 1_000,
        description: 'ETag of the version that is changed, or * for any; needed',
      }),
    ),
  },
  { additionalProperties: true },
)

/** Headers of a PUT, which may create as well. */
export const putConditions = Type.Object(
  {
    'if-match': Type.Optional(
      Type.String({ maxLength: 1_000, description: 'ETag of the version that is replaced, or *' }),
    ),
    'if-none-match': Type.Optional(Type.String({ maxLength: 1_000, description: '* to create only' })),
  },
  { additionalProperties: true },
)

/** Headers of a conditional read. */
export const ifNoneMatch = Type.Object(
  {
    'if-none-match': Type.Optional(
      Type.String({
        maxLength: 1_000,
        description: 'ETags that the caller has already, or *; then the answer is 304',
      }),
    ),
  },
  { additionalProperties: true },
)
