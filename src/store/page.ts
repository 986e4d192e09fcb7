import { Prisma } from '../generated/prisma/client.ts'
import type { Page, PageRequest, Position, Viewer } from './store.ts'
import { publicWorkspace } from './workspaces.ts'

/** An expression that lists may be sorted by: never null, and of a type that PostgreSQL compares. */
export interface SortExpression {
  readonly expression: Prisma.Sql
  readonly type: 'text' | 'int' | 'timestamptz'
}

/** Characters of a text that lists are sorted by; equal beginnings go by id. */
const sortedCharacters = 200

const casts = {
  text: Prisma.sql`::text`,
  int: Prisma.sql`::int`,
  timestamptz: Prisma.sql`::timestamptz`,
} as const

/** Rows of the viewer's workspace and of the public one. */
export function visible(viewer: Viewer, column: Prisma.Sql = Prisma.sql`workspace_id`): Prisma.Sql {
  return Prisma.sql`${column} IN (${viewer.workspaceId}, ${publicWorkspace})`
}

/** A search in lower-cased text, in which `%` and `_` mean themselves. Words are each looked for. */
export function matches(q: string | undefined): Prisma.Sql[] {
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return words.map(word => Prisma.sql`search_text LIKE ${`%${word.replaceAll(/[\\%_]/g, '\\$&')}%`}`)
}

/** The end of a list's statement: where the page starts, its order, and one row more than it shows. */
export function pageClauses(
  request: PageRequest,
  sorts: Readonly<Record<string, SortExpression>>,
  id: Prisma.Sql = Prisma.sql`id`,
): { readonly after: Prisma.Sql; readonly order: Prisma.Sql; readonly sortValue: Prisma.Sql } {
  const sort = sorts[request.sort]
  if (sort === undefined) throw new Error(`There is no sort "${request.sort}".`)
  // Text by its beginning, as the position stands in the cursor: a title may be longer than a cursor may be.
  const expression =
    sort.type === 'text' ? Prisma.sql`left(${sort.expression}, ${sortedCharacters}::int)` : sort.expression
  const cast = casts[sort.type]
  const after =
    request.after === null
      ? Prisma.sql`TRUE`
      : request.descending
        ? Prisma.sql`(${expression}, ${id}) < (${String(request.after[0])}${cast}, ${request.after[1]})`
        : Prisma.sql`(${expression}, ${id}) > (${String(request.after[0])}${cast}, ${request.after[1]})`
  const direction = request.descending ? Prisma.sql`DESC` : Prisma.sql`ASC`
  return {
    after,
    order: Prisma.sql`ORDER BY ${expression} ${direction}, ${id} ${direction} LIMIT ${request.limit + 1}`,
    sortValue: Prisma.sql`(${expression})::text`,
  }
}

/** Cuts the extra row off, and says where the next page starts. */
export function pageOf<Row extends { sortValue: string; id: string }, T>(
  rows: readonly Row[],
  limit: number,
  map: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next: Position | null = rows.length > limit && last !== undefined ? [last.sortValue, last.id] : null
  return { items: shown.map(map), next }
}
