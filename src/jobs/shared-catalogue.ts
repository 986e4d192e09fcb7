import { deserialize, serialize } from 'node:v8'
import { type Catalogue, onlyCatalogue } from '../domain/compute/catalogue.ts'

/** A catalogue in memory that threads share: written once, read by each of them once, and copied by nobody else. */
export interface SharedCatalogue {
  readonly version: string
  readonly bytes: SharedArrayBuffer
}

/** Versions that are kept on either side: the current one, and one that older runs need. */
const mostKept = 2

/** Keeps what is made of a version of the catalogue; a version is named after its content. */
function kept<From extends { readonly version: string }, To>(make: (from: From) => To): (from: From) => To {
  const made = new Map<string, To>()
  return from => {
    const known = made.get(from.version)
    if (known !== undefined) return known
    const fresh = make(from)
    for (const oldest of [...made.keys()].slice(0, Math.max(0, made.size + 1 - mostKept))) made.delete(oldest)
    made.set(from.version, fresh)
    return fresh
  }
}

/** Shares a catalogue. Sending it with each task instead would hold up every request for milliseconds a run. */
export const shareCatalogue = kept((catalogue: Catalogue): SharedCatalogue => {
  const written = serialize(onlyCatalogue(catalogue))
  const bytes = new SharedArrayBuffer(written.length)
  new Uint8Array(bytes).set(written)
  return { version: catalogue.version, bytes }
})

/** A catalogue that was shared, in the thread that reads it. */
export const readCatalogue = kept(
  ({ bytes }: SharedCatalogue): Catalogue => deserialize(new Uint8Array(bytes).slice()) as Catalogue,
)
