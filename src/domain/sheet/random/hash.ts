/** A 32-bit mix in which every bit of the result depends on every bit of `x` (finaliser of MurmurHash3, Appleby). */
function mix(x: number): number {
  let h = x ^ (x >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A 32-bit seed from two: order matters, and neighbours lead to seeds far apart. */
export function combine(seed: number, value: number): number {
  return mix(mix((seed ^ 0x9e3779b9) >>> 0) + Math.imul(mix(value + 0x7f4a7c15), 0x2545f491))
}

/** A 32-bit seed from any text, by its UTF-16 units. */
export function seedOf(text: string): number {
  let seed = 0x52454b4e
  for (let index = 0; index < text.length; index++) seed = combine(seed, text.charCodeAt(index))
  return combine(seed, text.length)
}
