import type { Dataset } from '../market/dataset.ts'
import type { Label } from '../units.ts'
import type { Check, Claim, Origin, Verdict } from './claim.ts'
import { type ComparisonResult, compare } from './comparison.ts'
import { type AuditedMarket, auditMarket, refuseUnreadableMarket } from './market-check.ts'
import { refuseUnclearOrigins } from './origin.ts'

/** What a verdict rests on: a computation, the judgement of a reader, or nothing. */
export const bases = ['computed', 'judgement', 'none'] as const
export type Basis = (typeof bases)[number]

/** The verdict on a claim, with all that it rests on. Nothing of it is stored: it is computed when asked for. */
export interface Assessment {
  readonly verdict: Verdict
  readonly basis: Basis
  readonly comparisons: readonly ComparisonResult[]
  readonly reason: Label | null
  readonly evidence: readonly Origin[]
}

/** A claim beside the verdict on it, and the ids of the report's findings that rest on it. */
export interface AuditedClaim extends Omit<Claim, 'check' | 'market'>, Assessment {
  readonly check: Check['kind']
  readonly findings: readonly string[]
  /** Null when the claim is not held against series. */
  readonly market: AuditedMarket | null
}

/** How many claims have which verdict, and which kind of check. */
export interface AuditSummary {
  readonly claims: number
  readonly verdicts: {
    readonly consistent: number
    readonly inconsistent: number
    readonly notCheckable: number
  }
  readonly checks: Readonly<Record<Check['kind'], number>>
}

/**
 * The verdict of a check. A formula's is consistent when every comparison holds; a judgement is as it was
 * stored; without a check there is none.
 */
export function verdictOf(check: Check): Assessment {
  switch (check.kind) {
    case 'formula': {
      const comparisons = check.comparisons.map((comparison, index) =>
        compare(comparison, `/check/comparisons/${index}`),
      )
      const holds = comparisons.every(comparison => comparison.holds)
      return {
        verdict: holds ? 'consistent' : 'inconsistent',
        basis: 'computed',
        comparisons,
        reason: null,
        evidence: [],
      }
    }
    case 'editorial':
      return {
        verdict: check.verdict,
        basis: 'judgement',
        comparisons: [],
        reason: check.reason,
        evidence: check.evidence,
      }
    case 'none':
      return { verdict: 'not-checkable', basis: 'none', comparisons: [], reason: check.reason, evidence: [] }
  }
}

/** Refuses a check that could not be audited; the errors are those of `compare` and `refuseUnclearOrigins`. */
export function refuseUncheckable({ check, quote, market }: Pick<Claim, 'check' | 'quote' | 'market'>): void {
  refuseUnclearOrigins(check, quote)
  verdictOf(check)
  if (market) refuseUnreadableMarket(market)
}

/** What claims about markets are held against, and the two moments at which they are. */
export interface MarketContext {
  readonly datasets: ReadonlyMap<string, Dataset>
  readonly reportDate: string
  readonly today: string
}

const printedNumber = ({ printed: { value } }: Pick<Claim, 'printed'>): number | null =>
  typeof value === 'number' ? value : null

/** Audits claims; `findings` are those of the report, each with the claims that it rests on. */
export function auditClaims(
  claims: readonly Claim[],
  findings: readonly { readonly id: string; readonly claims: readonly string[] }[],
  markets: MarketContext,
): AuditedClaim[] {
  return claims.map(({ check, market, ...claim }) => ({
    ...claim,
    check: check.kind,
    ...verdictOf(check),
    findings: findings.filter(finding => finding.claims.includes(claim.id)).map(({ id }) => id),
    market: market ? auditMarket(market, printedNumber(claim), markets.datasets, markets) : null,
  }))
}

type Counted = Pick<AuditedClaim, 'verdict' | 'check'>

/** Counts audited claims by verdict and by kind of check. */
export function summarise(audited: readonly Counted[]): AuditSummary {
  const verdicts = (verdict: Verdict) => audited.filter(each => each.verdict === verdict).length
  const checks = (kind: Check['kind']) => audited.filter(each => each.check === kind).length
  return {
    claims: audited.length,
    verdicts: {
      consistent: verdicts('consistent'),
      inconsistent: verdicts('inconsistent'),
      notCheckable: verdicts('not-checkable'),
    },
    checks: { formula: checks('formula'), editorial: checks('editorial'), none: checks('none') },
  }
}
