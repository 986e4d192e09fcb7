import { describe, expect, it } from 'vitest'
import { rounded } from '../../../src/domain/uncertainty/significant.ts'

describe('rounded', () => {
  it.each([
    [9684834.87, 88.8, '9684835'],
    [9684834.87, 1234, '9684800'],
    [0.0123456, 0.0004, '0.01235'],
    [2.5, 0, '2.50000'],
    [3.14159e23, 2.1e20, '3.1416e+23'],
    [0, 0.5, '0.00000'],
    [5, 800, '5'],
  ])('%d with the error %d is shown as %s', (value, error, shown) => {
    expect(rounded(value, error)).toBe(shown)
  })
})
