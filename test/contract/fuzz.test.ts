import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'
import { type Defect, startSmallService } from '../support/small-service.ts'
import { violationsOf } from './fuzz/checks.ts'
import { openClient } from './fuzz/client.ts'
import { fetchContract } from './fuzz/contract.ts'
import { readCorpus } from './fuzz/corpus.ts'
import { fuzz } from './fuzz/run.ts'

// A machine that is busy with other tests is no defect: nothing is refused for being late.
const service = useService({ limits: { eventLoopDelay: 0 } })

/** What has been found once must stay away. */
describe('the corpus of requests that showed a defect', () => {
  it.each(readCorpus())('$file', async ({ kept }) => {
    const contract = await fetchContract(service.url)
    const operation = contract.operations.find(({ id }) => id === kept.operation)
    if (operation === undefined) throw new Error(`There is no operation ${kept.operation}.`)
    const client = openClient(service.url, null)
    const { target, headers, expectation } = kept
    const body = kept.encoding === 'base64' ? Buffer.from(kept.body ?? '', 'base64') : kept.body
    const answer = await client.send(operation.method, { target, headers, body })
    client.close()
    expect(violationsOf({ operation, target, headers, body }, answer, expectation)).toEqual([])
  })
})

/** The checks that must find each defect; others may find it too. */
const findings: Readonly<Record<Defect, string>> = {
  'fails at a boundary': 'server-error',
  'accepts too much': 'invalid-accepted',
  'refuses a boundary': 'valid-refused',
  'points elsewhere': 'pointer',
  'answers in another type': 'content-type',
  'answers what its schema forbids': 'answer-schema',
  'answers an undocumented status': 'undocumented-status',
  'sends an undocumented header': 'undocumented-header',
  'takes an undocumented method': 'unsupported-method',
  'allows the wrong methods': 'allow',
  'shows its inside': 'internals',
  'breaks off': 'no-answer',
}

describe('the fuzzer', () => {
  const checksOf = async (defect: Defect | null, seed: number) => {
    const small = await startSmallService(defect)
    const session = await fuzz({ url: small.url, requests: 600, seed })
    await small.close()
    return [...session.findings.values()].map(({ violation }) => violation.check)
  }

  it('finds nothing in a service that does what its document says', async () => {
    expect(await checksOf(null, 1)).toEqual([])
  })

  it.each(Object.entries(findings))('finds a service that %s', async (defect, check) => {
    expect(await checksOf(defect as Defect, 1)).toContain(check)
  })

  it('sends the same for the same seed', async () => {
    const small = await startSmallService(null)
    const counts = await Promise.all(
      [7, 7].map(async seed => (await fuzz({ url: small.url, requests: 600, seed })).statuses),
    )
    await small.close()
    expect(counts[0]).toEqual(counts[1])
  })
})
