import type { Label } from '../units.ts'
import type { MarketCheck } from './market-check.ts'

/** What a printed figure is said to be. */
export const claimKinds = ['claim', 'assumption', 'forecast'] as const
export type ClaimKind = (typeof claimKinds)[number]

/** How a recomputed value must stand to the printed one. */
export const relations = ['=', '≥', '≤'] as const
export type Relation = (typeof relations)[number]

/** What an audit says of a claim. */
export const verdicts = ['consistent', 'inconsistent', 'not-checkable'] as const
export type Verdict = (typeof verdicts)[number]

/** Where something stands: each way of saying so is one entry of `originForms`. */
export interface Origin {
  /** Another claim of the same report. */
  readonly claim?: string
  /** Words of the claim's own quote; with `claim`, of that claim's. */
  readonly quote?: string
  readonly table?: number
  readonly row?: string
  readonly dataset?: string
  readonly period?: string
  readonly source?: string
  readonly locator?: string
  /** A dated fact in words, which `source` states. */
  readonly fact?: string
  /** Such as `CNY/USD`: yuan per dollar. */
  readonly exchangeRate?: string
  readonly year?: number
}

/** The members that go together to say where an operand is from. */
export const operandForms = [
  ['claim'],
  ['quote'],
  ['claim', 'quote'],
  ['table', 'row'],
  ['dataset', 'period'],
  ['source', 'locator'],
  ['exchangeRate', 'year'],
] as const satisfies readonly (readonly (keyof Origin)[])[]

/** The members that go together to name a piece of evidence. */
export const evidenceForms = [
  ['claim'],
  ['quote'],
  ['claim', 'quote'],
  ['table', 'row'],
  ['dataset', 'period'],
  ['source', 'locator'],
  ['fact', 'source'],
] as const satisfies readonly (readonly (keyof Origin)[])[]

/** A number that an expression takes, with its unit and where it stands. */
export interface Operand {
  readonly value: number
  readonly unit: string | null
  readonly from: Origin
}

/** A printed number beside the expression that should give it, both in the unit of the claim. */
export interface Comparison {
  /** The digits as printed, such as `3,107.72` or `3.14E+23`. */
  readonly printed: string
  readonly expression: string
  readonly operands: Readonly<Record<string, Operand>>
  readonly relation: Relation
}

/** A claim that can be recomputed. */
export interface FormulaCheck {
  readonly kind: 'formula'
  readonly comparisons: readonly Comparison[]
}

/** A claim that a reader has judged: two places that agree or not, or a dated fact. */
export interface EditorialCheck {
  readonly kind: 'editorial'
  readonly verdict: 'consistent' | 'inconsistent'
  readonly reason: Label
  readonly evidence: readonly Origin[]
}

/** A claim that nothing can be held against, and why. */
export interface NoCheck {
  readonly kind: 'none'
  readonly reason: Label
}

export type Check = FormulaCheck | EditorialCheck | NoCheck

/** A figure that a report prints, with its words, and how it can be checked. */
export interface Claim {
  readonly id: string
  readonly section: string
  readonly subject: Label
  readonly quote: string
  readonly kind: ClaimKind
  readonly printed: {
    readonly value: number | string | readonly (number | string)[] | null
    readonly text: string | readonly string[] | null
    readonly unit: string | null
  }
  readonly check: Check
  /** How it is held against series, when it is about a market. */
  readonly market?: MarketCheck | null
  readonly correction: string | null
  readonly remark: Label | null
}
