import { DomainError } from '../errors.ts'
import type { Warning } from '../estimate.ts'
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
const scopeMembers = ['platforms', 'geography', 'revenueKind', 'excludes', 'definition'] as const
export type ScopeMember = (typeof scopeMembers)[number]

/** What the id of a definition begins with that nobody registered. */
const ownWords = 'words: '

/**
 * What a series is told apart by when series are added or compared: its registered scope, else its own words.
 * Two series without a registered scope are of one scope only when they say the same.
 */
export const scopeKey = ({ scopeId, scope }: Pick<Dataset, 'scopeId' | 'scope'>): string =>
  scopeId ?? `${ownWords}${scope.en}`

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

/** Longest description of a definition: with more, neither of two would be read. */
const longestDescription = 1_000

/** A definition in one line of English, as refusals and warnings repeat it. */
function describeScope(scope: Scope): string {
  const { id, definition, platforms, geography, revenueKind, excludes } = scope
  const parts = [
    definition.en,
    platforms && `platforms: ${platforms.en}`,
    geography && `geography: ${geography.en}`,
    `counts: ${revenueKind}`,
    excludes && `leaves out: ${excludes.en}`,
  ]
  const described = id.startsWith(ownWords)
    ? `"${definition.en}" (in its own words)`
    : `${id} (${parts.filter(Boolean).join('; ')})`
  return described.length <= longestDescription ? described : `${described.slice(0, longestDescription - 1)}…`
}

/** A series or figure, its definition, and the place in a request that names it. */
export interface ScopedSeries {
  readonly pointer: string
  readonly name: string
  readonly scope: Scope
}

/** Refuses series of different scopes (`mixed-scopes`), with both definitions and how to go on regardless. */
export function refuseMixedScopes(series: readonly ScopedSeries[], remedy: string): void {
  const [first, ...rest] = series
  const other = rest.find(({ scope }) => scope.id !== first?.scope.id)
  if (first === undefined || other === undefined) return
  throw new DomainError(
    'mixed-scopes',
    `${first.pointer} is "${first.name}", which counts ${describeScope(first.scope)}. ${other.pointer} is "${other.name}", which counts ${describeScope(other.scope)}. They differ in ${scopeDifferences(first.scope, other.scope).join(', ')}. ${remedy}`,
    { pointer: other.pointer, facts: { first: first.scope.id, second: other.scope.id } },
  )
}

/** Most definitions that a warning repeats. */
const mostDescribed = 3

/** What to know of a result that rests on several definitions; `what` is combined, with what that leads to. */
export function mixedScopesWarning(scopes: readonly Scope[], what: Label): Warning[] {
  if (scopes.length < 2) return []
  const shown = scopes.slice(0, mostDescribed)
  const more = scopes.length > mostDescribed
  return [
    {
      code: 'mixed-scopes',
      message: {
        en: `${what.en}: ${shown.map(describeScope).join('; ')}${more ? ' and more' : ''}.`,
        zh: `${what.zh}：${shown.map(({ definition }) => definition.zh).join('；')}${more ? '等' : ''}。`,
      },
    },
  ]
}
