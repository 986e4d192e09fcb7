import { afterAll, describe, expect, it } from 'vitest'
import { DomainError } from '../../src/domain/errors.ts'
import { type RunTask, workOut } from '../../src/jobs/run-task.ts'
import { openThreads } from '../../src/jobs/threads.ts'
import { catalogueOfFiles } from '../../src/store/catalogue-files.ts'

const inputs = {
  trainingFlop: { lognormal: { p5: 1e23, p95: 9e23 } },
  throughput: { flopPerSecond: { uniform: { low: 28e12, high: 56e12 } } },
  devices: 1_000,
  price: { perDeviceHour: { normal: { mean: 3, sd: 0.3 } }, currency: 'USD' },
}
const task = (parameters: object, asked: object = inputs): RunTask =>
  ({
    kind: 'simulation',
    estimator: 'training',
    inputs: asked,
    parameters,
    lookup: { catalogue: catalogueOfFiles(), datasets: new Map() },
    members: [],
  }) as unknown as RunTask

const opened = [1, 2, 4].map(ways => openThreads({ answering: 1, runs: 1, ways }))
afterAll(() => Promise.all(opened.map(threads => threads.close())))

const watch = (signal = new AbortController().signal, onProgress = (_: number) => {}) => ({
  signal,
  onProgress,
  onPart: async () => {},
})

function alone(asked: RunTask): string {
  const work = workOut(asked)
  for (;;) {
    const step = work.next([])
    if (step.done) return step.value
  }
}

describe('a simulation that threads share', () => {
  it.each([
    ['kept', { samples: 262_144, outputs: ['trainingCost', 'deviceDays'] }],
    ['of independent numbers', { samples: 200_000, sampling: 'monte-carlo', outputs: ['trainingCost'] }],
    [
      'not kept',
      {
        samples: 1_048_576,
        outputs: ['trainingCost', 'deviceDays', 'deviceYears', 'wallClockDays', 'trainingFlop'],
        exceeding: [{ quantity: 'trainingCost', value: 2e7 }],
      },
    ],
  ])(
    'has the same bytes from one, two and four of them: %s',
    async (_, parameters) => {
      const asked = task(parameters)
      const bodies = []
      for (const threads of opened) bodies.push(await threads.run(asked, watch()))
      expect(new Set(bodies).size).toBe(1)
      expect(bodies[0]).toBe(alone(asked))
    },
    240_000,
  )

  it('tells how far it is, never backwards by much, and ends at once when told to', async () => {
    const told: number[] = []
    const ending = new AbortController()
    const run = (opened[1] as (typeof opened)[number]).run(
      task({ samples: 67_108_864, outputs: ['trainingCost'] }),
      watch(ending.signal, progress => {
        told.push(progress)
        if (told.length === 6) ending.abort()
      }),
    )
    await expect(run).rejects.toThrow(/abort/i)
    expect(Math.max(...told)).toBeGreaterThan(0)
    expect(Math.max(...told)).toBeLessThan(0.5)
  }, 60_000)

  it('is refused as a whole where a share meets what cannot be worked out', async () => {
    const wild = {
      ...inputs,
      throughput: { flopPerSecond: { normal: { mean: 1e9, sd: 1e-9 } } },
      trainingFlop: { lognormal: { mean: 700, sd: 30 } },
    }
    const run = (opened[1] as (typeof opened)[number]).run(
      task({ samples: 131_072, outputs: ['trainingCost'] }, wild),
      watch(),
    )
    await expect(run).rejects.toThrow(DomainError)
  }, 60_000)
})
