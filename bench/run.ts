import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { accuracyBenchmarks } from './accuracy.ts'
import { estimateBenchmarks } from './estimates.ts'
import { httpBenchmarks } from './http.ts'
import { latencyBenchmarks } from './latency.ts'
import { longSimulationBenchmarks } from './long-simulations.ts'
import { marketBenchmarks } from './market.ts'
import type { Comparison } from './measure.ts'
import { planBenchmarks } from './plans.ts'
import { sheetBenchmarks } from './sheet.ts'
import { simulationBenchmarks } from './simulation.ts'

// `npm run bench`: every side-by-side comparison. `-- --json FILE` writes them, `-- --short` is for CI.
const { values } = parseArgs({
  options: { json: { type: 'string' }, short: { type: 'boolean', default: false } },
})

const comparisons: Comparison[] = [
  ...sheetBenchmarks(),
  ...marketBenchmarks(),
  ...estimateBenchmarks(),
  ...planBenchmarks(),
  ...(await simulationBenchmarks()),
  ...(await longSimulationBenchmarks(
    values.short ? { rounds: 3, samples: 8_000_000 } : { rounds: 12, samples: 100_000_000 },
  )),
  ...accuracyBenchmarks(),
  ...(await httpBenchmarks(values.short ? { rounds: 3, seconds: 2 } : { rounds: 8, seconds: 5 })),
  ...(await latencyBenchmarks(values.short ? { rounds: 3, seconds: 3 } : { rounds: 8, seconds: 10 })),
]
for (const { name, ours, other, ratio, goal, holds } of comparisons) {
  console.log(
    `${holds ? 'holds' : 'FAILS'}  ${name}: ${ours.toPrecision(4)} to ${other.toPrecision(4)}, ratio ${ratio.toPrecision(3)} (${goal})`,
  )
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(comparisons, null, 2)}\n`)
// By hand, the comparisons with a time of their own must hold. A short run beside other work only shows them.
if (!values.short && comparisons.some(({ holds, goal }) => !holds && goal.includes('µs'))) {
  process.exitCode = 1
}
