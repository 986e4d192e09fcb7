import type { Json } from './json.ts'

/** All text of a document, lower-cased: what `q` is looked for in. Chinese needs no more, as it has no case or stems. */
export function searchText(id: string, document: Json): string {
  const parts: string[] = [id]
  collect(document, parts)
  return parts.join('\n').toLowerCase()
}

function collect(node: Json, into: string[]): void {
  if (typeof node === 'string') into.push(node)
  else if (Array.isArray(node)) for (const element of node as readonly Json[]) collect(element, into)
  else if (node !== null && typeof node === 'object')
    for (const member of Object.values(node)) collect(member as Json, into)
}
