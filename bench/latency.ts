import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Comparison, median } from './measure.ts'

/** Requests a second, sent by the clock whether or not the ones before have been answered. */
const rate = 50

const estimate = (index: number) => ({
  model: { id: 'gpt-3-175b' },
  trainingFlop: 3.14e23 * (1 + (index % 997) / 1000),
  accelerator: { id: 'v100-sxm2-32gb' },
  precision: 'fp16',
  throughput: { flopPerSecond: 28e12 },
  devices: 1000 + (index % 500),
  price: { perDeviceHour: 3.06, currency: 'USD' },
})

/** Five uncertain inputs. */
const simulationOf = (samples: number) => ({
  kind: 'simulation',
  estimator: 'training',
  inputs: {
    model: { parameters: { lognormal: { p5: 150e9, p95: 200e9 } } },
    tokens: { triangular: { low: 200e9, mode: 300e9, high: 400e9 } },
    accelerator: { id: 'v100-sxm2-32gb' },
    precision: 'fp16',
    throughput: { mfu: { triangular: { low: 0.15, mode: 0.2, high: 0.35 } } },
    price: { perDeviceHour: { lognormal: { p5: 2, p95: 4.5 } } },
    discount: { uniform: { low: 0, high: 0.3 } },
  },
  simulation: { samples, outputs: ['trainingCost'] },
})

/** Samples of a run: four million are drawn in less than a second, so that starts and ends show; the others outlast a round. */
const sizes = [4_194_304, 67_108_864]

/** The service as `npm start` runs it, with a database of its own. */
async function startService(): Promise<{ readonly url: URL; readonly stop: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'reckon-latency-'))
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: '0', DATA_DIR: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    rmSync(directory, { recursive: true, force: true })
  }
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const { health } = JSON.parse(line) as { readonly health?: string }
    if (health === undefined) continue
    child.stdout?.resume()
    return { url: new URL(health), stop }
  }
  throw new Error('The service ended before it was ready.')
}

/** Sends a body and reads the answer; a status that is not expected is thrown. */
function send(url: URL, agent: Agent, method: string, path: string, body?: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, url),
      { method, agent, ...(body && { headers: { 'content-type': 'application/json' } }) },
      answer => {
        let text = ''
        answer.setEncoding('utf8').on('data', piece => {
          text += piece
        })
        answer.on('error', reject).on('end', () => {
          if ((answer.statusCode ?? 500) < 300) resolve(text)
          else reject(new Error(`${method} ${path} was answered with ${answer.statusCode}: ${text}`))
        })
      },
    )
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Milliseconds from when each request was due until its answer was there, of an open loop of so many seconds. */
async function latencies(url: URL, agent: Agent, seconds: number): Promise<number[]> {
  const start = performance.now() + 20
  const answered: Promise<number>[] = []
  for (let index = 0; index < rate * seconds; index++) {
    const due = start + (index * 1_000) / rate
    // A timer comes up to a millisecond late or early; what it is late counts, as for any other reason to wait.
    if (due > performance.now()) await sleep(due - performance.now())
    answered.push(
      send(url, agent, 'POST', '/v1/estimates/training', estimate(index)).then(() => performance.now() - due),
    )
  }
  return Promise.all(answered)
}

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(0.99 * values.length) - 1] ?? Number.NaN

/** Does something while simulations run, one after the other; says how many began. */
async function whileSimulating<T>(
  url: URL,
  agent: Agent,
  samples: number,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly runs: number }> {
  let over = false
  let runs = 0
  const simulating = (async () => {
    while (!over) {
      runs++
      const { id } = JSON.parse(await send(url, agent, 'POST', '/v1/runs', simulationOf(samples))) as {
        id: string
      }
      for (let ended = false; !ended; ) {
        if (over) await send(url, agent, 'DELETE', `/v1/runs/${id}`)
        await sleep(100)
        const { status } = JSON.parse(await send(url, agent, 'GET', `/v1/runs/${id}`)) as { status: string }
        if (status === 'failed') throw new Error(`The simulation ${id} failed.`)
        ended = status !== 'queued' && status !== 'running'
      }
    }
  })()
  // The thread has begun.
  await sleep(500)
  const result = await work()
  over = true
  await simulating
  return { result, runs }
}

/**
 * The 99th percentile of the latency of an estimate while simulations run on one thread, beside that of an idle
 * service: in alternation, all in one run. A ratio is the median of the rounds' own ratios.
 */
export async function latencyBenchmarks({
  rounds,
  seconds,
}: {
  rounds: number
  seconds: number
}): Promise<Comparison[]> {
  const { url, stop } = await startService()
  const agent = new Agent({ keepAlive: true })
  const busyFor = async (samples: number) =>
    (await whileSimulating(url, agent, samples, () => latencies(url, agent, seconds))).result
  try {
    await busyFor(sizes[0] as number)
    const idle: number[] = []
    const busy = sizes.map((): number[] => [])
    for (let round = 0; round < rounds; round++) {
      idle.push(p99(await latencies(url, agent, seconds)))
      for (const [index, samples] of sizes.entries()) busy[index]?.push(p99(await busyFor(samples)))
    }
    return sizes.map((samples, index) => {
      const own = busy[index] as number[]
      const ratio = median(own.map((value, round) => value / (idle[round] ?? Number.NaN)))
      return {
        name: `POST /v1/estimates/training, ${rate} a second in an open loop while runs of ${samples.toLocaleString('en')} samples follow each other: p99, ms (other: idle)`,
        ...{ ours: median(own), other: median(idle), ratio, goal: 'under 2 × idle', holds: ratio < 2 },
      }
    })
  } finally {
    agent.destroy()
    await stop()
  }
}
