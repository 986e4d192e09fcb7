import { DomainError } from '../errors.ts'
import type { Label } from '../units.ts'
import type { Dataset } from './dataset.ts'

/** What kind of value a definition counts. */
export const revenueKinds = [
  'consumer-spending',
  'industry-revenue',
  'vendor-revenue',
  'licensing-revenue',
  'economic-value',
  'capital-expenditure',
  'list-price',
  'market-price',
  'share',
  'growth-rate',
  'quantity',
  'unstated',
] as const
export type RevenueKind = (typeof revenueKinds)[number]

/** A market definition: what a series of this scope counts, and what it leaves out. */
export interface Scope {
  readonly id: string
  readonly name: Label
  readonly definition: Label
  /** Platforms, products or layers that are counted; null when the publisher does not say. */
  readonly platforms: Label | null
  /** Where what is counted is sold, made or installed; null when the publisher does not say. */
  readonly geography: Label | null
  readonly revenueKind: RevenueKind
  /** What reads as if it were counted and is not; null when the publisher does not say. */
  readonly excludes: Label | null
}

/** Members of a definition by which two of them may differ. */
export const scopeMembers = ['platforms', 'geography', 'revenueKind', 'excludes', 'definition'] as const
export type ScopeMember = (typeof scopeMembers)[number]

/**
 * What a series is told apart by when series are added or compared: its registered scope, else its own words.
 * Two series without a registered scope are of one scope only when they say the same.
 */
export const scopeKey = ({ scopeId, scope }: Pick<Dataset, 'scopeId' | 'scope'>): string =>
  scopeId ?? `words: ${scope.en}`

/** The definition behind a series: the registered one, or one that says no more than the series itself does. */
export function definitionOf(
  dataset: Pick<Dataset, 'scopeId' | 'scope'>,
  registered: ReadonlyMap<string, Scope>,
): Scope {
  const { en, zh } = dataset.scope
  const words = { en, zh: zh ?? en }
  return (
    registered.get(dataset.scopeId ?? '') ?? {
      id: scopeKey(dataset),
      name: words,
      definition: words,
      platforms: null,
      geography: null,
      revenueKind: 'unstated',
      excludes: null,
    }
  )
}

/** The members by which two definitions differ, in the order of `scopeMembers`. */
export function scopeDifferences(one: Scope, other: Scope): ScopeMember[] {
  const words = (value: Label | RevenueKind | null) =>
    value === null || typeof value === 'string' ? value : value.en
  return scopeMembers.filter(member => words(one[member]) !== words(other[member]))
}

/** A definition in one line of English, as refusals and warnings repeat it. */
export function describeScope({
  id,
  definition,
  platforms,
  geography,
  revenueKind,
  excludes,
}: Scope): string {
  const parts = [
    definition.en,
    platforms && `platforms: ${platforms.en}`,
    geography && `geography: ${geography.en}`,
    `counts: ${revenueKind}`,
    excludes && `leaves out: ${excludes.en}`,
  ]
  return `${id} (${parts.filter(Boolean).join('; ')})`
}

/** A series, its definition, and the place in a request that names it. */
export interface ScopedSeries {
  readonly pointer: string
  readonly dataset: string
  readonly scope: Scope
}

/** Refuses series of different scopes (`mixed-scopes`), with both definitions and how to go on regardless. */
export function refuseMixedScopes(series: readonly ScopedSeries[], remedy: string): void {
  const [first, ...rest] = series
  const other = rest.find(({ scope }) => scope.id !== first?.scope.id)
  if (first === undefined || other === undefined) return
  throw new DomainError(
    'mixed-scopes',
    `${first.pointer} is "${first.dataset}", which counts ${describeScope(first.scope)}. ${other.pointer} is "${other.dataset}", which counts ${describeScope(other.scope)}. They differ in ${scopeDifferences(first.scope, other.scope).join(', ')}. ${remedy}`,
    { pointer: other.pointer, facts: { first: first.scope.id, second: other.scope.id } },
  )
}
