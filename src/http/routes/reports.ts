import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refuseUncheckable } from '../../domain/evidence/audit.ts'
import type { Claim } from '../../domain/evidence/claim.ts'
import { claimKinds } from '../../domain/evidence/claim.ts'
import { claimSchemas } from '../../schemas/claim.ts'
import { filter } from '../../schemas/document.ts'
import { choice } from '../../schemas/reference.ts'
import { type ReportRecord, reportSchemas } from '../../schemas/report.ts'
import type { HttpDeps } from '../deps.ts'
import type { DocumentResource } from '../document-resource.ts'
import { documentRoutes } from '../documents.ts'
import { missing } from '../outcome.ts'
import { refuseUnknownInClaim, refuseUnknownInReport, refuseUnknownSeries } from '../report-references.ts'
import { reportAuditRoutes } from './report-audit.ts'
import { reportPartRoutes } from './report-parts.ts'

const reports = ({ store: { documents }, catalogue }: HttpDeps): DocumentResource => ({
  kind: 'report',
  path: '/v1/reports',
  name: ['Report', 'Reports'],
  tag: 'reports',
  schemas: reportSchemas,
  filters: { date: { member: 'date', schema: filter('Only those of this date, as it is written') } },
  sorts: ['name', 'id', 'createdAt', 'updatedAt'],
  check: (content, { viewer }, { id }) =>
    refuseUnknownInReport(id, { ...reportSchemas.defaults, ...content } as unknown as ReportRecord, {
      documents,
      catalogue: catalogue(),
      viewer,
    }),
})

// A claim on a public report belongs to the workspace of whoever makes it, and only that workspace sees it
// beside the public ones. Changing a public claim needs the scope admin, as with every public document.
const claims = ({ store: { documents }, catalogue }: HttpDeps): DocumentResource => ({
  kind: 'claim',
  path: '/v1/reports/:reportId/claims',
  parent: { kind: 'report', parameter: 'reportId' },
  name: ['Claim', 'Claims'],
  tag: 'reports',
  schemas: claimSchemas,
  filters: {
    section: { member: 'section', schema: filter('Only those of this section') },
    kind: { member: 'kind', schema: choice(claimKinds, { description: 'Only those of this kind' }) },
  },
  sorts: ['position', 'id', 'createdAt', 'updatedAt'],
  defaultLimit: 200,
  check: async (content, { viewer }, { parent = '', id }) => {
    const { check, quote, market = null } = { ...claimSchemas.defaults, ...content } as unknown as Claim
    refuseUncheckable({ check, quote, market })
    const report = await documents.read(viewer, { kind: 'report', id: parent })
    if (report === null) throw missing('report', parent)
    const { tables = [] } = (report.body ?? {}) as unknown as Partial<ReportRecord>
    await refuseUnknownInClaim(
      check,
      { report: parent, own: id, tables },
      { documents, catalogue: catalogue(), viewer },
    )
    if (market !== null) await refuseUnknownSeries(market, { documents, catalogue: catalogue(), viewer })
  },
})

/** Published reports, what they claim, and the audit of them. */
export const reportRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    await app.register(documentRoutes(reports(deps), deps))
    await app.register(documentRoutes(claims(deps), deps))
    await app.register(reportPartRoutes(deps))
    await app.register(reportAuditRoutes(deps))
  }
