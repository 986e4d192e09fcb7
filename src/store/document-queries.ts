import { lastKnownVintage } from '../domain/market/dataset.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { SortExpression } from './page.ts'
import type { DocumentKind } from './reference-data.ts'

/** Members that a kind may be filtered by, by path; an array member matches when it holds the value. */
const filters: Readonly<Record<DocumentKind, readonly string[]>> = {
  'company-fact': ['fact', 'period', 'status', 'provenance', 'source', 'unit'],
  company: ['market', 'layers', 'ticker', 'reportRating.en'],
  application: ['field', 'company', 'table'],
  'industry-chain': [],
  scope: ['revenueKind'],
  dataset: ['segment', 'scopeId', 'metric', 'region', 'currency', 'unit', 'publisher'],
  report: ['publisher', 'date'],
  claim: ['kind', 'section'],
}

/** What documents may be sorted by. */
export const sorts: Readonly<Record<string, SortExpression>> = {
  position: { expression: Prisma.sql`position`, type: 'int' },
  id: { expression: Prisma.sql`id`, type: 'text' },
  name: {
    expression: Prisma.sql`COALESCE(head->'name'->>'en', head->>'name', head->'title'->>'en', '')`,
    type: 'text',
  },
  period: { expression: Prisma.sql`COALESCE(head->>'period', '')`, type: 'text' },
  createdAt: { expression: Prisma.sql`created_at`, type: 'timestamptz' },
  updatedAt: { expression: Prisma.sql`updated_at`, type: 'timestamptz' },
}

/** Documents whose vintage was known by then; an unknown vintage is left out, as nobody can say that it was. */
export function knownBy(asOf: string | undefined): Prisma.Sql[] {
  if (asOf === undefined) return []
  const vintage = Prisma.sql`head->>'vintage'`
  return [
    Prisma.sql`(CASE length(${vintage}) WHEN 4 THEN ${vintage} || '-12-31' WHEN 7 THEN ${vintage} || '-31' ELSE ${vintage} END) COLLATE "C" <= ${lastKnownVintage(asOf)}`,
  ]
}

/** What a list is narrowed to; throws for a member that the kind cannot be filtered by. */
export function filterClauses(kind: DocumentKind, asked: Readonly<Record<string, string>>): Prisma.Sql[] {
  return Object.entries(asked).map(([member, value]) => {
    if (!filters[kind].includes(member)) throw new Error(`A ${kind} cannot be filtered by ${member}.`)
    const path = Prisma.sql`${member.split('.')}::text[]`
    return Prisma.sql`(CASE jsonb_typeof(head#>${path}) WHEN 'array' THEN head#>${path} ? ${value} ELSE head#>>${path} = ${value} END)`
  })
}
