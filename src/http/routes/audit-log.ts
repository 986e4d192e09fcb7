import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { AuditEntry, AuditEntryPage } from '../../schemas/audit-entry.ts'
import { idParameter } from '../../schemas/common.ts'
import { filter, listQuery } from '../../schemas/document.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { cursors, pageRequest, sendPage, shownPage } from '../pagination.ts'
import { HttpProblem } from '../problem.ts'

const moment = (description: string) =>
  Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$',
    maxLength: 30,
    description,
  })

const filters = {
  actor: filter('Only what this actor did, such as key:key_…'),
  action: filter('Only this action, such as delete'),
  kind: filter('Only this kind of resource, such as scenario'),
  resource: filter('Only the resource of this id'),
  requestId: filter('Only what this request did'),
  since: moment('Only from this moment on, such as 2026-11-25T00:00:00Z'),
  until: moment('Only before this moment'),
}

const serve = <T extends { readonly at: Date }>({ at, ...entry }: T) => ({ ...entry, at: at.toISOString() })

/** A moment of the query; the pattern lets a 31st of June through, which is none. */
function momentOf(name: string, text: string | undefined): { [name: string]: Date } {
  if (text === undefined) return {}
  const date = new Date(text)
  if (!Number.isNaN(date.getTime())) return { [name]: date }
  const detail = `"${name}" is ${text}, which is no moment of the calendar.`
  throw new HttpProblem('out-of-range', detail, {
    errors: [{ parameter: name, code: 'format', detail }],
  })
}

/** The log of writes of a workspace, for its admins. */
export const auditLogRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const { audit } = deps.store
    const cursor = cursors(deps.cursorSecret)

    app.get(
      '/v1/audit-log',
      {
        schema: operation({
          id: 'listAuditEntries',
          summary: 'What was written in the workspace, oldest first',
          description:
            'Every write: who, what, when, by which request. An entry is written in the transaction of the write and can be neither changed nor deleted.',
          tag: 'access',
          scope: 'admin',
          query: listQuery(['at'], filters),
          answers: { 200: { description: 'A page of the list', schema: AuditEntryPage, headers: ['Link'] } },
        }),
      },
      async (request, reply) => {
        const { since, until, ...asked } = request.query as Record<string, string | undefined>
        const { limit: _l, cursor: _c, sort: _s, ...equal } = asked
        const page = await audit.list(request.viewer, {
          ...pageRequest(request, cursor, 'at'),
          ...equal,
          ...momentOf('since', since),
          ...momentOf('until', until),
        })
        return sendPage(request, reply, cursor, shownPage(page, serve), deps.publicUrl)
      },
    )

    app.get(
      '/v1/audit-log/:id',
      {
        schema: operation({
          id: 'getAuditEntry',
          summary: 'One write, with what the resource said before and after',
          tag: 'access',
          scope: 'admin',
          params: idParameter('entry'),
          answers: { 200: { description: 'The entry', schema: AuditEntry } },
          problems: [404],
        }),
      },
      async request => {
        const { id } = request.params as { id: string }
        const found = await audit.read(request.viewer, id)
        if (found === null) throw missing('entry', id)
        return serve(found)
      },
    )
  }
