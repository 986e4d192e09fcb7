import { DomainError } from '../../errors.ts'
import type { Warning } from '../../estimate.ts'
import type { Amount, Amounts } from '../amounts.ts'
import type { MoneyScale } from '../currency.ts'
import type { Dataset } from '../dataset.ts'
import { definitionOf, mixedScopesWarning, refuseMixedScopes, type Scope } from '../scope.ts'
import { type Pooling, pool, poolingMethod } from './pooling.ts'

/** What somebody published of a market. */
export interface PublishedEstimate extends Amount {
  readonly name: string
  /** Standard deviation of its logarithm: about its relative error. */
  readonly logSd: number
  /** What it counts, in words or by a registered scope; a dataset says so itself. */
  readonly scope?: string
  readonly scopeId?: string
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
    /** The registered definition behind it, if it has one. */
    readonly scopeId: string | null
    /** Whether it lies in the 95 % interval of the random pooling. */
    readonly inside: boolean
  }[]
  /** The definitions that the estimates count by, each with the names of those that do. */
  readonly scopes: readonly (Scope & { readonly estimates: readonly string[] })[]
}

const remedy =
  'Pool estimates of one scope, or set allowMixedScopes to true; the answer then carries both definitions.'

/**
 * Pools estimates on the logarithmic scale. Throws `mixed-scopes` for estimates of several scopes, unless that is
 * allowed, and `out-of-range` for a value that has no logarithm, or values too far apart to have an interval in common.
 */
export function poolEstimates(
  {
    estimates,
    allowMixedScopes = false,
  }: { readonly estimates: readonly PublishedEstimate[]; readonly allowMixedScopes?: boolean },
  amounts: Amounts,
  unit: MoneyScale,
  registered: ReadonlyMap<string, Scope>,
): { readonly answer: Triangulation; readonly warnings: readonly Warning[] } {
  const read = estimates.map((estimate, index) => {
    const pointer = `/triangulation/estimates/${index}`
    const { value, observed } = amounts.read(estimate, pointer)
    if (!(value > 0)) refuseValue(estimate, value, unit, pointer)
    return { ...estimate, pointer, value, scope: scopeOf(estimate, observed?.dataset, registered, pointer) }
  })
  const scoped = read.flatMap(({ pointer, name, scope }) =>
    scope === null ? [] : [{ pointer, name, scope }],
  )
  if (!allowMixedScopes) refuseMixedScopes(scoped, remedy)
  const pooling = pool(read.map(({ value, logSd }) => ({ log: Math.log(value), sd: logSd })))
  refuseDistance(read, pooling)
  const { low, high } = pooling.random
  const scopes = [...new Map(scoped.map(({ scope }) => [scope.id, scope])).values()].map(scope => ({
    ...scope,
    estimates: scoped.filter(each => each.scope.id === scope.id).map(({ name }) => name),
  }))
  return {
    answer: {
      ...poolingMethod,
      ...pooling,
      estimates: read.map(({ name, value, logSd, scope }) => ({
        ...{ name, value, logSd, scope: scope?.definition.en ?? null },
        scopeId: scope !== null && registered.has(scope.id) ? scope.id : null,
        inside: value >= low && value <= high,
      })),
      scopes,
    },
    warnings: [...mixed(scopes), ...heterogeneous(pooling)],
  }
}

/** What an estimate counts: as it says itself, else as its dataset does; null when nobody says. */
function scopeOf(
  { name, scope, scopeId }: PublishedEstimate,
  dataset: Dataset | undefined,
  registered: ReadonlyMap<string, Scope>,
  pointer: string,
): Scope | null {
  if (scope !== undefined && scopeId !== undefined) {
    throw new DomainError(
      'inconsistent-inputs',
      `${name} counts "${scope}" in words and ${scopeId} by its scope; keep one of them.`,
      { pointer: `${pointer}/scopeId`, facts: { scope, scopeId } },
    )
  }
  if (scope === undefined && scopeId === undefined)
    return dataset === undefined ? null : definitionOf(dataset, registered)
  return definitionOf({ scopeId: scopeId ?? null, scope: { en: scope ?? '', zh: null } }, registered)
}

function refuseValue(
  { name, dataset }: PublishedEstimate,
  value: number,
  unit: MoneyScale,
  pointer: string,
): never {
  throw new DomainError(
    'out-of-range',
    `${name} is ${value} ${unit}; on the logarithmic scale an estimate is above 0. Leave it out.`,
    { pointer: `${pointer}/${dataset === undefined ? 'value' : 'dataset'}`, facts: { value, least: 0 } },
  )
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

const mixed = (scopes: readonly Scope[]): Warning[] =>
  mixedScopesWarning(scopes, {
    en: `The estimates count ${scopes.length} different things, so what is pooled is the value of none of them`,
    zh: `各估计采用 ${scopes.length} 种口径，合并值不代表其中任何一种`,
  })

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
