/** Lowest and highest probability that a sample is drawn at: half a step of the 32 bits of the generators. */
export const lowestProbability = 2 ** -33
export const highestProbability = 1 - lowestProbability

/**
 * The quantile of the standard normal distribution at a probability strictly between 0 and 1, to about 1e-16
 * relative: algorithm AS 241 (PPND16) of Wichura 1988, whose constants these are.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (q <= 0.425 && q >= -0.425) {
    const r = 0.180625 - q * q
    return (
      (q *
        (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) *
          r +
          13731.69376550946) *
          r +
          1971.5909503065513) *
          r +
          133.14166789178438) *
          r +
          3.3871328727963665)) /
      (((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) *
        r +
        5394.196021424751) *
        r +
        687.1870074920579) *
        r +
        42.31333070160091) *
        r +
        1)
    )
  }
  return q < 0 ? -upperTail(p) : upperTail(1 - p)
}

/** The quantile at 1 − `tail`, for a tail below 0.075. */
function upperTail(tail: number): number {
  const root = Math.sqrt(-Math.log(tail))
  if (root <= 5) {
    const r = root - 1.6
    return (
      (((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r +
        1.2704582524523684) *
        r +
        3.6478483247632045) *
        r +
        5.769497221460691) *
        r +
        4.630337846156546) *
        r +
        1.4234371107496835) /
      (((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r +
        0.14810397642748008) *
        r +
        0.6897673349851) *
        r +
        1.6763848301838038) *
        r +
        2.053191626637759) *
        r +
        1)
    )
  }
  const r = root - 5
  return (
    (((((((2.0103343992922881e-7 * r + 2.7115555687434876e-5) * r + 0.0012426609473880784) * r +
      0.026532189526576124) *
      r +
      0.29656057182850487) *
      r +
      1.7848265399172913) *
      r +
      5.463784911164114) *
      r +
      6.657904643501103) /
    (((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 1.8463183175100548e-5) * r +
      0.0007868691311456133) *
      r +
      0.014875361290850615) *
      r +
      0.1369298809227358) *
      r +
      0.599832206555888) *
      r +
      1)
  )
}

const inverseRootOfTwoPi = 1 / Math.sqrt(2 * Math.PI)

/** Up to here the series loses no digits; beyond it the continued fraction needs few terms. */
const seriesUpTo = 3

/**
 * The probability that a standard normal variable is at most `z`, to about 1e-15 relative in the body and in
 * the lower tail: the series of Marsaglia 2004, and the continued fraction of Mills' ratio in the tails.
 */
export function normalProbability(z: number): number {
  if (z > seriesUpTo) return 1 - lowerTail(-z)
  if (z < -seriesUpTo) return lowerTail(z)
  let term = z
  let sum = z
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd
    sum += term
  }
  return 0.5 + sum * inverseRootOfTwoPi * Math.exp(-0.5 * z * z)
}

/** The probability at which a normal score is drawn: that of the score, kept off 0 and 1. */
export const drawnProbability = (score: number): number =>
  Math.min(highestProbability, Math.max(lowestProbability, normalProbability(score)))

function lowerTail(z: number): number {
  const x = -z
  if (x > 40) return 0
  let fraction = x
  for (let term = 90; term >= 1; term--) fraction = x + term / fraction
  return (inverseRootOfTwoPi * Math.exp(-0.5 * x * x)) / fraction
}
