import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { TProperties, TSchema } from 'typebox'
import { idParameter } from '../../schemas/common.ts'
import { ifNoneMatch, listQuery } from '../../schemas/document.ts'
import {
  AlternativeGroupPage,
  partFilters,
  ReportFigurePage,
  ReportFindingPage,
  type ReportRecord,
  ReportTablePage,
} from '../../schemas/report.ts'
import type { Position } from '../../store/store.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { cursors, type ListQuery, pageInMemory, pageRequest, sendPage } from '../pagination.ts'

/** A large member of a report as a list of its own. */
interface Part<Member extends keyof ReportRecord, Element> {
  readonly member: Member
  readonly operation: string
  readonly summary: string
  readonly page: TSchema
  readonly sort: string
  readonly filters: TProperties
  readonly keyOf: (element: Element) => Position
  readonly keeps: (element: Element, asked: Readonly<Record<string, unknown>>) => boolean
}

type ElementOf<Member extends keyof ReportRecord> = ReportRecord[Member] extends readonly (infer E)[]
  ? E
  : never

const part = <Member extends keyof ReportRecord>(part: Part<Member, ElementOf<Member>>) => part

/** Enough for every part of a report in one page; the caller may ask for fewer. */
const defaultLimit = 200

const parts = [
  part({
    member: 'tables',
    operation: 'listReportTables',
    summary: 'The tables of a report',
    page: ReportTablePage,
    sort: 'no',
    filters: {},
    keyOf: ({ no }) => [no, String(no)],
    keeps: () => true,
  }),
  part({
    member: 'figures',
    operation: 'listReportFigures',
    summary: 'The figures of a report, and what is left of them',
    page: ReportFigurePage,
    sort: 'no',
    filters: { status: partFilters.status },
    keyOf: ({ no }) => [no, String(no)],
    keeps: ({ status }, asked) => asked.status === undefined || status === asked.status,
  }),
  part({
    member: 'findings',
    operation: 'listReportFindings',
    summary: 'The errors and gaps of a report, each with the claims that it rests on',
    page: ReportFindingPage,
    sort: 'id',
    filters: { severity: partFilters.severity, claim: partFilters.claim },
    keyOf: ({ id }) => [id, id],
    keeps: ({ severity, claims }, asked) =>
      (asked.severity === undefined || severity === asked.severity) &&
      (asked.claim === undefined || claims.includes(String(asked.claim))),
  }),
  part({
    member: 'alternatives',
    operation: 'listReportAlternatives',
    summary: 'Figures of a report that compete for one quantity',
    page: AlternativeGroupPage,
    sort: 'id',
    filters: {},
    keyOf: ({ id }) => [id, id],
    keeps: () => true,
  }),
]

/** The tables, figures, findings and alternatives of a report. */
export const reportPartRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const cursor = cursors(deps.cursorSecret)
    for (const each of parts as unknown as readonly Part<keyof ReportRecord, object>[]) {
      app.get(
        `/v1/reports/:id/${each.member}`,
        {
          schema: operation({
            id: each.operation,
            summary: each.summary,
            tag: 'reports',
            scope: 'read',
            params: idParameter('report'),
            query: listQuery([each.sort], each.filters, defaultLimit),
            headers: ifNoneMatch,
            answers: {
              200: { description: 'A page of the list', schema: each.page, headers: ['ETag', 'Link'] },
              304: { description: 'The caller has this version of the report already', headers: ['ETag'] },
            },
            problems: [404],
          }),
        },
        async (request, reply) => {
          const { id } = request.params as { id: string }
          const found = await deps.store.documents.read(request.viewer, { kind: 'report', id })
          if (found === null) throw missing('report', id)
          if (isCurrent(request, reply, found.version)) return reply.code(304).send()
          const elements = (found.body?.[each.member] ?? []) as readonly object[]
          const kept = elements.filter(element => each.keeps(element, request.query as ListQuery))
          const asked = pageRequest(request, cursor, each.sort, defaultLimit)
          return sendPage(request, reply, cursor, pageInMemory(kept, asked, each.keyOf), deps.publicUrl)
        },
      )
    }
  }
