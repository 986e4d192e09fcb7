/**
 * Where a seeded permutation of 0 to `length` − 1 sends an index, without a table: an invertible hash of as many
 * bits as the length needs, walked until it falls inside (Kensler 2013).
 */
export function permuted(index: number, length: number, seed: number): number {
  const mask = length <= 1 ? 0 : 0xffffffff >>> Math.clz32(length - 1)
  let at = index
  do {
    at ^= seed
    at = Math.imul(at, 0xe170893d)
    at ^= seed >>> 16
    at ^= (at & mask) >>> 4
    at ^= seed >>> 8
    at = Math.imul(at, 0x0929eb3f)
    at ^= seed >>> 23
    at ^= (at & mask) >>> 1
    at = Math.imul(at, 1 | (seed >>> 27))
    at = Math.imul(at, 0x6935fa69)
    at ^= (at & mask) >>> 11
    at = Math.imul(at, 0x74dcb303)
    at ^= (at & mask) >>> 2
    at = Math.imul(at, 0x9e501cc3)
    at ^= (at & mask) >>> 2
    at = Math.imul(at, 0xc860a3df)
    at &= mask
    at ^= at >>> 5
  } while (at >>> 0 >= length)
  return ((at >>> 0) + (seed >>> 0)) % length
}
