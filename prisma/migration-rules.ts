/** What marks a statement that takes something away, and says since when nothing needs it: the second half of a change. */
const contractMark = /^\s*--\s*contract:\s*\S+/m

/** A statement of a migration, with the comments before it and without. */
interface Statement {
  readonly comments: string
  readonly sql: string
}

/**
 * What of a migration the release before could not live with, one line each; empty when both may run on the tables at
 * once. Only what is known to be safe passes: new tables, columns that may be left out, indexes, functions, and rows.
 * Everything about a table that the migration itself makes is safe, as nobody uses it yet. A statement under a comment
 * `-- contract: since when nothing needs it` is left alone.
 */
export function breaches(migration: string): string[] {
  const made = new Set<string>()
  const found: string[] = []
  for (const { comments, sql } of statementsOf(migration)) {
    const table = /^CREATE TABLE (?:IF NOT EXISTS )?([^\s(]+)/i.exec(sql)?.[1]
    if (table !== undefined) made.add(plain(table))
    if (contractMark.test(comments) || isSafe(sql, made)) continue
    found.push(sql.slice(0, 120))
  }
  return found
}

/** A name without its schema and quotes. */
const plain = (name: string): string => name.replaceAll('"', '').replace(/^public\./, '')

const safe: readonly RegExp[] = [
  /^CREATE (SCHEMA|TABLE|FUNCTION|OR REPLACE FUNCTION|SEQUENCE|TYPE|VIEW)\b/i,
  // Waits for writers and lets none pass meanwhile; what a row may hold stays as it was.
  /^CREATE INDEX\b/i,
  /^COMMENT ON\b/i,
  // Rows for the new release: an old one does not look for them.
  /^(INSERT INTO|UPDATE)\b/i,
]

function isSafe(sql: string, made: ReadonlySet<string>): boolean {
  if (safe.some(form => form.test(sql))) return true
  const on =
    /^CREATE UNIQUE INDEX .*? ON (?:ONLY )?([^\s(]+)/i.exec(sql)?.[1] ??
    /^CREATE (?:CONSTRAINT )?TRIGGER .*? ON ([^\s(]+)/i.exec(sql)?.[1] ??
    /^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\S+)/i.exec(sql)?.[1]
  if (on !== undefined && made.has(plain(on))) return true
  const [, actions] = /^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?\S+ (.*)$/i.exec(sql) ?? []
  return actions !== undefined && topLevel(actions).every(isSafeAction)
}

/** An action of ALTER TABLE that writes and reads of the release before survive. */
function isSafeAction(action: string): boolean {
  if (/^ADD (COLUMN )?(?!CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN|EXCLUDE)/i.test(action)) {
    const mayBeLeftOut = !/\bNOT NULL\b/i.test(action) || /\bDEFAULT\b/i.test(action)
    return mayBeLeftOut && !/\b(UNIQUE|PRIMARY KEY|CHECK|REFERENCES)\b/i.test(action)
  }
  return /^ALTER (COLUMN )?\S+ (DROP NOT NULL|SET DEFAULT\b.*)$/i.test(action)
}

/** Parts between the commas that stand in no parenthesis and no text. */
function topLevel(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const [token] of text.matchAll(/'(?:[^']|'')*'|"[^"]*"|[\s\S]/g)) {
    if (token === '(') depth++
    if (token === ')') depth--
    if (token === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += token
  }
  return parts.map(part => part.trim())
}

/** The statements of a migration; texts, names and bodies of functions keep their semicolons. */
function statementsOf(migration: string): Statement[] {
  const statements: Statement[] = []
  let comments = ''
  let sql = ''
  const tokens = /--[^\n]*\n?|\/\*[\s\S]*?\*\/|(\$\w*\$)[\s\S]*?\1|'(?:[^']|'')*'|"[^"]*"|[\s\S]/g
  const end = () => {
    const text = sql.replaceAll(/\s+/g, ' ').trim()
    if (text !== '') statements.push({ comments, sql: text })
    comments = ''
    sql = ''
  }
  for (const [token] of migration.matchAll(tokens)) {
    if (token.startsWith('--') || token.startsWith('/*')) comments += token
    else if (token === ';') end()
    else sql += token
  }
  end()
  return statements
}
