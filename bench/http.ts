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

/** A search over 1,024 devices, and how long others wait for /livez meanwhile, in milliseconds. */
async function planBenchmark({ url }: Server): Promise<Comparison[]> {
  const body = JSON.stringify({
    ...{ model: { id: 'llama-3.1-405b' }, accelerator: { id: 'h100-sxm-80gb' } },
    ...{ maximumDevices: 1024, sequence: 8192, tokens: 1e12 },
  })
  const searches: number[] = []
  const waits: number[] = []
  for (let round = 0; round < 5; round++) {
    let searching = true
    const start = performance.now()
    const search = fetch(`${url}/v1/plans`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
    }).then(async answer => {
      await answer.text()
      searching = false
      searches.push(performance.now() - start)
      if (!answer.ok) throw new Error(`A search was answered with ${answer.status}.`)
    })
    while (searching) {
      const asked = performance.now()
      await (await fetch(`${url}/livez`)).text()
      waits.push(performance.now() - asked)
    }
    await search
  }
  const [search, wait] = [median(searches), median(waits)]
  return [
    {
      name: 'POST /v1/plans over up to 1,024 devices, ms (other: the goal)',
      ...{ ours: search, other: 2_000, ratio: search / 2_000 },
      ...{ goal: 'under 2 s', holds: search < 2_000 },
    },
    {
      name: 'GET /livez while it searches, ms (other: the goal)',
      ...{ ours: wait, other: 50, ratio: wait / 50, goal: 'under 50 ms', holds: wait < 50 },
    },
  ]
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
    const plans = await planBenchmark(service)
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
      ...plans,
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
