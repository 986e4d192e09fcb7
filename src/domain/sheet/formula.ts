import type { Unit } from '../units.ts'

/**
 * A formula, written once: the text that a reader redoes on paper, the symbols in the order of the
 * arguments, the function that computes it, and where it comes from. Sheets apply it to quantities; a hot
 * loop calls `fn` directly.
 */
export interface Formula<Inputs extends readonly Unit[] = readonly Unit[], Output extends Unit = Unit> {
  /** In the formula grammar (`domain/formula`), or null for a procedure that no line of text can state. */
  readonly text: string | null
  readonly symbols: readonly string[]
  readonly inputUnits: Inputs
  readonly unit: Output
  readonly fn: (...values: number[]) => number
  /** Id of the source that the formula is taken from, or null when it is a definition. */
  readonly source: string | null
}

/** Declares a formula of fixed arity. The units of its arguments are checked by the compiler. */
export function formula<const Inputs extends readonly Unit[], const Output extends Unit>(definition: {
  text: string | null
  symbols: readonly string[]
  inputUnits: Inputs
  unit: Output
  fn: (...values: { [K in keyof Inputs]: number }) => number
  source?: string
}): Formula<Inputs, Output> {
  return {
    ...definition,
    fn: definition.fn as (...values: number[]) => number,
    source: definition.source ?? null,
  }
}

const sums = new Map<string, Formula>()

/** The formula that adds `count` quantities of one unit: `x1 + x2 + …`. Equal calls return the same object. */
export function sumFormula<const U extends Unit>(unit: U, count: number): Formula<readonly U[], U> {
  const key = `${unit}:${count}`
  let sum = sums.get(key)
  if (sum === undefined) {
    const symbols = Array.from({ length: count }, (_, index) => `x${index + 1}`)
    sum = {
      text: symbols.join(' + '),
      symbols,
      inputUnits: symbols.map(() => unit),
      unit,
      fn: (...values) => {
        let total = 0
        for (const value of values) total += value
        return total
      },
      source: null,
    }
    sums.set(key, sum)
  }
  return sum as Formula<readonly U[], U>
}
