import { parseArgs } from 'node:util'
import { keepFindings } from './corpus.ts'
import { linesOf, quantile } from './report.ts'
import { fuzz } from './run.ts'
import { startService } from './service.ts'

// `npm run fuzz -- --requests N --seed S`: holds a service to its OpenAPI document. Without `--url` it starts
// one of its own. `--key` sends a key; `--keep` writes what it finds into the corpus, which the tests replay.
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '12000' },
    seed: { type: 'string' },
    url: { type: 'string' },
    key: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})

/** Slowest that 99 % of the answers may be, in ms. */
const slowest = 1_000

const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const requests = Number(values.requests)
if (!Number.isInteger(seed) || !(requests > 0))
  throw new Error('--seed is a whole number, --requests a positive one.')
console.log(`seed ${seed}`)
const own = values.url === undefined ? await startService() : null
const url = own?.url ?? values.url?.replace(/\/$/, '') ?? ''
// Ctrl-C takes the service's PostgreSQL and its files away too.
process.once('SIGINT', () => void own?.close().finally(() => process.exit(130)))
const start = performance.now()
const session = await fuzz({
  url,
  requests,
  seed,
  ...(values.key !== undefined && { key: values.key }),
  onPhase: name => console.log(`${((performance.now() - start) / 1_000).toFixed(0).padStart(5)} s  ${name}`),
})
for (const line of linesOf(session)) console.log(line)
console.log(`${((performance.now() - start) / 1_000).toFixed(0)} s`)
if (values.keep) keepFindings(session)
if (session.findings.size > 0 || quantile(session, 0.99) > slowest) process.exitCode = 1
await own?.close()
