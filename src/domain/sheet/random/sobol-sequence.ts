import { joeKuo } from './joe-kuo.ts'

/** Most dimensions that the table of direction numbers has. */
export const mostDimensions = 128

/**
 * Direction numbers of a dimension (from 0), bit-reversed: the first binary digit of a coordinate is the lowest
 * bit, which is how scrambling wants it. Number k belongs to bit k of a point's index.
 */
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
  return numbers.map(reversed)
}

let tables: readonly Int32Array[] | undefined

/** The bit-reversed direction numbers of a dimension below `mostDimensions`. */
export function directionsOf(dimension: number): Int32Array {
  tables ??= [undefined, ...joeKuo.split('\n')].map(directionNumbers)
  const table = tables[dimension]
  if (table === undefined)
    throw new RangeError(
      `The table has ${mostDimensions} dimensions, but dimension ${dimension} is asked for.`,
    )
  return table
}

/** The 32 bits of a number in reverse order. */
export function reversed(x: number): number {
  let r = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1)
  r = ((r >>> 2) & 0x33333333) | ((r & 0x33333333) << 2)
  r = ((r >>> 4) & 0x0f0f0f0f) | ((r & 0x0f0f0f0f) << 4)
  r = ((r >>> 8) & 0x00ff00ff) | ((r & 0x00ff00ff) << 8)
  return (r >>> 16) | (r << 16)
}

/**
 * Coordinate `dimension` of point `index`, bit-reversed, in the Gray-code order of Antonov and Saleev 1979. Any
 * point can be asked for by itself, so that threads and retries draw the same ones.
 */
export function sobolPoint(index: number, directions: Int32Array): number {
  let gray = index ^ (index >>> 1)
  let point = 0
  for (let bit = 0; gray !== 0; bit++, gray >>>= 1) if (gray & 1) point ^= directions[bit] as number
  return point
}

const scale = 2 ** -32

/** A coordinate of the sequence itself, from 0 up to but not including 1: what tables of it print. */
export const sobolCoordinate = (index: number, dimension: number): number =>
  (reversed(sobolPoint(index, directionsOf(dimension))) >>> 0) * scale

/**
 * Fills a column with one coordinate of points `start`, `start + 1`, …, scrambled by `seed`, each at the middle
 * of its 2⁻³² cell. The scramble is the nested one of Owen 1995 by a hash in which a bit only depends on those
 * before it (Laine and Karras 2011; the constants of Vegdahl 2021).
 */
export function fillScrambled(
  into: Float64Array,
  count: number,
  start: number,
  directions: Int32Array,
  seed: number,
): void {
  const odd = (seed >>> 16) | 1
  let point = sobolPoint(start, directions)
  for (let offset = 0; offset < count; offset++) {
    let x = point ^ Math.imul(point, 0x3d20adea)
    x = (x + seed) | 0
    x = Math.imul(x, odd)
    x ^= Math.imul(x, 0x05526c56)
    x ^= Math.imul(x, 0x53a22864)
    let r = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1)
    r = ((r >>> 2) & 0x33333333) | ((r & 0x33333333) << 2)
    r = ((r >>> 4) & 0x0f0f0f0f) | ((r & 0x0f0f0f0f) << 4)
    r = ((r >>> 8) & 0x00ff00ff) | ((r & 0x00ff00ff) << 8)
    r = (r >>> 16) | (r << 16)
    into[offset] = ((r >>> 0) + 0.5) * scale
    const next = start + offset + 1
    point ^= directions[31 - Math.clz32(next & -next)] as number
  }
}
