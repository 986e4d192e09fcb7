import { Type } from 'typebox'
import { pageOf } from './document.ts'

const word = (description: string) => Type.String({ maxLength: 300, description })
const content = (description: string) =>
  Type.Unsafe<Record<string, unknown> | null>({
    type: ['object', 'null'],
    additionalProperties: true,
    maxProperties: 200,
    description,
  })

const members = {
  id: word('Id of the entry'),
  at: Type.String({ format: 'date-time', maxLength: 30, description: 'When it was written' }),
  actor: word('Who wrote: local, key:<id>, token:<subject> or command'),
  action: word('What was done: create, replace, delete, start, cancel or revoke'),
  kind: word('Kind of the resource, such as scenario'),
  resource: word('Id of the resource; that of a part follows the id of the whole'),
  requestId: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    maxLength: 100,
    description: 'The request that did it, as the log and X-Request-Id name it',
  }),
}

export const AuditEntrySummary = Type.Object(members, {
  $id: 'AuditEntrySummary',
  additionalProperties: false,
  description: 'A write, without what changed',
})

export const AuditEntry = Type.Object(
  {
    ...members,
    before: content('What the resource said before; null when it was made'),
    after: content('What it said afterwards; null when it was deleted'),
  },
  { $id: 'AuditEntry', additionalProperties: false, description: 'A write: who, what, before and after' },
)

export const AuditEntryPage = pageOf(AuditEntrySummary, 'AuditEntryPage', 'Some of the log of writes')

export const auditEntryComponents = [AuditEntrySummary, AuditEntry, AuditEntryPage]
