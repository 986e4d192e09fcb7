import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { digest } from '../../digest.ts'
import { engineVersion } from '../../domain/estimate.ts'
import { auditClaims, summarise } from '../../domain/evidence/audit.ts'
import type { Claim } from '../../domain/evidence/claim.ts'
import { datasetsNamed } from '../../domain/evidence/market-check.ts'
import { auditQuery, ReportAudit } from '../../schemas/audit.ts'
import { idParameter } from '../../schemas/common.ts'
import { ifNoneMatch } from '../../schemas/document.ts'
import type { ReportRecord } from '../../schemas/report.ts'
import type { DocumentStore, Position, Viewer } from '../../store/store.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'

const description = `Recomputes every claim of a report now; no verdict on a formula is ever stored.

A claim has one kind of check. A \`formula\` is an expression over named operands, each with its unit and where it stands: with the relation = it holds when the recomputed value lies within one unit of the last significant digit printed (the zeros that end an integer are not significant); with ≥ or ≤ it must hold exactly, as a stated bound is a bound. The claim is consistent when all its comparisons hold. An \`editorial\` verdict is the judgement of a reader, with its reason and sources: two places of the report agree or disagree, or a dated fact decides. \`none\` says why there is no check: a figure that the report takes over from outside is an input, and whether it was copied rightly is a look-up, which is left to the remark.

A claim about a market is held against series as well, twice: with what was published by the date of the report (\`known\`), and with what came true by today (\`outcome\`), for which forecasts do not count. Series that count something else are shown beside as proxies, each with its scope; they are not pooled.

The summary counts all claims of the report, those of your own among them; the filters choose which are listed.`

/** `GET /v1/reports/{id}/audit`. */
export const reportAuditRoutes =
  ({ store: { documents }, clock }: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    app.get(
      '/v1/reports/:id/audit',
      {
        schema: operation({
          id: 'auditReport',
          summary: 'The claims of a report, recomputed',
          description,
          tag: 'reports',
          scope: 'read',
          params: idParameter('report'),
          query: auditQuery,
          headers: ifNoneMatch,
          answers: {
            200: { description: 'The audit', schema: ReportAudit, headers: ['ETag'] },
            304: {
              description:
                'Neither the report nor a claim nor a series that it is held against has changed today',
              headers: ['ETag'],
            },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const { viewer, query } = request
        const address = { kind: 'report', id: request.params.id } as const
        const report = await documents.read(viewer, address)
        if (report === null) throw missing('report', address.id)
        const all = await claimsOf(documents, viewer, address.id)
        const series = all.flatMap(({ market }) => (market ? datasetsNamed(market) : []))
        const [versions, datasets] = await Promise.all([
          documents.fingerprint(viewer, address, 'claim'),
          documents.datasets(viewer, [...new Set(series)]),
        ])
        const { findings = [], title, date } = { ...report.head, ...report.body } as unknown as ReportRecord
        const today = clock().toISOString().slice(0, 10)
        const seriesVersions = [...datasets.values()].map(({ id, version }) => `${id}:${version}`).toSorted()
        const state = [engineVersion, versions, today, ...seriesVersions].join(' ')
        if (isCurrent(request, reply, digest(state).slice(0, 32))) return reply.code(304).send()
        const reportDate = query.asOf ?? date
        const audited = auditClaims(all, findings, { datasets, reportDate, today })
        const claims = audited.filter(
          ({ id, section, verdict }) =>
            (query.verdict ?? verdict) === verdict &&
            (query.section ?? section) === section &&
            (query.claim ?? id) === id,
        )
        return { report: address.id, title, asOf: reportDate, today, summary: summarise(audited), claims }
      },
    )
  }

/** All claims of a report that the viewer sees, in their order. */
async function claimsOf(documents: DocumentStore, viewer: Viewer, parent: string): Promise<Claim[]> {
  const claims: Claim[] = []
  let after: Position | null = null
  do {
    const { items, next }: Awaited<ReturnType<DocumentStore['list']>> = await documents.list(
      viewer,
      'claim',
      {
        sort: 'position',
        descending: false,
        after,
        limit: 1_000,
        parent,
        filters: {},
      },
    )
    claims.push(...items.map(({ id, head }) => ({ id, ...head }) as unknown as Claim))
    after = next
  } while (after !== null)
  return claims
}
