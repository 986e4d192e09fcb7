/** Share of measurements that an interval is to hold. */
export const coverage = 0.9

/** Least rows of a stratum whose errors are taken for those of the next estimate. */
const leastRows = 12
/** Least publishers of these rows: what one publisher's rows have in common tells nothing of the next publisher. */
export const leastPublishers = 2

/** An error that was made on a publisher whose measurements were not used, and the strata of its row. */
export interface LeftOutError {
  readonly family: string
  readonly group: string
  /** From the narrowest to the widest. */
  readonly strata: readonly string[]
  /** ln(measured / estimated). */
  readonly logError: number
}

/** How far off estimates of a stratum were: half the interval, as a factor's logarithm, and what it rests on. */
export interface ErrorStratum {
  readonly family: string
  readonly stratum: string
  readonly rows: number
  readonly groups: number
  /** 90 % of left-out measurements lie within the estimate times or over exp(halfWidth). */
  readonly halfWidth: number
}

/**
 * The quantile of sizes at which every publisher counts the same, with the finite-sample rule of conformal
 * prediction: of n sizes the ⌈(n + 1) · coverage⌉-th.
 */
export function balancedQuantile(errors: readonly Pick<LeftOutError, 'group' | 'logError'>[]): number {
  const counts = new Map<string, number>()
  for (const { group } of errors) counts.set(group, (counts.get(group) ?? 0) + 1)
  const sorted = errors
    .map(({ group, logError }) => ({
      size: Math.abs(logError),
      weight: 1 / Math.sqrt(counts.get(group) ?? 1),
    }))
    .toSorted((a, b) => a.size - b.size)
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0)
  const aim = Math.min(1, coverage * (1 + 1 / errors.length)) * total
  let reached = 0
  for (const { size, weight } of sorted) {
    reached += weight
    if (reached >= aim - 1e-12) return size
  }
  return sorted.at(-1)?.size ?? 0
}

/** The strata of a family with enough rows, each with its half-width; the widest stands even with few. */
export function errorStrata(errors: readonly LeftOutError[]): ErrorStratum[] {
  const byStratum = new Map<string, LeftOutError[]>()
  for (const error of errors) {
    for (const stratum of error.strata) {
      const key = `${error.family}\t${stratum}`
      const known = byStratum.get(key)
      if (known === undefined) byStratum.set(key, [error])
      else known.push(error)
    }
  }
  const widest = new Set(errors.map(({ family, strata }) => `${family}\t${strata.at(-1)}`))
  const strata: ErrorStratum[] = []
  for (const [key, members] of byStratum) {
    const groups = new Set(members.map(({ group }) => group)).size
    if ((members.length < leastRows || groups < leastPublishers) && !widest.has(key)) continue
    const [family = '', stratum = ''] = key.split('\t')
    strata.push({ family, stratum, rows: members.length, groups, halfWidth: balancedQuantile(members) })
  }
  return strata.toSorted((a, b) => a.family.localeCompare(b.family) || a.stratum.localeCompare(b.stratum))
}

/** The errors that an interval of an estimate rests on: those of its narrowest stratum that has any. */
export function nearestStratum(
  strata: ReadonlyMap<string, ErrorStratum>,
  family: string,
  wanted: readonly string[],
): ErrorStratum | undefined {
  for (const stratum of wanted) {
    const found = strata.get(`${family}\t${stratum}`)
    if (found !== undefined) return found
  }
  return undefined
}
