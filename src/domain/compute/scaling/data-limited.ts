/**
 * What repeats or an excess still add: `limit` full units and then ever less, to `limit · (1 + scale)` at most.
 */
const worn = (amount: number, limit: number, scale: number): number =>
  amount <= limit ? amount : limit + limit * scale * -Math.expm1(-(amount / limit - 1) / scale)

const goldenRatio = (Math.sqrt(5) - 1) / 2

/**
 * Parameters that a compute budget is best spent on when only `unique` distinct tokens exist: the minimum over N of
 * `A/N'^α + B/D'^β`, with N' and D' worn by excess and by repeats. `useful` is what one pass over the distinct
 * tokens is best trained with.
 *
 * The loss is scanned on a grid a quarter of a decade apart, which brackets the minimum, and then narrowed by
 * golden sections to 1e-8 of N, below which the loss no longer changes in double precision.
 */
export function dataLimitedParameters(
  flop: number,
  unique: number,
  useful: number,
  a: number,
  alpha: number,
  b: number,
  beta: number,
  parameterScale: number,
  tokenScale: number,
): number {
  const loss = (logN: number): number => {
    const n = Math.exp(logN)
    const parameters = worn(n, useful, parameterScale)
    const tokens = worn(flop / (6 * n), unique, tokenScale)
    return a / parameters ** alpha + b / tokens ** beta
  }
  // From one parameter to one token.
  const from = 0
  const to = Math.max(Math.log(flop / 6), 1)
  const steps = Math.max(4, Math.ceil((to - from) / (Math.LN10 / 4)))
  const at = (step: number): number => from + ((to - from) * step) / steps
  let best = 0
  for (let step = 1; step <= steps; step++) if (loss(at(step)) < loss(at(best))) best = step
  let low = at(Math.max(best - 1, 0))
  let high = at(Math.min(best + 1, steps))
  while (high - low > 1e-8) {
    const left = high - goldenRatio * (high - low)
    const right = low + goldenRatio * (high - low)
    if (loss(left) < loss(right)) high = right
    else low = left
  }
  return Math.exp((low + high) / 2)
}
