import type { Entry } from './history.ts'

/**
 * Reads that saw what was no more, or not yet. A scenario is what its last acknowledged write made it, or a later one
 * of which nobody knows made it, which may come true at any time; once one is seen, nothing older may be.
 */
export function staleReads(history: readonly Entry[]): string[] {
  return [...Map.groupBy(history, ({ scenario }) => scenario)].flatMap(([scenario, own]) => {
    let possible = ['']
    return own.flatMap(({ what, marker, outcome }) => {
      if (what === 'run') return []
      if (what !== 'read') {
        if (outcome === 'ok') possible = [marker]
        if (outcome === 'unknown') possible = [...possible, marker]
        return []
      }
      if (outcome !== 'ok') return []
      const seen = possible.indexOf(marker)
      if (seen === -1) {
        return [
          `${scenario} was read as ${marker || 'absent'} when it was ${possible.join(' or ') || 'absent'}`,
        ]
      }
      possible = possible.slice(seen)
      return []
    })
  })
}
