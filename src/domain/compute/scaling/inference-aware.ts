/**
 * Parameters at which reaching a loss and then processing `inferenceTokens` is cheapest: the minimum of
 * `6·N·D + k·2·N·I` over N, with D what the law `E + A/N^α + B/D^β` takes to reach the loss. NaN when the loss is
 * not above the floor.
 *
 * Let x be the share of `loss − E` that parameters make up. Where the cost is lowest,
 * `6·D·(α/β)·x/(1−x) = 6·D + 2·k·I`; the difference of the two sides rises with x, so bisection finds the one
 * place. It searches over ln(x / (1 − x)), which keeps its precision when training data is nearly all that counts.
 */
export function inferenceAwareParameters(
  loss: number,
  floor: number,
  a: number,
  alpha: number,
  b: number,
  beta: number,
  inferenceTokens: number,
  costRatio: number,
): number {
  const reducible = loss - floor
  if (!(reducible > 0)) return Number.NaN
  const excess = (odds: number): number => {
    const tokens = (b / (reducible / (1 + odds))) ** (1 / beta)
    return 6 * tokens * ((alpha / beta) * odds - 1) - 2 * costRatio * inferenceTokens
  }
  // Without inference the two sides meet at x = β / (α + β), which is the compute optimum; inference moves x up.
  let low = Math.log(beta / alpha)
  let high = low + 1
  while (excess(Math.exp(high)) < 0) high += 1
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2
    if (excess(Math.exp(middle)) < 0) low = middle
    else high = middle
  }
  const odds = Math.exp((low + high) / 2)
  return (a / (reducible * (odds / (1 + odds)))) ** (1 / alpha)
}
