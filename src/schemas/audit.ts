import { Type } from 'typebox'
import { bases } from '../domain/evidence/audit.ts'
import { verdicts } from '../domain/evidence/claim.ts'
import { claimMembers, comparisonMembers, evidenceNumber, Origin } from './claim.ts'
import { idPattern, Label } from './common.ts'
import { dayPattern, text } from './datum.ts'
import { AuditedMarket } from './market-check.ts'
import { choice, nullable, ref } from './reference.ts'

const count = (description: string) =>
  Type.Integer({ format: 'int32', minimum: 0, maximum: 1_000_000, description })
const id = (description: string) => Type.String({ pattern: idPattern, maxLength: 100, description })

const AuditedComparison = Type.Object(
  {
    ...comparisonMembers,
    printedValue: Type.Number({ ...evidenceNumber, description: 'Value of the printed digits' }),
    recomputed: Type.Number({ ...evidenceNumber, description: 'What the expression gives' }),
    ratio: Type.Unsafe<number | null>({
      ...evidenceNumber,
      type: ['number', 'null'],
      description: 'Recomputed over printed; null where that has no finite value',
    }),
    difference: Type.Number({
      format: 'double',
      minimum: -2e300,
      maximum: 2e300,
      description: 'Recomputed minus printed',
    }),
    tolerance: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 1e300,
      description:
        'How far the two may differ: for = one unit of the last significant printed digit (the zeros that end an integer are not significant); 0 for a bound',
    }),
    holds: Type.Boolean({ description: 'Whether the relation holds' }),
  },
  {
    $id: 'AuditedComparison',
    additionalProperties: false,
    description: 'A printed number beside what its expression gives, in the unit of the claim',
  },
)

const AuditedClaim = Type.Object(
  {
    id: id('Id of the claim'),
    ...claimMembers,
    verdict: choice(verdicts, { description: 'Whether the claim agrees with what it rests on' }),
    basis: choice(bases, {
      description: 'What the verdict rests on: a computation made now, the judgement of a reader, or nothing',
    }),
    check: choice(['formula', 'editorial', 'none'], { description: 'Kind of check' }),
    comparisons: Type.Array(ref(AuditedComparison), {
      maxItems: 20,
      description: 'The recomputation; empty unless the check is a formula',
    }),
    reason: nullable(Label),
    evidence: Type.Array(ref(Origin), {
      maxItems: 50,
      description: 'What a judgement rests on; empty unless the check is editorial',
    }),
    findings: Type.Array(id('Id of a finding'), {
      maxItems: 500,
      description: 'The findings of the report that rest on this claim',
    }),
    market: nullable(AuditedMarket),
  },
  {
    $id: 'AuditedClaim',
    additionalProperties: false,
    description: 'A claim with the verdict on it and all that the verdict rests on',
  },
)

const AuditSummary = Type.Object(
  {
    claims: count('Claims of the report'),
    verdicts: Type.Object(
      {
        consistent: count('Claims that agree with what they rest on'),
        inconsistent: count('Claims that do not'),
        notCheckable: count('Claims that nothing can be held against'),
      },
      { additionalProperties: false, description: 'Claims by verdict' },
    ),
    checks: Type.Object(
      {
        formula: count('Claims that are recomputed'),
        editorial: count('Claims that a reader has judged'),
        none: count('Claims without a check'),
      },
      { additionalProperties: false, description: 'Claims by kind of check' },
    ),
  },
  {
    $id: 'AuditSummary',
    additionalProperties: false,
    description: 'Counts over all claims of the report, whatever the filters',
  },
)

/** The answer of an audit. */
export const ReportAudit = Type.Object(
  {
    report: id('Id of the report'),
    title: ref(Label),
    asOf: text(10, 'What claims about markets could have known: published by then'),
    today: text(10, 'What came true of them: by this day'),
    summary: ref(AuditSummary),
    claims: Type.Array(ref(AuditedClaim), {
      maxItems: 100_000,
      description: 'The claims that the filters leave, in their order',
    }),
  },
  {
    $id: 'ReportAudit',
    additionalProperties: false,
    description: 'The claims of a report, recomputed when asked for; nothing of it is stored',
  },
)

/** The query of an audit. */
export const auditQuery = Type.Object(
  {
    verdict: Type.Optional(choice(verdicts, { description: 'Only claims with this verdict' })),
    section: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Only claims of this section' }),
    ),
    claim: Type.Optional(id('Only this claim')),
    asOf: Type.Optional(
      Type.String({
        pattern: dayPattern,
        maxLength: 10,
        description: 'What claims about markets could have known; default: the date of the report',
      }),
    ),
  },
  { additionalProperties: false },
)

export const auditComponents = [AuditedComparison, AuditedClaim, AuditSummary, ReportAudit]
