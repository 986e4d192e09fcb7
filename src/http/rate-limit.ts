/** What a bucket says when it is asked. */
export interface Allowance {
  readonly allowed: boolean
  /** Whole units left. */
  readonly remaining: number
  /** Seconds until the bucket is full again. */
  readonly resetsIn: number
  /** Seconds until what was asked for can be had; 0 when it was. */
  readonly retryAfter: number
}

/** Buckets of units that fill up steadily: `quota` units in `window` seconds, and never more than that. */
export interface Buckets {
  /** As the header RateLimit-Policy names it. */
  readonly policy: string
  /**
   * Takes units for whom `key` names, or takes none and says when to come back. More than the quota counts as all
   * of it; less than none gives back.
   */
  readonly take: (key: string, cost: number) => Allowance
  /** The header RateLimit for an allowance. */
  readonly header: (allowance: Allowance) => string
}

interface Bucket {
  level: number
  at: number
}

/** Principals whose buckets one process keeps; beyond that the one seen first goes, and starts full if it returns. */
const mostBuckets = 20_000

/**
 * Token buckets in the memory of this process: with several instances behind a balancer each allows the quota.
 * `now` gives seconds and never goes back.
 */
export function tokenBuckets(
  name: string,
  { quota, window }: { readonly quota: number; readonly window: number },
  now: () => number = () => performance.now() / 1_000,
): Buckets {
  const rate = quota / window
  const buckets = new Map<string, Bucket>()

  const bucketOf = (key: string, at: number): Bucket => {
    const known = buckets.get(key)
    if (known !== undefined) {
      known.level = Math.min(quota, known.level + (at - known.at) * rate)
      known.at = at
      return known
    }
    const made = { level: quota, at }
    const oldest = buckets.keys().next().value
    if (buckets.size >= mostBuckets && oldest !== undefined) buckets.delete(oldest)
    buckets.set(key, made)
    return made
  }

  return {
    policy: `"${name}";q=${quota};w=${window}`,
    take: (key, cost) => {
      const bucket = bucketOf(key, now())
      const wanted = Math.min(cost, quota)
      const allowed = bucket.level >= wanted - roundingError
      if (allowed) bucket.level = Math.min(quota, Math.max(0, bucket.level - wanted))
      return {
        allowed,
        remaining: Math.floor(bucket.level),
        resetsIn: Math.ceil((quota - bucket.level) / rate - roundingError),
        retryAfter: allowed ? 0 : Math.max(1, Math.ceil((wanted - bucket.level) / rate)),
      }
    },
    header: ({ remaining, resetsIn }) => `"${name}";r=${remaining};t=${resetsIn}`,
  }
}

/** What adding up fractions of units may be off by. */
const roundingError = 1e-6

/** Samples of a simulation that cost as much as one estimate. */
const samplesOfUnit = 256

/** Units that working out a number of samples costs. */
export const simulationCost = (samples: number): number => Math.max(1, Math.ceil(samples / samplesOfUnit))
