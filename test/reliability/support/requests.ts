import { type Agent, request } from 'node:http'
import type { Socket } from 'node:net'

/** An answer, whatever its status. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** When an answer last came on a connection. */
const lastAnswers = new WeakMap<Socket, number>()

/**
 * How long the connection of a failed request had been idle when it was sent, in ms; 0 for one that was new. A server
 * may close what is idle at any time, and its client may then send again what does no harm (RFC 9112, 9.3.1 and 9.6).
 */
export const idleBefore = (error: unknown): number => (error as { idle?: number }).idle ?? 0

/** Sends a request and resolves with the answer; rejects with the error of the connection when there is none. */
export function send(
  url: string,
  options: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: object
    readonly agent?: Agent
    /** Milliseconds of silence after which the connection is given up. */
    readonly timeout?: number
  } = {},
): Promise<Answer> {
  const { method = 'GET', body, agent, timeout = 30_000 } = options
  const content = body === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method, headers: { ...content, ...options.headers }, timeout, ...(agent ? { agent } : {}) },
      incoming => {
        // Given back to the agent at the end, when the answer no longer knows it.
        const { socket } = incoming
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', chunk => {
          text += chunk
        })
        incoming.on('error', reject)
        incoming.on('end', () => {
          lastAnswers.set(socket, performance.now())
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text })
        })
      },
    )
    const began = performance.now()
    outgoing.on('error', error => {
      const last = outgoing.socket === null ? undefined : lastAnswers.get(outgoing.socket)
      reject(last === undefined ? error : Object.assign(error, { idle: began - last }))
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${timeout} ms`)))
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** The code of a connection's error, such as ECONNREFUSED. */
export const codeOf = (error: unknown): string => (error as { code?: string }).code ?? String(error)

/** The smallest value that at least this share of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const training = {
  estimator: 'training',
  inputs: {
    trainingFlop: 3.14e23,
    throughput: { flopPerSecond: { uniform: { low: 28e12, high: 56e12 } } },
    price: { perDeviceHour: { normal: { mean: 3, sd: 0.2 } }, currency: 'USD' },
  },
} as const

/** A simulation that takes a moment, told apart by its seed. */
export const simulation = (seed: string, samples = 1_024) => ({
  kind: 'simulation',
  simulation: { samples, seed, outputs: ['trainingCost'] },
})
