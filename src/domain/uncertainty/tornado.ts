import { DomainError } from '../errors.ts'
import { evaluate, inDisplayUnit } from '../sheet/evaluate.ts'
import type { Sheet } from '../sheet/sheet.ts'
import { setInput } from './sheet-samples.ts'
import type { UncertainEstimate } from './uncertain-inputs.ts'

/** An input moved down and up by itself, and what the quantity does; null where it is not a finite number. */
export interface Swing {
  readonly input: string
  /** Values of the input, in the unit of its quantity. */
  readonly from: number
  readonly to: number
  /** Values of the quantity there, in its display unit. */
  readonly atFrom: number | null
  readonly atTo: number | null
}

/** Inputs that a tornado shows: the widest. */
const mostShown = 50

/** The tornados of a quantity: uncertain inputs at p10 and p90, and every input moved by a percentage. */
export function tornado(
  { built: { sheet }, inputs }: UncertainEstimate,
  handle: number,
  percent: number,
): {
  readonly unit: string
  readonly value: number
  readonly percentiles: readonly Swing[]
  readonly percent: readonly Swing[]
} {
  const { definition } = sheet.at(handle)
  const room = new Float64Array(sheet.quantities.length)
  const resultOf = (values: readonly number[]): number | null => {
    try {
      return inDisplayUnit(definition, evaluate(sheet, values, room)[handle] as number)
    } catch (error) {
      if (error instanceof DomainError) return null
      throw error
    }
  }
  const percentiles = inputs.map((input): Swing => {
    const at = (probability: number) => {
      const values = [...sheet.inputs]
      const value = input.distribution.quantile(probability)
      setInput(values, input, value)
      return { value, result: resultOf(values) }
    }
    const [low, high] = [at(0.1), at(0.9)]
    return { input: input.id, from: low.value, to: high.value, atFrom: low.result, atTo: high.result }
  })
  const steps = [...upstream(sheet, handle)].map((input): Swing => {
    const now = sheet.inputs[input] as number
    const at = (share: number) => {
      const values = [...sheet.inputs]
      values[input] = now * share
      return { value: now * share, result: resultOf(values) }
    }
    const [low, high] = [at(1 - percent / 100), at(1 + percent / 100)]
    return {
      input: sheet.idOf(input),
      from: low.value,
      to: high.value,
      atFrom: low.result,
      atTo: high.result,
    }
  })
  return {
    unit: definition.display,
    value: resultOf(sheet.inputs) as number,
    percentiles: widestFirst(percentiles),
    percent: widestFirst(steps),
  }
}

const width = ({ atFrom, atTo }: Swing): number =>
  atFrom === null || atTo === null ? Number.POSITIVE_INFINITY : Math.abs(atTo - atFrom)

const widestFirst = (swings: readonly Swing[]): readonly Swing[] =>
  swings.toSorted((a, b) => width(b) - width(a)).slice(0, mostShown)

/** The inputs of a sheet that a quantity depends on. */
function upstream(sheet: Sheet, handle: number): Set<number> {
  const needed = new Set([handle])
  for (let at = handle; at >= 0; at--)
    if (needed.has(at)) for (const operand of sheet.operands[at] ?? []) needed.add(operand)
  return new Set([...needed].filter(at => sheet.operands[at] == null))
}
