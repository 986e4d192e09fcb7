import type { Accelerator, Catalogue } from '../../compute/catalogue.ts'
import type { MeasuredSetup } from './measurement.ts'

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')

/** What a name is cut into: letters and digits apart, vendors' words and sizes left out. */
function words(text: string): string[] {
  return (
    text
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      // A letter behind a number of a series names a variant of it, as in V100S.
      .flatMap(word => (/^[a-z]\d+[a-z]$/.test(word) ? [word, word.slice(0, -1)] : [word]))
      .filter(
        word => word !== '' && !/^(nvidia|amd|google|intel|instinct|geforce|tesla|gpu|\d+x)$/.test(word),
      )
  )
}

/** Whether a word names a device, such as `h100` or `4090`, and not a size such as `80gb`. */
const isModel = (word: string): boolean => /[a-z]\d|\d{3}/.test(word) && !/^\d+gb$/.test(word)

/** Whether a word names a family of which the catalogue has numbered variants only, as 910B those from 910B1 on. */
const isFamilyOf = (word: string, have: ReadonlySet<string>): boolean =>
  isModel(word) &&
  /[a-z]$/.test(word) &&
  [...have].some(other => /^\d+$/.test(other.slice(word.length)) && other.startsWith(word))

/**
 * The accelerator of a setup: by its id; else the one whose id or name is written like the setup's, or else shares
 * the most words with it, one that names a device or its family among them; of equals the first of the catalogue.
 * Undefined when none does.
 */
export function acceleratorOfSetup(setup: MeasuredSetup, catalogue: Catalogue): Accelerator | undefined {
  const known = setup.gpu_id === undefined ? undefined : catalogue.accelerators.get(setup.gpu_id)
  if (known !== undefined) return known
  for (const text of [setup.gpu_id, setup.gpu]) {
    if (text === undefined) continue
    const same = [...catalogue.accelerators.values()].find(
      ({ id, name }) => plain(id) === plain(text) || plain(name) === plain(text),
    )
    if (same !== undefined) return same
    const wanted = words(text)
    let best: Accelerator | undefined
    let most = 0
    for (const accelerator of catalogue.accelerators.values()) {
      const have = new Set([...words(accelerator.id), ...words(accelerator.name)])
      const family = wanted.some(word => isFamilyOf(word, have))
      if (!family && !wanted.some(word => isModel(word) && have.has(word))) continue
      const shared = wanted.filter(word => have.has(word)).length
      const extra = /sxm|oam/.test(accelerator.id) ? 0.5 : 0
      if (shared + extra > most) {
        most = shared + extra
        best = accelerator
      }
    }
    if (best !== undefined) return best
  }
  return undefined
}
