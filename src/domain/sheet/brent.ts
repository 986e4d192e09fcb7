/** A root between two ends, and how many times the function was worked out. */
export interface Root {
  readonly at: number
  readonly value: number
  readonly calls: number
}

/**
 * A root of a continuous function between two ends where its signs differ, to within `tolerance` of its place
 * (beside rounding): the method of Brent 1973, chapter 4. Where the function jumps across zero, the jump is found.
 * The function may take its time: whoever gives it decides what happens between two calls.
 */
export async function brent(
  f: (x: number) => number | Promise<number>,
  [from, to]: readonly [number, number],
  [fFrom, fTo]: readonly [number, number],
  tolerance = 0,
): Promise<Root> {
  let [a, b, fa, fb] = [from, to, fFrom, fTo]
  let [c, fc] = [a, fa]
  let step = b - a
  let before = step
  let calls = 0
  for (; calls < 300; calls++) {
    if (Math.abs(fc) < Math.abs(fb)) [a, b, c, fa, fb, fc] = [b, c, b, fb, fc, fb]
    const least = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2
    const half = (c - b) / 2
    if (Math.abs(half) <= least || fb === 0) break
    if (Math.abs(before) >= least && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa
      let p: number
      let q: number
      if (a === c) {
        p = 2 * half * s
        q = 1 - s
      } else {
        const r = fb / fc
        const t = fa / fc
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1))
        q = (t - 1) * (r - 1) * (s - 1)
      }
      if (p > 0) q = -q
      else p = -p
      if (2 * p < Math.min(3 * half * q - Math.abs(least * q), Math.abs(before * q))) {
        before = step
        step = p / q
      } else {
        step = half
        before = half
      }
    } else {
      step = half
      before = half
    }
    ;[a, fa] = [b, fb]
    b += Math.abs(step) > least ? step : half > 0 ? least : -least
    fb = await f(b)
    if (fb > 0 === fc > 0) {
      ;[c, fc] = [a, fa]
      step = b - a
      before = step
    }
  }
  return { at: b, value: fb, calls }
}
