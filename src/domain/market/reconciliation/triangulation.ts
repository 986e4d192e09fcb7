import { DomainError } from '../../errors.ts'
import type { Warning } from '../../estimate.ts'
import type { Amount, Amounts } from '../amounts.ts'
import type { MoneyScale } from '../currency.ts'
import { type Pooling, pool, poolingMethod } from './pooling.ts'

/** What somebody published of a market. */
export interface PublishedEstimate extends Amount {
  readonly name: string
  /** Standard deviation of its logarithm: about its relative error. */
  readonly logSd: number
  /** What it counts; a dataset says so itself. */
  readonly scope?: string
}

/** Published estimates brought together. */
export interface Triangulation extends Pooling {
  readonly formula: string
  readonly source: string
  readonly estimates: readonly {
    readonly name: string
    readonly value: number
    readonly logSd: number
    readonly scope: string | null
    /** Whether it lies in the 95 % interval of the random pooling. */
    readonly inside: boolean
  }[]
}

/**
 * Pools estimates on the logarithmic scale. Throws `inconsistent-inputs` for several scopes, unless that is allowed,
 * and `out-of-range` for a value that has no logarithm, or values too far apart to have an interval in common.
 */
export function poolEstimates(
  {
    estimates,
    allowMixedScopes = false,
  }: { readonly estimates: readonly PublishedEstimate[]; readonly allowMixedScopes?: boolean },
  amounts: Amounts,
  unit: MoneyScale,
): { readonly answer: Triangulation; readonly warnings: readonly Warning[] } {
  const read = estimates.map((estimate, index) => {
    const pointer = `/triangulation/estimates/${index}`
    const { value, observed } = amounts.read(estimate, pointer)
    if (!(value > 0)) {
      throw new DomainError(
        'out-of-range',
        `${estimate.name} is ${value} ${unit}; on the logarithmic scale an estimate is above 0. Leave it out.`,
        {
          pointer: `${pointer}/${estimate.dataset === undefined ? 'value' : 'dataset'}`,
          facts: { value, least: 0 },
        },
      )
    }
    return { ...estimate, value, scope: estimate.scope ?? observed?.dataset.scope.en ?? null }
  })
  const scopes = [...new Set(read.flatMap(({ scope }) => (scope === null ? [] : [scope])))]
  if (scopes.length > 1 && !allowMixedScopes) refuseScopes(read)
  const pooling = pool(read.map(({ value, logSd }) => ({ log: Math.log(value), sd: logSd })))
  refuseDistance(read, pooling)
  const { low, high } = pooling.random
  return {
    answer: {
      ...poolingMethod,
      ...pooling,
      estimates: read.map(({ name, value, logSd, scope }) => ({
        ...{ name, value, logSd, scope },
        inside: value >= low && value <= high,
      })),
    },
    warnings: [...mixed(scopes), ...heterogeneous(pooling)],
  }
}

/** Widest spread of a pooled logarithm, and highest end of an interval, that are given: no numbers lie much beyond. */
const widest = { logSd: 100, high: 1e300 } as const

function refuseDistance(read: readonly { readonly value: number }[], { random }: Pooling): void {
  if (random.logSd <= widest.logSd && random.high <= widest.high) return
  const values = read.map(({ value }) => value)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  throw new DomainError(
    'out-of-range',
    `The estimates reach from ${least} to ${most}: so far apart that no interval of a common value can be given. Check their units, or leave one out.`,
    { pointer: '/triangulation/estimates', facts: { least, most } },
  )
}

function refuseScopes(read: readonly { readonly name: string; readonly scope: string | null }[]): never {
  const first = read.find(({ scope }) => scope !== null)
  const index = read.findIndex(({ scope }) => scope !== null && scope !== first?.scope)
  throw new DomainError(
    'inconsistent-inputs',
    `${first?.name} counts "${first?.scope}", ${read[index]?.name} counts "${read[index]?.scope}": estimates of different things have no common value. Leave one out, or say allowMixedScopes.`,
    {
      pointer: `/triangulation/estimates/${index}`,
      facts: { first: first?.scope, second: read[index]?.scope },
    },
  )
}

function mixed(scopes: readonly string[]): Warning[] {
  if (scopes.length < 2) return []
  const named = scopes.slice(0, 5).map(scope => `"${scope.slice(0, 200)}"`)
  const more = scopes.length - named.length
  return [
    {
      code: 'mixed-scopes',
      message: {
        en: `The estimates count ${scopes.length} different things, so what is pooled is the value of none of them: ${named.join('; ')}${more > 0 ? ` and ${more} more` : ''}.`,
        zh: `各估计采用 ${scopes.length} 种口径，合并值不代表其中任何一种：${named.join('；')}${more > 0 ? ` 等` : ''}。`,
      },
    },
  ]
}

/** From here on more of the variation is between publishers than within: Higgins and Thompson's "substantial". */
const substantial = 0.5

function heterogeneous({ iSquared, probability }: Pooling): Warning[] {
  if (iSquared < substantial) return []
  const share = (100 * iSquared).toFixed(0)
  return [
    {
      code: 'estimates-disagree',
      message: {
        en: `${share} % of the variation is between publishers, more than their own uncertainties explain (p = ${probability.toPrecision(2)}): take the random pooling, or none.`,
        zh: `${share} % 的差异来自发布机构之间，超出其自身不确定性（p = ${probability.toPrecision(2)}）：应采用随机效应合并，或不合并。`,
      },
    },
  ]
}
