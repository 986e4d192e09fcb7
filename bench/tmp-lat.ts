import { latencyBenchmarks } from './latency.ts'

console.log(JSON.stringify(await latencyBenchmarks({ rounds: 5, seconds: 6 })))
