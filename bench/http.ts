import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import autocannon from 'autocannon'
import { type Comparison, median } from './measure.ts'

const path = '/v1/estimates/training'

/** Bodies that differ from request to request, so that no answer can come from a cache. */
const bodies = Array.from({ length: 500 }, (_, index) =>
  JSON.stringify({
    model: { id: 'gpt-3-175b' },
    trainingFlop: 3.14e23 * (1 + index / 1000),
    accelerator: { id: 'v100-sxm2-32gb' },
    precision: 'fp16',
    throughput: { flopPerSecond: 28e12 + index * 1e9 },
    devices: 1000 + index,
    price: { perDeviceHour: 3.06 + index / 1000, currency: 'USD' },
  }),
)

interface Server {
  readonly url: string
  readonly process: ChildProcess
}

async function serve(which: 'ours' | 'bare', answer = '{}'): Promise<Server> {
  const child = fork(new URL('http-server.ts', import.meta.url), [which], {
    env: { ...process.env, BENCH_ANSWER: answer },
  })
  const [url] = (await once(child, 'message')) as [string]
  return { url, process: child }
}

async function requestsPerSecond({ url }: Server, seconds: number): Promise<number> {
  const result = await autocannon({
    url,
    connections: 16,
    duration: seconds,
    requests: bodies.map(body => ({
      method: 'POST',
      path,
      body,
      headers: { 'content-type': 'application/json' },
    })),
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were refused, ${result.errors} failed.`)
  return result.requests.average
}

/** Requests a second of a training estimate beside a bare route, both over real sockets, in alternation. */
export async function httpBenchmarks({
  rounds,
  seconds,
}: {
  rounds: number
  seconds: number
}): Promise<Comparison[]> {
  const service = await serve('ours')
  const answer = await fetch(service.url + path, {
    method: 'POST',
    body: bodies[0] ?? '',
    headers: { 'content-type': 'application/json' },
  })
  const bare = await serve('bare', await answer.text())
  try {
    await requestsPerSecond(service, seconds)
    await requestsPerSecond(bare, seconds)
    const ours: number[] = []
    const other: number[] = []
    for (let round = 0; round < rounds; round++) {
      ours.push(await requestsPerSecond(service, seconds))
      other.push(await requestsPerSecond(bare, seconds))
    }
    const ratio = median(ours.map((rate, round) => rate / (other[round] ?? Number.NaN)))
    return [
      {
        name: 'POST /v1/estimates/training, requests a second (other: bare Fastify route, same bodies, answer of the same size)',
        ours: median(ours),
        other: median(other),
        ratio,
        goal: 'at least 0.6 of the bare route',
        holds: ratio >= 0.6,
      },
    ]
  } finally {
    for (const each of [service, bare]) {
      each.process.kill('SIGTERM')
      await once(each.process, 'exit')
    }
  }
}
