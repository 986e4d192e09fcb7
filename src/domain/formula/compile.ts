import type { Formula } from '../sheet/formula.ts'
import type { Unit } from '../units.ts'
import { type Expression, functions, namesOf, parseFormula } from './parse.ts'

/** The value of a parsed formula; `lookUp` gives the value of each name. */
export function evaluateExpression(expression: Expression, lookUp: (name: string) => number): number {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'name':
      return lookUp(expression.name)
    case 'negate':
      return -evaluateExpression(expression.operand, lookUp)
    case 'call': {
      const fn: (...values: number[]) => number = functions[expression.name].fn
      return fn(...expression.operands.map(operand => evaluateExpression(operand, lookUp)))
    }
    case 'binary': {
      const left = evaluateExpression(expression.left, lookUp)
      const right = evaluateExpression(expression.right, lookUp)
      switch (expression.operator) {
        case '+':
          return left + right
        case '-':
          return left - right
        case '*':
          return left * right
        case '/':
          return left / right
        case '^':
          return left ** right
      }
    }
  }
}

/**
 * A formula object from text that comes as data, such as a claim's. Its symbols are the names in the text, in
 * the order of their first use; units are the caller's word. Throws `invalid-formula`.
 */
export function compileFormula(text: string, unit: Unit, source: string | null = null): Formula {
  const expression = parseFormula(text)
  const symbols = namesOf(expression)
  const places = new Map(symbols.map((symbol, index) => [symbol, index]))
  return {
    text,
    symbols,
    inputUnits: [],
    unit,
    fn: (...values) => evaluateExpression(expression, name => values[places.get(name) ?? -1] ?? Number.NaN),
    source,
  }
}
