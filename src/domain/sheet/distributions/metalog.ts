import { byQuantile, type Distribution } from './distribution.ts'
import { highestProbability, lowestProbability } from './normal.ts'
import { refuse } from './refuse.ts'
import type { MetalogPoint } from './specification.ts'

/** What a metalog is bent by to keep to one side of a bound, or between two (Keelin 2016, section 3.4). */
interface Bend {
  readonly to: (value: number) => number
  readonly from: (bent: number) => number
}

function bendOf(lower: number | undefined, upper: number | undefined): Bend {
  if (lower !== undefined && upper !== undefined) {
    return {
      to: value => Math.log((value - lower) / (upper - value)),
      from: bent => lower + (upper - lower) / (1 + Math.exp(-bent)),
    }
  }
  if (lower !== undefined)
    return { to: value => Math.log(value - lower), from: bent => lower + Math.exp(bent) }
  if (upper !== undefined)
    return { to: value => -Math.log(upper - value), from: bent => upper - Math.exp(-bent) }
  return { to: value => value, from: bent => bent }
}

/** Term `index` of the metalog at a probability: powers of p − ½, in pairs with and without the logit. */
function term(index: number, p: number): number {
  const c = p - 0.5
  const logit = Math.log(p / (1 - p))
  if (index === 0) return 1
  if (index === 1) return logit
  if (index === 2) return c * logit
  if (index === 3) return c
  return index % 2 === 0 ? c ** (index / 2) : c ** ((index - 1) / 2) * logit
}

/** Solves a small system of linear equations, by elimination with the largest pivot. */
function solve(rows: number[][], right: number[]): number[] {
  const size = right.length
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]?.[column] as number) > Math.abs(rows[pivot]?.[column] as number)) pivot = row
    ;[rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]]
    ;[right[column], right[pivot]] = [right[pivot] as number, right[column] as number]
    const top = rows[column] as number[]
    for (let row = column + 1; row < size; row++) {
      const factor = (rows[row]?.[column] as number) / (top[column] as number)
      for (let each = column; each < size; each++)
        (rows[row] as number[])[each] = (rows[row]?.[each] as number) - factor * (top[each] as number)
      right[row] = (right[row] as number) - factor * (right[column] as number)
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = right[row] as number
    for (let each = row + 1; each < size; each++)
      sum -= (rows[row]?.[each] as number) * (right[each] as number)
    right[row] = sum / (rows[row]?.[row] as number)
  }
  return right
}

/** Points, evenly spaced in the logit, between which a metalog must rise to be accepted. */
const checkpoints = 2_000

/**
 * A metalog through quantiles (Keelin 2016): as many terms as quantiles, so that it passes through each. Throws
 * `inconsistent-inputs` for quantiles that do not rise or lie outside a bound, and `infeasible-distribution`
 * for those that no rising metalog of that many terms passes through.
 */
export function metalog(
  quantiles: readonly MetalogPoint[],
  lower: number | undefined,
  upper: number | undefined,
  pointer: string,
): Distribution {
  checkQuantiles(quantiles, lower, upper, `${pointer}/quantiles`)
  const { to, from } = bendOf(lower, upper)
  const coefficients = solve(
    quantiles.map(({ p }) => quantiles.map((_, index) => term(index, p))),
    quantiles.map(({ value }) => to(value)),
  )
  const straight = (p: number): number => {
    let sum = 0
    for (let index = 0; index < coefficients.length; index++)
      sum += (coefficients[index] as number) * term(index, p)
    return sum
  }
  const edge = Math.log(highestProbability / (1 - highestProbability))
  let before = straight(lowestProbability)
  for (let point = 1; point <= checkpoints; point++) {
    const p = 1 / (1 + Math.exp(edge - (2 * edge * point) / checkpoints))
    const value = straight(p)
    if (!(value > before)) refuseInfeasible(quantiles, [from(before), from(value), p], `${pointer}/quantiles`)
    before = value
  }
  return byQuantile(p => from(straight(p)))
}

function checkQuantiles(
  quantiles: readonly MetalogPoint[],
  lower: number | undefined,
  upper: number | undefined,
  pointer: string,
): void {
  for (const [index, { p, value }] of quantiles.entries()) {
    const before = quantiles[index - 1]
    const at = `${pointer}/${index}`
    if (before !== undefined && !(p > before.p && value > before.value)) {
      refuse(
        'inconsistent-inputs',
        at,
        `The quantile at ${p} is ${value}, after ${before.value} at ${before.p}; both p and value must rise from one quantile to the next.`,
        { before, after: { p, value } },
      )
    }
    if (lower !== undefined && value <= lower)
      refuse(
        'inconsistent-inputs',
        `${at}/value`,
        `The quantile at ${p} is ${value}, but the lower bound is ${lower}; every quantile must be greater.`,
        { value, lower },
      )
    if (upper !== undefined && value >= upper)
      refuse(
        'inconsistent-inputs',
        `${at}/value`,
        `The quantile at ${p} is ${value}, but the upper bound is ${upper}; every quantile must be less.`,
        { value, upper },
      )
  }
}

function refuseInfeasible(
  quantiles: readonly MetalogPoint[],
  [before, after, p]: readonly [number, number, number],
  pointer: string,
): never {
  const written = quantiles.map(point => `${point.value} at ${point.p}`).join(', ')
  refuse(
    'infeasible-distribution',
    pointer,
    `No metalog of ${quantiles.length} terms passes through ${written}: near p = ${p.toPrecision(3)} it would fall from ${before.toPrecision(6)} to ${after.toPrecision(6)}. Move the middle quantiles nearer to the others' centre, bound it by lower or upper, or take a lognormal.`,
    { quantiles, p, before, after },
  )
}
