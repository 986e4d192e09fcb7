import { DomainError } from '../../errors.ts'
import type { Distribution } from '../distributions/distribution.ts'
import { nearestCorrelation } from './nearest-correlation.ts'
import { scoreOfPearson, scoreOfSpearman } from './normal-score.ts'
import { cholesky, eigen } from './symmetric.ts'

/** How two uncertain inputs go together: exactly one of the measures. */
export interface Correlation {
  readonly between: readonly [string, string]
  readonly spearman?: number
  readonly pearson?: number
}

/** The same for all pairs of some inputs: a symmetric matrix with ones on its diagonal. */
export interface CorrelationMatrix {
  readonly inputs: readonly string[]
  readonly spearman?: readonly (readonly number[])[]
  readonly pearson?: readonly (readonly number[])[]
}

/** What a request says of the correlations of its inputs; pairs that are not named are independent. */
export interface CorrelationRequest {
  readonly correlations?: readonly Correlation[]
  readonly correlationMatrix?: CorrelationMatrix
  /** What to do with a matrix that is not positive definite; default: refuse it. */
  readonly repair?: 'nearest'
}

/** An uncertain input that correlations can name. */
export interface Correlatable {
  readonly id: string
  readonly distribution: Distribution
}

/** What a repair changed. */
export interface Repair {
  readonly smallestEigenvalue: number
  /** Frobenius norm of the change. */
  readonly distance: number
  /** The correlations of normal scores that changed by more than rounding. */
  readonly changed: readonly {
    readonly between: readonly [string, string]
    readonly from: number
    readonly to: number
  }[]
}

/** How to correlate the columns of some inputs: their indices, and the triangle of their scores' matrix. */
export interface Dependence {
  readonly members: readonly number[]
  readonly triangle: readonly Float64Array[]
  readonly repair: Repair | null
}

interface Pair {
  readonly a: number
  readonly b: number
  readonly score: number
}

/** The least eigenvalue that a matrix may have to be positive definite beyond rounding. */
const leastEigenvalue = 1e-10

/**
 * The dependence of inputs, or null when all are independent. Throws `unknown-quantity` for a name that is no
 * uncertain input, `inconsistent-inputs` for a matrix that is not one of correlations or a pair that is named
 * twice, `out-of-range` for a Pearson correlation that two shapes cannot have, and `invalid-correlation` with
 * the smallest eigenvalue for a matrix that is not positive definite, unless its repair is asked for.
 */
export function readCorrelations(
  request: CorrelationRequest,
  inputs: readonly Correlatable[],
): Dependence | null {
  const pairs = [...pairsOf(request, inputs), ...matrixPairs(request, inputs)]
  const members = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))].toSorted((x, y) => x - y)
  if (members.length === 0) return null
  const matrix = members.map(row => members.map(column => (row === column ? 1 : 0)))
  const seen = new Set<string>()
  for (const { a, b, score } of pairs) {
    const key = a < b ? `${a} ${b}` : `${b} ${a}`
    if (seen.has(key))
      refuse(
        'inconsistent-inputs',
        '/correlations',
        `${idOf(inputs, a)} and ${idOf(inputs, b)} are correlated twice; keep one of the two.`,
        { between: [idOf(inputs, a), idOf(inputs, b)] },
      )
    seen.add(key)
    const [i, j] = [members.indexOf(a), members.indexOf(b)]
    ;(matrix[i] as number[])[j] = score
    ;(matrix[j] as number[])[i] = score
  }
  const smallest = Math.min(...eigen(matrix).values)
  if (smallest > leastEigenvalue) return { members, triangle: cholesky(matrix), repair: null }
  if (request.repair === undefined) {
    refuse(
      'invalid-correlation',
      request.correlationMatrix === undefined ? '/correlations' : '/correlationMatrix',
      `The correlations of ${members.map(member => idOf(inputs, member)).join(', ')} cannot hold together: the smallest eigenvalue of their matrix is ${smallest.toPrecision(6)} and must be greater than 0. Weaken the strongest of them, or ask for "repair": "nearest".`,
      { smallestEigenvalue: smallest },
    )
  }
  const repaired = nearestCorrelation(matrix)
  return {
    members,
    triangle: cholesky(repaired.matrix),
    repair: {
      smallestEigenvalue: smallest,
      distance: repaired.distance,
      changed: changes(
        matrix,
        repaired.matrix,
        members.map(member => idOf(inputs, member)),
      ),
    },
  }
}

function changes(before: number[][], after: number[][], ids: readonly string[]): Repair['changed'] {
  return ids.flatMap((a, i) =>
    ids.slice(i + 1).flatMap((b, k) => {
      const j = i + 1 + k
      const [from, to] = [before[i]?.[j] as number, after[i]?.[j] as number]
      return Math.abs(from - to) < 1e-9 ? [] : [{ between: [a, b] as const, from, to }]
    }),
  )
}

const idOf = (inputs: readonly Correlatable[], index: number): string => inputs[index]?.id ?? ''

function pairsOf({ correlations = [] }: CorrelationRequest, inputs: readonly Correlatable[]): Pair[] {
  return correlations.map(({ between, spearman, pearson }, index) => {
    const pointer = `/correlations/${index}`
    const [a, b] = between.map((id, end) => indexOf(inputs, id, `${pointer}/between/${end}`)) as [
      number,
      number,
    ]
    if (a === b)
      refuse(
        'inconsistent-inputs',
        `${pointer}/between/1`,
        `${between[0]} is correlated with itself; name two inputs.`,
        { between },
      )
    return { a, b, score: scoreOf(inputs, a, b, { spearman, pearson }, pointer) }
  })
}

function matrixPairs(
  { correlationMatrix: given }: CorrelationRequest,
  inputs: readonly Correlatable[],
): Pair[] {
  if (given === undefined) return []
  const measure = given.spearman === undefined ? 'pearson' : 'spearman'
  const rows = given[measure] ?? []
  const pointer = `/correlationMatrix/${measure}`
  const indices = given.inputs.map((id, index) => indexOf(inputs, id, `/correlationMatrix/inputs/${index}`))
  const size = indices.length
  if (rows.length !== size)
    refuse(
      'inconsistent-inputs',
      pointer,
      `The matrix has ${rows.length} rows for ${size} inputs; give one row an input.`,
      { rows: rows.length, inputs: size },
    )
  return rows.flatMap((row, i) => {
    if (row.length !== size)
      refuse(
        'inconsistent-inputs',
        `${pointer}/${i}`,
        `Row ${i} has ${row.length} numbers for ${size} inputs; give one an input.`,
        { numbers: row.length, inputs: size },
      )
    return row.slice(0, i + 1).flatMap((value, j) => {
      const mirrored = rows[j]?.[i]
      const at = `${pointer}/${i}/${j}`
      if (i === j && value !== 1)
        refuse('inconsistent-inputs', at, `The diagonal has ${value} in row ${i}; it must be 1.`, { value })
      if (value !== mirrored)
        refuse(
          'inconsistent-inputs',
          at,
          `Row ${i} has ${value} where row ${j} has ${mirrored}; the matrix must be symmetric.`,
          { value, mirrored },
        )
      if (i === j || value === 0) return []
      const [a, b] = [indices[i] as number, indices[j] as number]
      return [{ a, b, score: scoreOf(inputs, a, b, { [measure]: value }, at) }]
    })
  })
}

function indexOf(inputs: readonly Correlatable[], id: string, pointer: string): number {
  const index = inputs.findIndex(input => input.id === id)
  if (index >= 0) return index
  const known = inputs.map(input => input.id).join(', ')
  return refuse(
    'unknown-quantity',
    pointer,
    `"${id}" is not an uncertain input of this request; those are ${known || 'none: give a distribution for at least two numbers'}.`,
    { id },
  )
}

function scoreOf(
  inputs: readonly Correlatable[],
  a: number,
  b: number,
  { spearman, pearson }: { readonly spearman?: number | undefined; readonly pearson?: number | undefined },
  pointer: string,
): number {
  if (spearman !== undefined) return scoreOfSpearman(spearman)
  const asked = pearson ?? 0
  const [first, second] = [inputs[a], inputs[b]] as [Correlatable, Correlatable]
  const { score, reachable } = scoreOfPearson(asked, first.distribution, second.distribution)
  const [low, high] = reachable
  if (asked < low - 1e-6 || asked > high + 1e-6) {
    refuse(
      'out-of-range',
      `${pointer}/pearson`,
      `A Pearson correlation of ${asked} is asked for, but with their shapes ${first.id} and ${second.id} can only have ${low.toPrecision(4)} to ${high.toPrecision(4)}; ask for one within, or give spearman.`,
      { pearson: asked, low, high },
    )
  }
  return score
}

function refuse(
  code: 'inconsistent-inputs' | 'unknown-quantity' | 'invalid-correlation' | 'out-of-range',
  pointer: string,
  message: string,
  facts: Readonly<Record<string, unknown>>,
): never {
  throw new DomainError(code, message, { pointer, facts })
}
