import { createHash, hash } from 'node:crypto'

/** The SHA-256 of a text, and of the bytes of numbers after it, in hexadecimal. */
export function digest(text: string, numbers?: Float64Array): string {
  if (numbers === undefined) return hash('sha256', text, 'hex')
  // A character takes three bytes at most.
  const most = 3 * text.length + numbers.byteLength
  if (scratch.length < most) scratch = Buffer.allocUnsafe(2 * most)
  const end = scratch.write(text)
  scratch.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), end)
  return hash('sha256', scratch.subarray(0, end + numbers.byteLength), 'hex')
}

/** The SHA-256 of texts that come one after the other. */
export function runningDigest(): { readonly add: (text: string) => void; readonly end: () => string } {
  const running = createHash('sha256')
  return { add: text => running.update(text), end: () => running.digest('hex') }
}

/** Copying into bytes that are there already takes a fraction of the time of encoding a text into new ones. */
let scratch = Buffer.allocUnsafe(65_536)
