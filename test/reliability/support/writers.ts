import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Entry, Outcome } from './history.ts'
import { type Answer, codeOf, send, simulation, training } from './requests.ts'

/** Writers at work, and what they have seen. */
export interface Writers {
  readonly history: Entry[]
  /** Every answer in the order it came. */
  readonly answers: { readonly at: number; readonly status: number; readonly body: string }[]
  /** Lets every writer finish its request, then resolves. */
  readonly stop: () => Promise<void>
}

/** Pause between two requests of a writer, in ms: the machine has other things to do than to be written to. */
const pause = 20

/**
 * Starts writers that create scenarios, change them, read them after each and start runs of them at the address that
 * `url` gives, and keep a history of all they sent. A request that cannot be sent at all has failed; one without an answer, or answered with
 * 5xx, may have been done: the connection to the database may break after COMMIT.
 */
export function startWriters(howMany: number, url: () => string): Writers {
  const history: Entry[] = []
  const answers: { at: number; status: number; body: string }[] = []
  const agent = new Agent({ keepAlive: true })
  let stopped = false

  const attempt = async (
    entry: Omit<Entry, 'outcome'>,
    method: string,
    path: string,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<Answer | null> => {
    let outcome: Outcome = 'unknown'
    let run: string | undefined
    let answer: Answer | null = null
    try {
      answer = await send(`${url()}${path}`, { method, body, headers, agent })
      answers.push({ at: performance.now(), status: answer.status, body: answer.body })
      outcome = answer.status < 300 ? 'ok' : answer.status < 500 ? 'fail' : 'unknown'
      if (entry.what === 'run' && outcome === 'ok') run = (JSON.parse(answer.body) as { id: string }).id
    } catch (error) {
      if (codeOf(error) === 'ECONNREFUSED') outcome = 'fail'
    }
    history.push({ ...entry, outcome, ...(run === undefined ? {} : { run }) })
    return answer
  }

  const read = async (scenario: string): Promise<void> => {
    try {
      const answer = await send(`${url()}/v1/scenarios/${scenario}`, { agent })
      answers.push({ at: performance.now(), status: answer.status, body: answer.body })
      if (answer.status !== 200 && answer.status !== 404) return
      const { description = '' } = JSON.parse(answer.body) as { description?: string }
      history.push({
        what: 'read',
        scenario,
        marker: answer.status === 200 ? description : '',
        outcome: 'ok',
      })
    } catch {
      // Nothing was seen.
    }
  }

  const write = async (writer: number): Promise<void> => {
    for (let turn = 0; !stopped; turn++) {
      const scenario = `w${writer}-${turn}-${randomBytes(4).toString('hex')}`
      const marker = (step: string) => `${scenario}-${step}`
      const created = marker('c')
      const first = await attempt({ what: 'create', scenario, marker: created }, 'POST', '/v1/scenarios', {
        ...training,
        name: scenario,
        description: created,
      })
      await sleep(pause)
      await read(scenario)
      if (first?.status !== 201) continue
      const path = `/v1/scenarios/${scenario}`
      const changed = marker('p')
      const merge = { 'content-type': 'application/merge-patch+json', 'if-match': String(first.headers.etag) }
      await attempt(
        { what: 'patch', scenario, marker: changed },
        'PATCH',
        path,
        { description: changed },
        merge,
      )
      await read(scenario)
      await sleep(pause)
      const seed = marker('r')
      const key = { 'idempotency-key': seed }
      await attempt({ what: 'run', scenario, marker: seed }, 'POST', `${path}/runs`, simulation(seed), key)
      await sleep(pause)
    }
  }
  const writing = Array.from({ length: howMany }, (_, index) => write(index))
  return {
    history,
    answers,
    stop: async () => {
      stopped = true
      await Promise.all(writing)
      agent.destroy()
    },
  }
}
