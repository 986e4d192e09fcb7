/** Coefficients of the Stirling series, B(2k) / (2k · (2k − 1)). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156] as const
/** From here the series above is exact to 1e-16. */
export const stirlingFrom = 12
export const halfLogOfTwoPi = 0.5 * Math.log(2 * Math.PI)

/** The part of ln Γ(x) beyond (x − ½) ln x − x + ½ ln 2π, for x of at least 12. */
export function stirlingRest(x: number): number {
  let power = 1 / x
  let rest = 0
  for (const coefficient of stirling) {
    rest += coefficient * power
    power /= x * x
  }
  return rest
}

/** ln Γ(x) for x > 0: the Stirling series, after the recurrence has brought x to 12. */
export function logGamma(x: number): number {
  let shifted = x
  let product = 1
  while (shifted < stirlingFrom) product *= shifted++
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + halfLogOfTwoPi + stirlingRest(shifted) - Math.log(product)
  )
}
