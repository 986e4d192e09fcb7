import { DomainError } from '../errors.ts'
import { evaluateExpression } from '../formula/evaluate.ts'
import { type Expression, namesOf, parseFormula } from '../formula/parse.ts'
import type { Comparison, Relation } from './claim.ts'
import { parsePrintedNumber } from './printed-number.ts'

/** A comparison as it came out, in the unit of the claim. */
export interface ComparisonResult extends Comparison {
  /** The value of the printed digits. */
  readonly printedValue: number
  readonly recomputed: number
  /** Recomputed over printed; null where that is not a finite number. */
  readonly ratio: number | null
  /** Recomputed minus printed. */
  readonly difference: number
  /** How far the two may differ: one unit of the last printed digit for `=`; 0 for a bound, which is exact. */
  readonly tolerance: number
  readonly holds: boolean
}

const largest = 1e300

/**
 * Recomputes a printed number. Throws `invalid-printed-number`, `invalid-formula`, `missing-value` for a name
 * without an operand, `unused-operand`, and `non-finite-quantity`; each points below `pointer`.
 */
export function compare(comparison: Comparison, pointer = ''): ComparisonResult {
  const { printed, relation } = comparison
  const { value, step } = parsePrintedNumber(printed, `${pointer}/printed`)
  const recomputed = recompute(comparison, pointer)
  const ratio = recomputed / value
  return {
    ...comparison,
    printedValue: value,
    recomputed,
    ratio: Math.abs(ratio) <= largest ? ratio : null,
    difference: recomputed - value,
    tolerance: relation === '=' ? step : 0,
    holds: holds(relation, recomputed, value, step),
  }
}

/** A few units in the last place of a double: what arithmetic itself adds, and no report means. */
const noise = (a: number, b: number) => 4 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b))

function holds(relation: Relation, recomputed: number, printed: number, step: number): boolean {
  const slack = noise(recomputed, printed)
  switch (relation) {
    case '=':
      return Math.abs(recomputed - printed) <= step + slack
    case '≥':
      return recomputed >= printed - slack
    case '≤':
      return recomputed <= printed + slack
  }
}

/** Refuses a comparison whose digits or expression cannot be read, or whose operands its expression does not fit. */
export function refuseUnreadable(
  comparison: Pick<Comparison, 'printed' | 'expression'> & {
    readonly operands: Readonly<Record<string, unknown>>
  },
  pointer: string,
): void {
  parsePrintedNumber(comparison.printed, `${pointer}/printed`)
  readExpression(comparison, pointer)
}

/** The expression of a comparison, once its names are found to be those of the operands. */
function readExpression(
  {
    expression,
    operands,
  }: { readonly expression: string; readonly operands: Readonly<Record<string, unknown>> },
  pointer: string,
): { readonly parsed: Expression; readonly names: readonly string[] } {
  const parsed = parseAt(expression, `${pointer}/expression`)
  const names = namesOf(parsed)
  for (const name of names) {
    if (!Object.hasOwn(operands, name)) {
      throw new DomainError(
        'missing-value',
        `${pointer}/expression uses "${name}", which is not among the operands (${list(Object.keys(operands))}); add it or correct the name.`,
        { pointer: `${pointer}/expression`, facts: { name } },
      )
    }
  }
  for (const name of Object.keys(operands)) {
    if (!names.includes(name)) {
      throw new DomainError(
        'unused-operand',
        `${pointer}/operands has "${name}", which the expression does not use (it uses ${list(names)}); remove it or use it.`,
        { pointer: `${pointer}/operands/${pointerStep(name)}`, facts: { name } },
      )
    }
  }
  return { parsed, names }
}

function recompute({ expression, operands }: Comparison, pointer: string): number {
  const { parsed, names } = readExpression({ expression, operands }, pointer)
  const value = evaluateExpression(parsed, name => operands[name]?.value ?? Number.NaN)
  if (!(Math.abs(value) <= largest)) {
    throw new DomainError(
      'non-finite-quantity',
      `${pointer}/expression gives ${value} with ${list(names.map(name => `${name} = ${operands[name]?.value}`))}; it must give a number of at most ${largest}.`,
      { pointer: `${pointer}/expression`, facts: { value: String(value) } },
    )
  }
  return value
}

function parseAt(expression: string, pointer: string): Expression {
  try {
    return parseFormula(expression)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw new DomainError(error.code, `${pointer}: ${error.message}`, { pointer, facts: error.facts })
  }
}

const list = (words: readonly string[]): string => words.join(', ') || 'none'
/** A member's name as a step of a JSON Pointer (RFC 6901). */
export const pointerStep = (member: string): string => member.replaceAll('~', '~0').replaceAll('/', '~1')
