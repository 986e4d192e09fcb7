import { DomainError } from '../errors.ts'

/** Digits as a report prints them: grouped by commas or not, with decimals, with a power of ten. */
export const printedNumberPattern = '^[-+−]?(\\d{1,3}(,\\d{3})+|\\d+)(\\.\\d+)?([eE][-+]?\\d{1,3})?$'

/** Largest and smallest size of a printed number, so that differences and ratios stay finite. */
const largest = 1e300
const smallest = 1e-300

/** A number as printed: its value, and one unit of its last significant digit. */
export interface PrintedNumber {
  readonly value: number
  readonly step: number
}

const parts = /^([-+−]?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/

/**
 * Reads digits as printed. The step is one unit of the last significant digit: 0.1 for `9.5`, 0.01E23 for
 * `3.14E+23`. The zeros that end an integer are not significant, as `1750` may stand for 1746: its step is 10.
 * Throws `invalid-printed-number`.
 */
export function parsePrintedNumber(text: string, pointer = ''): PrintedNumber {
  const [, sign = '', whole = '', decimals = '', exponent = '0'] =
    (new RegExp(printedNumberPattern).test(text) && parts.exec(text.replaceAll(',', ''))) || []
  if (whole === '') {
    throw new DomainError(
      'invalid-printed-number',
      `${pointer || 'The printed number'} is "${text}"; write the digits as printed, such as 9.5, 1,750 or 3.14E+23.`,
      { pointer, facts: { printed: text } },
    )
  }
  const digits = `${sign === '' || sign === '+' ? '' : '-'}${whole}.${decimals || '0'}e${exponent}`
  const insignificant = decimals === '' && Number(whole) !== 0 ? (/0*$/.exec(whole)?.[0].length ?? 0) : 0
  const value = Number(digits)
  const step = Number(`1e${Number(exponent) - decimals.length + insignificant}`)
  if (Math.abs(value) > largest || step < smallest) {
    throw new DomainError(
      'out-of-range',
      `${pointer || 'The printed number'} is ${text}; its size must be at most ${largest} and its last digit at least ${smallest}.`,
      { pointer, facts: { printed: text, largest, smallest } },
    )
  }
  return { value, step }
}
