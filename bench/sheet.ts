import { evaluate } from '../src/domain/sheet/evaluate.ts'
import { formula } from '../src/domain/sheet/formula.ts'
import { given, quantity } from '../src/domain/sheet/quantity.ts'
import { type Handle, Sheet } from '../src/domain/sheet/sheet.ts'
import { alternate, type Comparison } from './measure.ts'

// A sheet of 30 quantities: 10 inputs, then 20 that each combine two or three of those before.
const definitions = Array.from({ length: 30 }, (_, index) =>
  quantity(`q${index}`, '1', `Quantity ${index}`, `数量 ${index}`),
)
const formulas = [
  formula({ text: 'a · b', symbols: ['a', 'b'], inputUnits: ['1', '1'], unit: '1', fn: (a, b) => a * b }),
  formula({ text: 'a + b', symbols: ['a', 'b'], inputUnits: ['1', '1'], unit: '1', fn: (a, b) => a + b }),
  formula({
    text: 'a / (1 + b)',
    symbols: ['a', 'b'],
    inputUnits: ['1', '1'],
    unit: '1',
    fn: (a, b) => a / (1 + b),
  }),
  formula({
    text: 'a · b / c',
    symbols: ['a', 'b', 'c'],
    inputUnits: ['1', '1', '1'],
    unit: '1',
    fn: (a, b, c) => (a * b) / c,
  }),
] as const
const inputs = 10

function build(): Sheet {
  const sheet = new Sheet()
  for (const [index, definition] of definitions.entries()) {
    if (index < inputs) {
      sheet.input(definition, 1 + index / 7, given)
      continue
    }
    const which = index % formulas.length
    const chosen = formulas[which as 0]
    const operands = which === 3 ? [index - 1, index - 5, index - 9] : [index - 1, index - 6]
    sheet.derive(definition, chosen, operands as unknown as readonly [Handle<'1'>, Handle<'1'>])
  }
  return sheet
}

/** The same 30 numbers by hand: what no kernel can undercut. */
function byHand(values: Float64Array): Float64Array {
  for (let index = 0; index < 30; index++) {
    if (index < inputs) {
      values[index] = 1 + index / 7
      continue
    }
    const a = values[index - 1] as number
    const b = values[index - 6] as number
    switch (index % 4) {
      case 0:
        values[index] = a * b
        break
      case 1:
        values[index] = a + b
        break
      case 2:
        values[index] = a / (1 + b)
        break
      default:
        values[index] = (a * (values[index - 5] as number)) / (values[index - 9] as number)
    }
  }
  return values
}

/** Evaluating, and building and evaluating, a sheet of 30 quantities, beside the same sums written by hand. */
export function sheetBenchmarks(): Comparison[] {
  const sheet = build()
  const into = new Float64Array(30)
  const hand = new Float64Array(30)
  const same = evaluate(sheet).every(
    (value, index) => Math.abs(value - (byHand(hand)[index] ?? 0)) <= 1e-12 * Math.abs(value),
  )
  if (!same) throw new Error('The two sides compute different numbers.')
  const evaluation = alternate(
    () => evaluate(sheet, sheet.inputs, into),
    () => byHand(hand),
    { calls: 200_000 },
  )
  const building = alternate(
    () => evaluate(build()),
    () => byHand(hand),
    { calls: 20_000 },
  )
  return [
    {
      name: 'evaluate 30 quantities, µs (other: by hand)',
      ...evaluation,
      goal: 'under 1.5 µs',
      holds: evaluation.ours < 1.5,
    },
    {
      name: 'build and evaluate 30 quantities, µs (other: by hand)',
      ...building,
      goal: 'under 15 µs',
      holds: building.ours < 15,
    },
  ]
}
