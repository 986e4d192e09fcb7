import { Agent, request as send } from 'node:http'
import type { FuzzRequest } from './requests.ts'

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
  /** From sending to the last byte, in milliseconds. */
  readonly took: number
}

/** Longest that an answer is waited for; one that takes so long is a defect already. */
const patience = 30_000

/** Sends requests over kept connections, as they are: nothing is normalised on the way. */
export function openClient(url: string, key: string | null) {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` }
  const once = (method: string, target: string, headers: FuzzRequest['headers'], body: FuzzRequest['body']) =>
    new Promise<Answer>((resolve, reject) => {
      const start = performance.now()
      const length = body === null ? {} : { 'content-length': Buffer.byteLength(body) }
      const request = send(
        {
          agent,
          hostname,
          port,
          method,
          path: target,
          headers: { ...authorization, ...length, ...headers },
          timeout: patience,
        },
        answer => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('error', reject)
          answer.on('end', () => {
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: Buffer.concat(chunks).toString(),
              took: performance.now() - start,
            })
          })
        },
      )
      request.on('timeout', () => request.destroy(new Error(`no answer within ${patience} ms`)))
      request.on('error', reject)
      request.end(body ?? undefined)
    })
  return {
    /** Sends once more when a kept connection turns out to be closed: an upload that was refused closes it. */
    send: async (
      method: string,
      { target, headers, body }: Omit<FuzzRequest, 'operation'>,
    ): Promise<Answer> => {
      try {
        return await once(method, target, headers, body)
      } catch (error) {
        if (!/ECONNRESET|EPIPE|socket hang up/.test(String(error))) throw error
        return once(method, target, headers, body)
      }
    },
    close: () => agent.destroy(),
  }
}

export type Client = ReturnType<typeof openClient>
