/** The upper 32 bits of the product of two 32-bit numbers. */
function upperProduct(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const low = aLow * bLow
  const middle = aHigh * bLow + (low >>> 16)
  const other = aLow * bHigh + (middle & 0xffff)
  return (aHigh * bHigh + Math.floor(middle / 65_536) + Math.floor(other / 65_536)) >>> 0
}

/**
 * The first and second word of Philox2x32-10 (Salmon et al. 2011): a random number for each counter and key, in
 * any order, so that sample i is the same whoever draws it.
 */
export function philox(first: number, second: number, key: number): readonly [number, number] {
  let [a, b, k] = [first >>> 0, second >>> 0, key >>> 0]
  for (let round = 0; round < 10; round++) {
    const upper = upperProduct(a, 0xd256d193)
    const lower = Math.imul(a, 0xd256d193) >>> 0
    a = (upper ^ k ^ b) >>> 0
    b = lower
    k = (k + 0x9e3779b9) >>> 0
  }
  return [a, b]
}
