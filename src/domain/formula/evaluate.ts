import { type Expression, functions } from './parse.ts'

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
