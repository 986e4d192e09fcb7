import { describe, expect, it } from 'vitest'
import { parsePrintedNumber } from '../../../src/domain/evidence/printed-number.ts'

describe('a printed number', () => {
  // The last column is one unit of the last digit that the first prints as significant.
  it.each([
    ['9.5', 9.5, 0.1],
    ['3.06', 3.06, 0.01],
    ['13.73', 13.73, 0.01],
    ['1.0', 1, 0.1],
    ['0.70', 0.7, 0.01],
    ['3.14E+23', 3.14e23, 1e21],
    ['3.14e23', 3.14e23, 1e21],
    ['2E-3', 0.002, 0.001],
    ['3,107.72', 3107.72, 0.01],
    ['1,234,567', 1_234_567, 1],
    ['355', 355, 1],
    ['1750', 1750, 10],
    ['3640', 3640, 10],
    ['29120', 29_120, 10],
    ['700', 700, 100],
    ['1000', 1000, 1000],
    ['10E3', 10_000, 10_000],
    ['0', 0, 1],
    ['0.0', 0, 0.1],
    ['-4.5', -4.5, 0.1],
    ['−4.5', -4.5, 0.1],
    ['+12', 12, 1],
  ])('%s is %d to within %d', (text, value, step) => {
    expect(parsePrintedNumber(text)).toEqual({ value, step })
  })

  it.each([
    '',
    ' 9.5',
    '9.',
    '.5',
    '1,75',
    '1,7500',
    '1 750',
    '9,5',
    '百',
    '12%',
    'NaN',
    '1e',
    '0x10',
    '1_000',
  ])('refuses "%s", and says how to write it', text => {
    expect(() => parsePrintedNumber(text, '/printed')).toThrow(
      /\/printed is ".*"; write the digits as printed/,
    )
  })

  it.each(['1E999', '9E301', '1E-400', '0.1E-300'])(
    'refuses %s, with which nothing finite compares',
    text => {
      expect(() => parsePrintedNumber(text)).toThrow(/at most 1e\+300/)
    },
  )
})
