import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { digest } from '../../src/digest.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { type AnswerTable, type Estimate, estimate, type Lookup } from '../../src/domain/estimate.ts'
import { type EstimatorId, estimatorIds, estimatorOf } from '../../src/domain/estimators.ts'
import type { ExplainedQuantity } from '../../src/domain/sheet/evaluate.ts'
import { convert } from '../../src/domain/units.ts'
import { validBodies } from '../contract/fuzz/bodies.ts'
import { type Document, type Operation, readContract } from '../contract/fuzz/contract.ts'
import { replaceAt, valueAt } from '../contract/fuzz/locations.ts'
import { isObject, type Json } from '../contract/fuzz/schema.ts'
import { useService } from '../support/service.ts'

/** Requests that each property is held against, as many again as the schema lets in. */
const numRuns = 1_000
const seed = 20_261_125

const document = JSON.parse(
  readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'),
) as Document
const contract = readContract(document)
const operationOf = (id: EstimatorId): Operation => {
  const found = contract.operations.find(({ path }) => path === `/v1/estimates/${id}`)
  if (found === undefined) throw new Error(`There is no operation of ${id}.`)
  return found
}

const service = useService({ worker: false })
let lookup: Lookup
beforeAll(async () => {
  const { catalogue, store } = service.installation
  const examples = estimatorIds.flatMap(id =>
    (operationOf(id).body?.examples ?? []).flatMap(example => estimatorOf(id).needs(example)),
  )
  const viewer = { workspaceId: 'public', mayWritePublic: false }
  lookup = { catalogue: catalogue(), datasets: await store.documents.datasets(viewer, examples) }
})

/** The estimate of a request; null where the estimator refuses it. Anything else that is thrown is a defect. */
function tried(id: EstimatorId, request: unknown): Estimate | null {
  try {
    return estimate(estimatorOf(id), request, lookup, { digest, trace: true })
  } catch (error) {
    if (error instanceof DomainError) return null
    throw error
  }
}

/** Quantities that may be below 0: how fast something grows where it shrinks, from when on, and what is left of a revenue. */
const signed = /(^|\.)(growth|cagr|rate|offset|\w+Growth|efficiencyGain|servingMargin)(\.|$)/

/** What must become of a quantity when a number of the request doubles. */
interface Law {
  readonly doubled: string
  readonly quantity: string
  readonly becomes: 'twice' | 'no less' | 'no more'
}

const laws: Readonly<Record<EstimatorId, readonly Law[]>> = {
  training: [
    { doubled: '/price/perDeviceHour', quantity: 'trainingCost', becomes: 'twice' },
    { doubled: '/trainingFlop', quantity: 'deviceDays', becomes: 'twice' },
    { doubled: '/tokens', quantity: 'trainingFlop', becomes: 'twice' },
  ],
  architecture: [
    { doubled: '/sequence', quantity: 'conventions.causal.forward', becomes: 'no less' },
    { doubled: '/sequence', quantity: 'activeParameters', becomes: 'no less' },
  ],
  memory: [
    { doubled: '/serving/concurrency', quantity: 'kvCacheBytes', becomes: 'no less' },
    { doubled: '/training/layout/sequence', quantity: 'activationBytes', becomes: 'no less' },
  ],
  serving: [
    { doubled: '/price/perDeviceHour', quantity: 'costPerMillionOutputTokens', becomes: 'twice' },
    { doubled: '/purchase/perDevice', quantity: 'hardwareCost', becomes: 'twice' },
    { doubled: '/bytesPerParameter', quantity: 'weightBytes', becomes: 'twice' },
  ],
  scaling: [
    { doubled: '/trainingFlop', quantity: 'optimalParameters', becomes: 'no less' },
    { doubled: '/trainingFlop', quantity: 'optimalTokens', becomes: 'no less' },
    { doubled: '/trainingFlop', quantity: 'expectedLoss', becomes: 'no more' },
  ],
  image: [
    { doubled: '/steps', quantity: 'flopPerSample', becomes: 'twice' },
    { doubled: '/price/perDeviceHour', quantity: 'costPerSample', becomes: 'twice' },
  ],
  market: [{ doubled: '/segments/0/size/value', quantity: 'total', becomes: 'no less' }],
  demand: [
    { doubled: '/users/value', quantity: 'dailyTokens', becomes: 'no less' },
    { doubled: '/users/value', quantity: 'devices', becomes: 'no less' },
    { doubled: '/server/price/perServer', quantity: 'capitalExpenditure', becomes: 'twice' },
    { doubled: '/price/perDeviceHour', quantity: 'costToServe', becomes: 'twice' },
  ],
}

/** The same request with the members of all its objects in the opposite order. */
function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(reordered)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, each]) => [name, reordered(each)]),
  )
}

/** Every number of an answer with its unit, in the order of the sheet. */
const numbersOf = (answer: Estimate | null): string =>
  JSON.stringify(answer?.trace?.map(({ id, value, unit }) => [id, value, unit]) ?? null)

/** The cells of a table that show another number than the trace has of their quantity. */
function strayCells({ columns, rows }: AnswerTable, trace: readonly ExplainedQuantity[]): string[] {
  const traced = new Map(trace.map(each => [each.id, each]))
  return rows.flatMap(({ values, quantities }) =>
    quantities.filter((quantity, index) => {
      const [cell, unit] = [traced.get(quantity), columns[index]?.unit]
      if (cell === undefined || unit === undefined) return true
      const expected = convert(cell.value, cell.unit, unit)
      return !(Math.abs((values[index] ?? Number.NaN) - expected) <= 1e-12 * Math.abs(expected))
    }),
  )
}

describe.each(estimatorIds)('any estimate of %s', id => {
  const operation = operationOf(id)
  const requests = validBodies(contract, operation).filter(body => operation.body?.isValid(body) === true)
  /** Holds what is answered to random requests; a good part of them must be answered at all. */
  const hold = (property: (answer: Estimate, request: unknown) => void) => {
    let answered = 0
    fc.assert(
      fc.property(requests, request => {
        const answer = tried(id, request)
        if (answer === null) return
        answered += 1
        property(answer, request)
      }),
      { numRuns, seed },
    )
    expect(answered).toBeGreaterThan(numRuns / 10)
  }

  it('is a number, and none below 0 that cannot be', () => {
    hold(({ trace = [] }) => {
      const wrong = trace.filter(
        ({ id: quantity, value }) => !Number.isFinite(value) || (value < 0 && !signed.test(quantity)),
      )
      expect(wrong).toEqual([])
    })
  })

  it('is the same for the same request, and gives the same numbers whatever the order of its members', () => {
    hold((answer, request) => {
      expect(JSON.stringify(tried(id, request))).toBe(JSON.stringify(answer))
      // The hash looks at the names in a request in the order in which they came.
      expect(numbersOf(tried(id, reordered(request as Json)))).toBe(numbersOf(answer))
    })
  })

  it('lies within its interval, and is shown in tables as it is in the trace', () => {
    hold(({ trace = [], results, intervals = {}, tables = {} }) => {
      for (const [quantity, { low, high }] of Object.entries(intervals)) {
        expect(low).toBeLessThanOrEqual(results[quantity]?.value ?? Number.NaN)
        expect(high).toBeGreaterThanOrEqual(results[quantity]?.value ?? Number.NaN)
      }
      for (const table of Object.values(tables)) expect(strayCells(table, trace)).toEqual([])
    })
  })

  it.each(laws[id])(
    'becomes $becomes in $quantity when $doubled doubles',
    ({ doubled, quantity, becomes }) => {
      let applied = 0
      hold(({ trace = [] }, request) => {
        const value = valueAt(request as Json, doubled)
        const before = trace.find(each => each.id === quantity)?.value
        if (typeof value !== 'number' || before === undefined) return
        const changed = replaceAt(request as Json, doubled, 2 * value)
        if (operation.body?.isValid(changed) !== true) return
        const after = tried(id, changed)?.trace?.find(each => each.id === quantity)?.value
        if (after === undefined) return
        applied += 1
        // Beside rounding, numbers next to 0 have few digits.
        const slack = 1e-9 * Math.abs(before) + 1e-300
        if (becomes === 'twice') expect(Math.abs(after - 2 * before)).toBeLessThanOrEqual(2 * slack)
        else if (becomes === 'no less') expect(after).toBeGreaterThanOrEqual(before - slack)
        else expect(after).toBeLessThanOrEqual(before + slack)
      })
      expect(applied).toBeGreaterThan(numRuns / 100)
    },
  )
})
