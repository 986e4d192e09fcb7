import { openClient } from './client.ts'
import { fetchContract } from './contract.ts'
import { bytes } from './phases/bytes.ts'
import { coverage } from './phases/coverage.ts'
import { examples } from './phases/examples.ts'
import { unsupportedMethods } from './phases/methods.ts'
import { negative, positive } from './phases/random.ts'
import { special } from './phases/special.ts'
import { stateful } from './phases/stateful.ts'
import { makeScratch } from './resources.ts'
import { Session } from './session.ts'

/** What to fuzz, and how much. */
export interface FuzzOptions {
  readonly url: string
  readonly requests: number
  readonly seed: number
  /** A key of the service, where it wants one. */
  readonly key?: string
  /** Told before each phase. */
  readonly onPhase?: (name: string) => void
}

/** The phases in order, each with its share of what the fixed ones leave. */
const phases = [
  { name: 'examples', share: 0, work: examples },
  { name: 'methods', share: 0, work: unsupportedMethods },
  { name: 'coverage', share: 0.25, work: coverage },
  { name: 'special', share: 0.2, work: special },
  { name: 'negative', share: 0.2, work: negative },
  { name: 'bytes', share: 0.1, work: bytes },
  { name: 'stateful', share: 0.05, work: stateful },
  // Whatever the others left over goes here.
  { name: 'positive', share: 0.2, work: positive },
] as const

/** Sends about so many requests to a service, and gives what was sent and found. */
export async function fuzz({ url, requests, seed, key, onPhase = () => {} }: FuzzOptions): Promise<Session> {
  const contract = await fetchContract(url)
  const client = openClient(url, key ?? null)
  const session = new Session(contract, client, url, seed)
  try {
    await makeScratch(session, `scratch-${seed}-${Date.now().toString(36)}`)
    let left = 1
    for (const { name, share, work } of phases) {
      onPhase(name)
      const budget = Math.ceil(((requests - session.sent) * share) / left)
      await work(session, Math.max(0, budget))
      left -= share
      await stillAnswers(session, name)
    }
  } finally {
    client.close()
  }
  return session
}

/** After each phase the service must answer as if nothing had been. */
async function stillAnswers(session: Session, phase: string): Promise<void> {
  const operation = session.contract.operations.find(
    ({ method, path }) => method === 'GET' && !path.includes('{'),
  )
  if (operation === undefined) return
  const request = { operation, target: operation.path, headers: {}, body: null }
  await session.exchange(`after ${phase}`, request, { kind: 'status', status: 200 })
}
