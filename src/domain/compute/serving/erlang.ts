/**
 * Erlang's loss probability of `servers` under `load` erlangs, by the recursion that neither overflows nor cancels:
 * B₀ = 1, Bᵢ = A · Bᵢ₋₁ / (i + A · Bᵢ₋₁).
 */
export function erlangB(servers: number, load: number): number {
  let blocked = 1
  for (let server = 1; server <= servers; server++) blocked = (load * blocked) / (server + load * blocked)
  return blocked
}

/** From here on the limit of many servers is within a thousandth of the recursion, and does not grow with them. */
const manyServers = 20_000

/** The standard normal distribution over its density, by a series: Φ(x)/φ(x), for x of at least 0. */
function normalRatio(x: number): number {
  // Φ(x) = 1/2 + φ(x) · (x + x³/3 + x⁵/15 + …)
  let term = x
  let sum = x
  for (let odd = 3; term > 1e-17 * sum; odd += 2) {
    term *= (x * x) / odd
    sum += term
  }
  return sum + Math.sqrt(Math.PI / 2) * Math.exp((x * x) / 2)
}

/**
 * Probability that an arrival must wait (Erlang C, M/M/c); 1 when the load is all that the servers can do, or more. Of
 * many servers by the limit of Halfin and Whitt (1981), 1 / (1 + β · Φ(β)/φ(β)) with β = (c − A) / √A.
 */
export function erlangC(servers: number, load: number): number {
  if (load >= servers) return 1
  if (servers > manyServers) {
    const slack = (servers - load) / Math.sqrt(load)
    return slack > 30 ? 0 : 1 / (1 + slack * normalRatio(slack))
  }
  const blocked = erlangB(servers, load)
  return blocked / (1 - (load / servers) * (1 - blocked))
}

/**
 * Mean seconds of waiting with `servers` places of `service` seconds each at `rate` arrivals a second, for arrivals and
 * services whose squared coefficients of variation are given (Allen and Cunneen's approximation; exact for 1 and 1).
 */
export function meanWait(
  servers: number,
  rate: number,
  service: number,
  arrivalVariation: number,
  serviceVariation: number,
): number {
  const load = rate * service
  if (load >= servers) return Number.POSITIVE_INFINITY
  const wait = (erlangC(servers, load) * service) / (servers - load)
  return (wait * (arrivalVariation + serviceVariation)) / 2
}

/**
 * The fewest copies, of `places` places each, at which the mean wait is at most `longest` seconds. Waiting falls with
 * each copy, so the search doubles and halves.
 */
export function copiesForWait(
  places: number,
  rate: number,
  service: number,
  arrivalVariation: number,
  serviceVariation: number,
  longest: number,
): number {
  const waits = (copies: number): boolean =>
    meanWait(Math.floor(copies * places), rate, service, arrivalVariation, serviceVariation) > longest
  let low = Math.max(0, Math.floor((rate * service) / places) - 1)
  // Beyond 2^53 one copy more is no other number, and the search would not end.
  if (!(low < Number.MAX_SAFE_INTEGER / 4)) return Number.POSITIVE_INFINITY
  let high = Math.max(1, low + 1)
  while (waits(high)) high = low + 2 * (high - low)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (waits(middle)) low = middle
    else high = middle
  }
  return high
}
