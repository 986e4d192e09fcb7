import { describe, expect, it } from 'vitest'
import { conditionalScores, scoreMatrix } from '../../../../src/domain/sheet/correlation/conditional.ts'
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

  it('keeps every correlation, whichever scores are drawn anew', () => {
    for (let set = 1; set < 16; set++) {
      const isRedrawn = (row: number) => (set & (2 ** row)) !== 0
      const redrawn = conditionalScores(matrix, isRedrawn)
      for (const one of redrawn) {
        // With each score that is kept, as with each that is drawn anew too.
        for (let kept = 0; kept < 4; kept++)
          if (!isRedrawn(kept))
            expect(one.ofKept.reduce((sum, { row, weight }) => sum + weight * at(row, kept), 0)).toBeCloseTo(
              at(one.row, kept),
              12,
            )
        for (const other of redrawn) {
          let together = 0
          for (const a of one.ofKept)
            for (const b of other.ofKept) together += a.weight * b.weight * at(a.row, b.row)
          for (const a of one.ofNew)
            for (const b of other.ofNew) if (a.row === b.row) together += a.weight * b.weight
          expect(together, `set ${set}: ${one.row}, ${other.row}`).toBeCloseTo(at(one.row, other.row), 12)
        }
      }
    }
  })
})

describe('scoreMatrix', () => {
  it('is the matrix that a triangle was made of', () => {
    const again = scoreMatrix({ members: [0, 1, 2, 3], triangle: cholesky(matrix), repair: null })
    for (const [row, values] of again.entries())
      for (const [column, value] of values.entries()) expect(value).toBeCloseTo(at(row, column), 12)
  })
})
