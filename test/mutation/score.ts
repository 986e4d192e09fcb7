import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

// The mutation score of each folder from Stryker's report, with its 95 % interval: a sample knows no more than that.
const { values } = parseArgs({
  options: {
    report: { type: 'string', default: 'node_modules/.cache/mutation/report.json' },
    survivors: { type: 'boolean', default: false },
  },
})

interface Mutant {
  readonly status: string
  readonly mutatorName: string
  readonly replacement?: string
  readonly location: { readonly start: { readonly line: number } }
}
const { files } = JSON.parse(readFileSync(values.report, 'utf8')) as {
  files: Record<string, { mutants: readonly Mutant[] }>
}

/** Detected are mutants that a test fails on, or that never end; statuses beside these were not tried. */
const detected = new Set(['Killed', 'Timeout'])
const missed = new Set(['Survived', 'NoCoverage'])

/** Wilson's interval of a share. */
function interval(successes: number, count: number): readonly [number, number] {
  const z = 1.96
  const share = successes / count
  const middle = share + z ** 2 / (2 * count)
  const width = z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2))
  return [(middle - width) / (1 + z ** 2 / count), (middle + width) / (1 + z ** 2 / count)]
}

interface Tally {
  detected: number
  missed: number
}
const folders = new Map<string, Tally>()
const folderOf = (file: string) => {
  const [, folder = 'src/domain', below = ''] = /^(src\/domain\/[^/]+)\/(?:([^/]+)\/)?/.exec(file) ?? []
  return /\/(compute|market)$/.test(folder) && below !== '' ? `${folder}/${below}` : folder
}
for (const [file, { mutants }] of Object.entries(files)) {
  for (const { status, mutatorName, replacement = '', location } of mutants) {
    if (!detected.has(status) && !missed.has(status)) continue
    for (const name of [folderOf(file), 'all']) {
      const tally = folders.get(name) ?? { detected: 0, missed: 0 }
      folders.set(name, tally)
      if (detected.has(status)) tally.detected += 1
      else tally.missed += 1
    }
    if (values.survivors && missed.has(status))
      console.log(`${file}:${location.start.line} ${status} ${mutatorName} ${replacement.slice(0, 80)}`)
  }
}
for (const [folder, { detected: found, missed: lost }] of [...folders].toSorted()) {
  const [low, high] = interval(found, found + lost).map(share => (100 * share).toFixed(0))
  const score = ((100 * found) / (found + lost)).toFixed(1)
  console.log(`${folder}: ${found} of ${found + lost} detected, ${score} % (95 %: ${low} to ${high} %)`)
}
