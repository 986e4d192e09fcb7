import { Type } from 'typebox'
import { idPattern } from './common.ts'
import { pageOf } from './document.ts'
import { choice } from './reference.ts'

/** What a principal may do; `admin` includes the others. */
export const scopes = ['read', 'write', 'run', 'admin'] as const

const moment = (description: string) => Type.String({ format: 'date-time', maxLength: 30, description })
const momentOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', maxLength: 30, description })
const name = Type.String({ minLength: 1, maxLength: 200, description: 'What the key is for' })
const scopeList = Type.Array(choice(scopes, { description: 'A scope' }), {
  minItems: 1,
  maxItems: scopes.length,
  uniqueItems: true,
  description: 'What the key may do; admin includes the others',
})

/** When something shall end: a moment with its zone, or never. */
export const endsAt = (what: string) =>
  Type.Optional(
    Type.Unsafe<string | null>({
      type: ['string', 'null'],
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$',
      maxLength: 30,
      description: `When the ${what} ends, in UTC such as 2027-01-01T00:00:00Z; null or absent: never`,
    }),
  )

export const KeyCreate = Type.Object(
  { name, scopes: scopeList, expiresAt: endsAt('key') },
  { $id: 'KeyCreate', additionalProperties: false, description: 'A key to be made in the own workspace' },
)

const members = {
  id: Type.String({ pattern: idPattern, maxLength: 100, description: 'Id of the key' }),
  workspace: Type.String({
    maxLength: 100,
    description: 'The workspace whose rows it sees beside public ones',
  }),
  name,
  scopes: scopeList,
  createdAt: moment('When it was made'),
  expiresAt: momentOrNull('When it ends; null: never'),
  lastUsedAt: momentOrNull('When it was last used, to about a minute; null: not yet'),
  revokedAt: momentOrNull('When it was revoked; null: it was not'),
}

export const Key = Type.Object(members, {
  $id: 'Key',
  additionalProperties: false,
  description: 'An API key without its secret',
})

export const NewKey = Type.Object(
  {
    ...members,
    key: Type.String({ maxLength: 100, description: 'The key itself, shown this once: store it now' }),
  },
  { $id: 'NewKey', additionalProperties: false, description: 'An API key at the moment it is made' },
)

export const KeyPage = pageOf(Key, 'KeyPage', 'Some of the list of keys')

export const keyComponents = [KeyCreate, Key, NewKey, KeyPage]
