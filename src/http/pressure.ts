/** Whether a process is behind with its work. */
export interface Pressure {
  readonly isHigh: () => boolean
  readonly close: () => void
}

/** How often the event loop is asked whether it is late, in ms. */
const every = 250

/** Share of the latest answer in the mean. */
const weight = 0.2

/** What one answer counts at most, in limits: a single long calculation then stays far from the limit itself. */
const mostOfOne = 2

/** Watches the event loop: pressure is high while it answers later than `most` ms on average; 0 never is. */
export function watchPressure(most: number): Pressure {
  if (most === 0) return { isHigh: () => false, close: () => {} }
  let mean = 0
  let timer: NodeJS.Timeout
  const ask = () => {
    const due = performance.now() + every
    timer = setTimeout(() => {
      const late = Math.min(performance.now() - due, mostOfOne * most)
      mean += (late - mean) * weight
      ask()
    }, every)
    timer.unref()
  }
  ask()
  return { isHigh: () => mean > most, close: () => clearTimeout(timer) }
}
