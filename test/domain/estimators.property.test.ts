import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { digest } from '../../src/digest.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { type AnswerTable, type Estimate, estimate } from '../../src/domain/estimate.ts'
import { type EstimatorId, estimatorIds, estimatorOf } from '../../src/domain/estimators.ts'
import type { ExplainedQuantity } from '../../src/domain/sheet/evaluate.ts'
import { convert } from '../../src/domain/units.ts'
import { validBodies } from '../contract/fuzz/bodies.ts'
import { type Document, type Operation, readContract } from '../contract/fuzz/contract.ts'
import { replaceAt, valueAt } from '../contract/fuzz/locations.ts'
import { isObject, type Json } from '../contract/fuzz/schema.ts'
import { type Becomes, laws, sums } from '../support/estimator-laws.ts'
import { lookupOfFiles } from '../support/lookup.ts'
import { propertyRuns as numRuns } from '../support/property-runs.ts'

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

const lookup = lookupOfFiles()

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
const signed = /(^|\.)(growth|cagr|rate|offset|\w+Growth|efficiencyGain|servingMargin|grossMargin)(\.|$)/

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
  /** Random requests that are answered, a good part of those that the schema lets in, with their answers. */
  let sample: readonly (readonly [answer: Estimate, request: Json])[]
  beforeAll(() => {
    sample = fc.sample(requests, { numRuns, seed }).flatMap(request => {
      const answer = tried(id, request)
      return answer === null ? [] : [[answer, request as Json] as const]
    })
    expect(sample.length).toBeGreaterThan(numRuns / 20)
  })
  const hold = (property: (answer: Estimate, request: Json) => void) => {
    for (const [answer, request] of sample) {
      try {
        property(answer, request)
      } catch (cause) {
        throw new Error(`${(cause as Error).message} for ${JSON.stringify(request)}`, { cause })
      }
    }
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
      expect(numbersOf(tried(id, reordered(request)))).toBe(numbersOf(answer))
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

  it.each(sums[id])('has $total as the sum of its parts', ({ total, parts }) => {
    let applied = 0
    hold(({ trace = [] }) => {
      const whole = trace.find(each => each.id === total)
      const of = trace.filter(each => parts.test(each.id) && each.id !== total)
      if (whole === undefined || of.length === 0) return
      applied += 1
      const sum = of.reduce((so, { value, unit }) => so + convert(value, unit, whole.unit), 0)
      const largest = Math.max(...of.map(({ value, unit }) => Math.abs(convert(value, unit, whole.unit))))
      expect(Math.abs(sum - whole.value)).toBeLessThanOrEqual(1e-12 * of.length * largest)
    })
    expect(applied).toBeGreaterThan(numRuns / 100)
  })

  it.each(laws[id])(
    'becomes $becomes in $quantity when $doubled doubles',
    ({ doubled, quantity, becomes }) => {
      let applied = 0
      hold(({ trace = [] }, request) => {
        const value = valueAt(request, doubled)
        const before = trace.find(each => each.id === quantity)?.value
        // Twice what shrinks shrinks faster: a growth below 0 has no law of this kind.
        if (typeof value !== 'number' || value < 0 || before === undefined) return
        const changed = replaceAt(request, doubled, 2 * value)
        if (operation.body?.isValid(changed) !== true) return
        const after = tried(id, changed)?.trace?.find(each => each.id === quantity)?.value
        if (after === undefined) return
        applied += 1
        expect(breach(becomes, before, after), `${quantity}: ${before}, then ${after}`).toBeLessThanOrEqual(0)
      })
      expect(applied).toBeGreaterThan(numRuns / 100)
    },
  )
})

/** By how much a quantity misses what it must become, beyond rounding; numbers next to 0 have few digits. */
function breach(becomes: Becomes, before: number, after: number): number {
  const slack = 2e-9 * Math.abs(before) + 1e-300
  switch (becomes) {
    case 'twice':
      return Math.abs(after - 2 * before) - slack
    case 'half':
      return Math.abs(after - before / 2) - slack
    case 'the same':
      return Math.abs(after - before) - slack
    case 'no less':
      return before - after - slack
    case 'no more':
      return after - before - slack
  }
}
