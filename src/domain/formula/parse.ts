import { DomainError } from '../errors.ts'

/** A parsed formula. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly operands: readonly Expression[] }

export type BinaryOperator = '+' | '-' | '*' | '/' | '^'

/** The functions of the grammar, with the number of operands that each takes. */
export const functions = {
  ln: { least: 1, most: 1, fn: Math.log },
  log10: { least: 1, most: 1, fn: Math.log10 },
  exp: { least: 1, most: 1, fn: Math.exp },
  sqrt: { least: 1, most: 1, fn: Math.sqrt },
  abs: { least: 1, most: 1, fn: Math.abs },
  ceil: { least: 1, most: 1, fn: Math.ceil },
  floor: { least: 1, most: 1, fn: Math.floor },
  min: { least: 2, most: 16, fn: Math.min },
  max: { least: 2, most: 16, fn: Math.max },
} as const

export type FunctionName = keyof typeof functions

/** Longest text and deepest nesting accepted: far above any real formula, far below what could hurt. */
const longest = 1_000
const deepest = 50

// A number may be grouped in threes by spaces, as it is printed: 31 536 000.
const token =
  /\s*(?:(\d{1,3}(?: \d{3})+(?!\d)|\d+)(\.\d+)?([eE][+-]?\d+)?|([\p{L}_][\p{L}\p{N}_.]*)|([-+*/^(),·×−]))/uy

type Token = { readonly at: number } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string }
)

const typographic: Readonly<Record<string, string>> = { '·': '*', '×': '*', '−': '-' }

function refuse(text: string, at: number, what: string): never {
  throw new DomainError('invalid-formula', `${what} at character ${at + 1} of "${text}".`, {
    facts: { formula: text, position: at + 1 },
  })
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const rest = text.slice(token.lastIndex).trimStart()
    if (rest === '') break
    const at = text.length - rest.length
    const match = token.exec(text)
    if (match === null) return refuse(text, at, `"${rest.slice(0, 1)}" is not part of a formula`)
    const [, digits, fraction = '', exponent = '', name, sign] = match
    if (digits !== undefined) {
      tokens.push({ kind: 'number', value: Number(digits.replaceAll(' ', '') + fraction + exponent), at })
    } else if (name !== undefined) {
      tokens.push({ kind: 'name', text: name, at })
    } else if (sign !== undefined) {
      tokens.push({ kind: 'sign', text: typographic[sign] ?? sign, at })
    }
  }
  return tokens
}

/**
 * Parses a formula: numbers, names, `+ - * / ^` (also `· × −`), parentheses and the functions above.
 * `^` binds tightest and to the right; a sign in front binds looser than `^`. Throws `invalid-formula` with
 * the position.
 */
export function parseFormula(text: string): Expression {
  if (text.length > longest) {
    throw new DomainError(
      'invalid-formula',
      `A formula of ${text.length} characters is longer than ${longest}.`,
    )
  }
  const tokens = tokenise(text)
  let position = 0
  let depth = 0

  const end = () => text.length
  const peekSign = (...signs: string[]): boolean => {
    const next = tokens[position]
    return next?.kind === 'sign' && signs.includes(next.text)
  }
  const takeSign = (): string => (tokens[position++] as { text: string }).text
  const expectSign = (sign: string): void => {
    if (!peekSign(sign)) refuse(text, tokens[position]?.at ?? end(), `"${sign}" is missing`)
    position++
  }
  const nested = <T>(parse: () => T): T => {
    depth++
    if (depth > deepest) refuse(text, tokens[position]?.at ?? end(), `Nesting deeper than ${deepest}`)
    const parsed = parse()
    depth--
    return parsed
  }

  const sum = (): Expression =>
    nested(() => {
      let left = product()
      while (peekSign('+', '-')) {
        const operator = takeSign() as BinaryOperator
        left = { kind: 'binary', operator, left, right: product() }
      }
      return left
    })
  const product = (): Expression => {
    let left = signed()
    while (peekSign('*', '/')) {
      const operator = takeSign() as BinaryOperator
      left = { kind: 'binary', operator, left, right: signed() }
    }
    return left
  }
  const signed = (): Expression =>
    nested(() => {
      if (peekSign('-')) {
        position++
        return { kind: 'negate', operand: signed() }
      }
      return power()
    })
  const power = (): Expression => {
    const base = primary()
    if (!peekSign('^')) return base
    position++
    return { kind: 'binary', operator: '^', left: base, right: signed() }
  }
  const primary = (): Expression => {
    const next = tokens[position]
    if (next === undefined) return refuse(text, end(), 'A number or a name is missing')
    position++
    if (next.kind === 'number') return { kind: 'number', value: next.value }
    if (next.kind === 'name')
      return peekSign('(') ? call(next.text, next.at) : { kind: 'name', name: next.text }
    if (next.text !== '(') return refuse(text, next.at, `A number or a name is missing before "${next.text}"`)
    const inner = sum()
    expectSign(')')
    return inner
  }
  const call = (name: string, at: number): Expression => {
    if (!Object.hasOwn(functions, name)) {
      return refuse(text, at, `"${name}" is not a function (known are ${Object.keys(functions).join(', ')})`)
    }
    expectSign('(')
    const operands = [sum()]
    while (peekSign(',')) {
      position++
      operands.push(sum())
    }
    expectSign(')')
    const { least, most } = functions[name as FunctionName]
    if (operands.length < least || operands.length > most) {
      return refuse(
        text,
        at,
        `${name} takes ${least === most ? least : `${least} to ${most}`} operands, not ${operands.length},`,
      )
    }
    return { kind: 'call', name: name as FunctionName, operands }
  }

  const parsed = sum()
  const rest = tokens[position]
  if (rest !== undefined) refuse(text, rest.at, 'Something unexpected stands')
  return parsed
}

/** The names that a formula uses, each once, in the order of their first use. */
export function namesOf(expression: Expression): string[] {
  const names = new Set<string>()
  const visit = (node: Expression): void => {
    if (node.kind === 'name') names.add(node.name)
    else if (node.kind === 'negate') visit(node.operand)
    else if (node.kind === 'call') node.operands.forEach(visit)
    else if (node.kind === 'binary') {
      visit(node.left)
      visit(node.right)
    }
  }
  visit(expression)
  return [...names]
}
