import { combine } from './hash.ts'
import { joeKuo } from './joe-kuo.ts'

/** Most dimensions that the table of direction numbers has. */
export const mostDimensions = 128

/** Direction numbers of a dimension, from its line of the table. Number k belongs to bit k of a point's index. */
function directionNumbers(line: string | undefined): Int32Array {
  const numbers = new Int32Array(32)
  if (line === undefined) {
    for (let bit = 0; bit < 32; bit++) numbers[bit] = 1 << (31 - bit)
  } else {
    const [polynomial = 0, ...m] = line.split(' ').map(Number)
    const degree = m.length
    for (let bit = 0; bit < 32; bit++) {
      if (bit < degree) {
        numbers[bit] = (m[bit] as number) << (31 - bit)
        continue
      }
      let number = (numbers[bit - degree] as number) ^ ((numbers[bit - degree] as number) >>> degree)
      for (let k = 1; k < degree; k++)
        if ((polynomial >>> (degree - k)) & 1) number ^= numbers[bit - k] as number
      numbers[bit] = number
    }
  }
  return numbers
}

let tables: readonly Int32Array[] | undefined

/** The direction numbers of a dimension below `mostDimensions`, as 32-bit fractions. */
export function directionsOf(dimension: number): Int32Array {
  tables ??= [undefined, ...joeKuo.split('\n')].map(directionNumbers)
  const table = tables[dimension]
  if (table === undefined)
    throw new RangeError(
      `The table has ${mostDimensions} dimensions, but dimension ${dimension} is asked for.`,
    )
  return table
}

/**
 * Coordinate of point `index` as a 32-bit fraction, in the Gray-code order of Antonov and Saleev 1979. Any point
 * can be asked for by itself, so that threads and retries draw the same ones.
 */
function pointAt(index: number, directions: Int32Array): number {
  let gray = index ^ (index >>> 1)
  let point = 0
  for (let bit = 0; gray !== 0; bit++, gray >>>= 1) if (gray & 1) point ^= directions[bit] as number
  return point
}

const scale = 2 ** -32

/** A dimension of the sequence, scrambled. */
export interface ScrambledDimension {
  readonly directions: Int32Array
  readonly shift: number
}

/**
 * Scrambles a dimension: each binary digit is exchanged depending on those before it, by a random lower triangular
 * matrix and a random shift (Matoušek 1998). Like the nested scrambling of Owen 1995 it keeps every net, makes each
 * point uniform, and brings the variance of means down as fast; being linear it only has to be done once, to the
 * direction numbers.
 */
export function scrambledDimension(dimension: number, seed: number): ScrambledDimension {
  const rows = Array.from({ length: 32 }, (_, digit) => {
    const before = digit === 0 ? 0 : 0xffffffff << (32 - digit)
    return (combine(seed, digit) & before) | (1 << (31 - digit))
  })
  const directions = directionsOf(dimension).map(number => {
    let scrambled = 0
    for (let digit = 0; digit < 32; digit++)
      scrambled |= parity((rows[digit] as number) & number) << (31 - digit)
    return scrambled
  })
  return { directions, shift: combine(seed, 32) }
}

/** Whether a number has an odd number of bits that are 1. */
function parity(x: number): number {
  let folded = x ^ (x >>> 16)
  folded ^= folded >>> 8
  folded ^= folded >>> 4
  return (0x6996 >>> (folded & 15)) & 1
}

/** Fills a column with points `start`, `start + 1`, … of a scrambled dimension, each at the middle of its 2⁻³² cell. */
export function fillScrambled(
  into: Float64Array,
  count: number,
  start: number,
  { directions, shift }: ScrambledDimension,
): void {
  let point = pointAt(start, directions) ^ shift
  for (let offset = 0; offset < count; offset++) {
    into[offset] = ((point >>> 0) + 0.5) * scale
    const next = start + offset + 1
    point ^= directions[31 - Math.clz32(next & -next)] as number
  }
}
