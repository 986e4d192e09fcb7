import { datasetsOf } from '../domain/estimators.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { DocumentKind } from './reference-data.ts'
import type { DocumentReference, Referrers, ScenarioContent, Viewer } from './store.ts'
import { publicWorkspace } from './workspaces.ts'

/** Most scenarios that a refusal names. */
const mostNamed = 10

/** Scenarios that are looked at in one go. */
const batchSize = 200

/** Kinds of documents that scenarios refer to. */
export const referableKinds: readonly DocumentKind[] = ['company', 'dataset']

/** Runs a statement in the transaction of the caller. */
type Query = (sql: Prisma.Sql) => Promise<unknown[]>

type Content = Pick<ScenarioContent, 'estimator' | 'inputs' | 'companies' | 'datasets'>

/** Every document that a scenario refers to, in its lists or from its inputs, and where it does. */
export function referencesOf({ estimator, inputs, companies, datasets }: Content): DocumentReference[] {
  return [
    ...companies.map((id, index) => ({ kind: 'company' as const, id, pointer: `/companies/${index}` })),
    ...datasets.map((id, index) => ({ kind: 'dataset' as const, id, pointer: `/datasets/${index}` })),
    ...datasetsOf(estimator, inputs).map(id => ({ kind: 'dataset' as const, id, pointer: '/inputs' })),
  ]
}

/**
 * Those references of a scenario that lead nowhere. The documents of the others cannot be deleted before the
 * caller's transaction has ended.
 */
export async function danglingReferences(
  query: Query,
  workspaceId: string,
  content: Content,
): Promise<DocumentReference[]> {
  const references = referencesOf(content)
  if (references.length === 0) return []
  const idsOf = (kind: DocumentKind) => references.filter(each => each.kind === kind).map(({ id }) => id)
  const rows = await query(Prisma.sql`
    SELECT kind, id FROM document
    WHERE workspace_id IN (${workspaceId}, ${publicWorkspace}) AND parent = '' AND deleted_at IS NULL
      AND ((kind = 'company' AND id = ANY(${idsOf('company')})) OR (kind = 'dataset' AND id = ANY(${idsOf('dataset')})))
    FOR SHARE`)
  const there = new Set((rows as { kind: string; id: string }[]).map(({ kind, id }) => `${kind} ${id}`))
  return references.filter(({ kind, id }) => !there.has(`${kind} ${id}`))
}

/**
 * The live scenarios whose current version refers to a document, or null when none does. Called once the document
 * is deleted and before that is committed: who writes a reference meanwhile waits, and then finds it gone.
 */
export async function referrersOf(
  query: Query,
  viewer: Viewer,
  document: { readonly workspaceId: string; readonly kind: DocumentKind; readonly id: string },
): Promise<Referrers | null> {
  const named: string[] = []
  let more = false
  let after = '00000000-0000-0000-0000-000000000000'
  const ofWorkspace =
    document.workspaceId === publicWorkspace
      ? Prisma.sql`TRUE`
      : Prisma.sql`s.workspace_id = ${document.workspaceId}`
  for (;;) {
    const rows = await query(Prisma.sql`
      SELECT s.key, s.id, s.workspace_id AS "workspaceId", v.document
      FROM scenario s JOIN scenario_version v ON v.scenario_key = s.key AND v.version = s.version
      WHERE s.deleted_at IS NULL AND ${ofWorkspace} AND strpos(v.document::text, ${JSON.stringify(document.id)}) > 0
        AND s.key > ${after}::uuid
      ORDER BY s.key LIMIT ${batchSize}`)
    const candidates = rows as { key: string; id: string; workspaceId: string; document: ScenarioContent }[]
    for (const scenario of candidates) {
      const refers = referencesOf(scenario.document).some(
        ({ kind, id }) => kind === document.kind && id === document.id,
      )
      if (!refers) continue
      // The names of other workspaces' scenarios are theirs alone.
      const isSeen = [viewer.workspaceId, publicWorkspace].includes(scenario.workspaceId)
      if (isSeen && named.length < mostNamed) named.push(scenario.id)
      else more = true
    }
    const last = candidates.at(-1)
    if (last === undefined || candidates.length < batchSize || (more && named.length === mostNamed)) break
    after = last.key
  }
  return named.length === 0 && !more ? null : { scenarios: named.toSorted(), more }
}
