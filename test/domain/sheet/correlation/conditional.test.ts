import { describe, expect, it } from 'vitest'
import {
  type ConditionalScore,
  conditionalScores,
  scoreMatrix,
} from '../../../../src/domain/sheet/correlation/conditional.ts'
import { cholesky } from '../../../../src/domain/sheet/correlation/symmetric.ts'

const matrix = [
  [1, 0.6, -0.3, 0.1],
  [0.6, 1, 0.2, 0.4],
  [-0.3, 0.2, 1, -0.5],
  [0.1, 0.4, -0.5, 1],
] as const
const at = (row: number, column: number) => matrix[row]?.[column] as number

describe('conditionalScores', () => {
  it('of one of two scores is the regression on the other and what is left', () => {
    const [conditional] = conditionalScores(
      [
        [1, 0.8],
        [0.8, 1],
      ],
      row => row === 1,
    )
    expect(conditional?.ofKept[0]?.weight).toBeCloseTo(0.8, 12)
    expect(conditional?.ofNew[0]?.weight).toBeCloseTo(0.6, 12)
  })

  it.each(Array.from({ length: 15 }, (_, index) => index + 1))(
    'keeps every correlation when the scores of set %d are drawn anew',
    set => {
      const isRedrawn = (row: number) => (set & (2 ** row)) !== 0
      const redrawn = conditionalScores(matrix, isRedrawn)
      for (const one of redrawn) {
        const { row, ofKept } = one
        for (const kept of [0, 1, 2, 3].filter(other => !isRedrawn(other)))
          expect(sumOf(ofKept, weighed => weighed.weight * at(weighed.row, kept))).toBeCloseTo(
            at(row, kept),
            12,
          )
        for (const other of redrawn) expect(covariance(one, other)).toBeCloseTo(at(row, other.row), 12)
      }
    },
  )
})

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0)
}

/** Of two scores that are drawn anew: kept scores correlate, independent ones only with themselves. */
function covariance(one: ConditionalScore, other: ConditionalScore): number {
  const throughKept = sumOf(one.ofKept, a => sumOf(other.ofKept, b => a.weight * b.weight * at(a.row, b.row)))
  return (
    throughKept + sumOf(one.ofNew, a => sumOf(other.ofNew, b => (a.row === b.row ? a.weight * b.weight : 0)))
  )
}

describe('scoreMatrix', () => {
  it('is the matrix that a triangle was made of', () => {
    const again = scoreMatrix({ members: [0, 1, 2, 3], triangle: cholesky(matrix), repair: null })
    for (const [row, values] of again.entries())
      for (const [column, value] of values.entries()) expect(value).toBeCloseTo(at(row, column), 12)
  })
})
