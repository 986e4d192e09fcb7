import { type Config, isAuthenticated } from './config.ts'
import type { Limits } from './http/deps.ts'

/** Units a minute by default: a thousand a second, which one process hardly answers. */
const unitsOfKey = 60_000
/** Without authentication there is one user, and the limit only ends what runs wild. */
const unitsOfEverybody = 6_000_000

/** The limits that a configuration asks for. */
export function limitsOf(config: Config): Limits {
  return {
    unitsPerMinute: config.RATE_LIMIT ?? (isAuthenticated(config) ? unitsOfKey : unitsOfEverybody),
    eventLoopDelay: config.MAX_EVENT_LOOP_DELAY,
    proxies: config.TRUST_PROXY.split(',')
      .map(each => each.trim())
      .filter(Boolean),
  }
}
