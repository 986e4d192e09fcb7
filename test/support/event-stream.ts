import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { onTestFinished } from 'vitest'

/** A server-sent event. */
export interface SentEvent {
  readonly id: string
  readonly data: { readonly status: string; readonly progress: number; readonly version: number }
}

/** A stream of events over a socket of its own. */
export interface EventStream {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Everything that has come so far, as it came. */
  readonly text: () => string
  readonly events: () => SentEvent[]
  /** Resolves once the server has closed the stream. */
  readonly ended: Promise<void>
  readonly leave: () => void
}

/** Opens a stream and waits for the head of the answer. */
export async function openEvents(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const sent = request(url, { headers, agent: false })
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject).end()
  })
  let text = ''
  answer.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  answer.on('error', () => {})
  onTestFinished(() => {
    sent.destroy()
  })
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text: () => text,
    events: () =>
      [...text.matchAll(/^id: (.*)\ndata: (.*)\n\n/gm)].map(([, id = '', data = '']) => ({
        id,
        data: JSON.parse(data) as SentEvent['data'],
      })),
    ended: new Promise(resolve => answer.once('close', resolve)),
    leave: () => sent.destroy(),
  }
}
