import { describe, expect, it } from 'vitest'
import { cholesky, invertCholesky, solveCholesky } from '../../../src/domain/numeric/cholesky.ts'

const rows = (...values: number[][]) => values.map(row => Float64Array.from(row))

describe('Cholesky', () => {
  // Worked by hand: L = [[2,0,0],[6,1,0],[−8,5,3]].
  const matrix = rows([4, 12, -16], [12, 37, -43], [-16, -43, 98])

  it('factors a positive definite matrix', () => {
    expect(cholesky(matrix)?.map(row => [...row])).toEqual([
      [2, 0, 0],
      [6, 1, 0],
      [-8, 5, 3],
    ])
  })

  it('solves: A · (1, 2, 3) = (−20, −43, 192)', () => {
    const lower = cholesky(matrix) ?? []
    const solution = solveCholesky(lower, Float64Array.from([-20, -43, 192]))
    for (const [index, value] of [1, 2, 3].entries()) expect(solution[index]).toBeCloseTo(value, 10)
  })

  it('inverts: A · A⁻¹ is the identity', () => {
    const inverse = invertCholesky(cholesky(matrix) ?? [])
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c < 3; c++) {
        const product = matrix[r]?.reduce((sum, value, k) => sum + value * (inverse[k]?.[c] ?? 0), 0)
        expect(product).toBeCloseTo(r === c ? 1 : 0, 9)
      }
    }
  })

  it('adds a share of the diagonal', () => {
    expect(cholesky(rows([4, 0], [0, 1]), 3)?.map(row => [...row])).toEqual([
      [4, 0],
      [0, 2],
    ])
  })

  it.each([
    ['indefinite', rows([1, 2], [2, 1])],
    ['singular', rows([1, 1], [1, 1])],
    ['not a number', rows([Number.NaN])],
  ])('does not factor what is %s', (_, other) => {
    expect(cholesky(other)).toBeNull()
  })
})
