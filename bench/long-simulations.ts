import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RunTask } from '../src/jobs/run-task.ts'
import { openThreads, type Threads } from '../src/jobs/threads.ts'
import { catalogueOfFiles } from '../src/store/catalogue-files.ts'
import { type Comparison, median } from './measure.ts'
import { uncertain } from './simulation.ts'

const task = (parameters: object): RunTask =>
  ({
    kind: 'simulation',
    estimator: 'training',
    inputs: uncertain,
    parameters: { seed: '1', outputs: ['trainingCost'], percentiles: [5, 50, 95], ...parameters },
    lookup: { catalogue: catalogueOfFiles(), datasets: new Map() },
    members: [],
  }) as unknown as RunTask

const watch = {
  signal: new AbortController().signal,
  onProgress: () => {},
  onPart: async () => {},
}

const opened = (ways: number): Threads => openThreads({ answering: 1, runs: 1, ways })

/** A million samples by one thread and by two, in alternation: a run as a worker works it out. */
async function twoThreads(rounds: number): Promise<Comparison> {
  const [one, two] = [opened(1), opened(2)]
  const asked = task({ samples: 2 ** 20, histogramBins: 0 })
  const timed = async (threads: Threads): Promise<number> => {
    const start = performance.now()
    await threads.run(asked, watch)
    return performance.now() - start
  }
  try {
    for (let warming = 0; warming < 3; warming++) for (const threads of [one, two]) await timed(threads)
    const times: (readonly [number, number])[] = []
    for (let round = 0; round < rounds; round++) times.push([await timed(one), await timed(two)])
    const ratio = median(times.map(([alone, shared]) => alone / shared))
    return {
      name: 'the same model, 1048576 samples as a run, ms by two threads (other: by one)',
      ours: median(times.map(([, shared]) => shared)),
      other: median(times.map(([alone]) => alone)),
      ratio: 1 / ratio,
      goal: 'at most 1/1.6 of one thread',
      holds: ratio >= 1.6,
    }
  } finally {
    await Promise.all([one.close(), two.close()])
  }
}

/** The most memory that a process takes that simulates in a run and does nothing else. */
function memory(samples: number): Comparison {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), String(samples)],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  const { megabytes, seconds } = JSON.parse(stdout) as { megabytes: number; seconds: number }
  return {
    name: `the same model, ${samples} samples as a run, MB at most, in ${seconds.toFixed(0)} s (other: the bound)`,
    ours: megabytes,
    other: 500,
    ratio: megabytes / 500,
    goal: 'under 500 MB',
    holds: megabytes < 500,
  }
}

export async function longSimulationBenchmarks({
  rounds,
  samples,
}: {
  readonly rounds: number
  readonly samples: number
}): Promise<Comparison[]> {
  return [await twoThreads(rounds), memory(samples)]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const threads = opened(2)
  const start = performance.now()
  await threads.run(task({ samples: Number(process.argv[2]), sampling: 'monte-carlo' }), watch)
  const seconds = (performance.now() - start) / 1_000
  console.log(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1_024, seconds }))
  await threads.close()
}
