import { describe, expect, it } from 'vitest'
import type { CalibrationProfile } from '../../../../src/domain/compute/calibration/parameter.ts'
import { backtest, profilesOf } from '../../../../src/domain/evidence/backtest/backtest.ts'
import { backtestFamilies } from '../../../../src/domain/evidence/backtest/families.ts'
import {
  type MeasurementRow,
  readMeasurements,
} from '../../../../src/domain/evidence/backtest/read-measurements.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'
import { dataFile } from '../../../support/reference-files.ts'

const catalogue = catalogueOfFiles()
const rows = dataFile<MeasurementRow[]>('measurements.json').filter(({ scored }) => scored !== false)
const profiles = catalogue.resources['calibration-profile'].map(
  ({ document }) => document as unknown as CalibrationProfile,
)
const estimatesOf = (some: readonly unknown[]) =>
  backtest(readMeasurements(some).measurements, catalogue, profilesOf(profiles), [])

describe('an estimate of a measurement', () => {
  const estimated = estimatesOf(rows)

  it('is there for all but three in a hundred', () => {
    expect(rows.length).toBeGreaterThan(1_300)
    expect(estimated.unestimated.length / rows.length).toBeLessThan(0.03)
  })

  it('names what of its setup the publisher did not say', () => {
    const assuming = rows.filter(({ assumed }) => assumed !== undefined)
    expect(assuming.length).toBeGreaterThan(0)
    for (const row of assuming) {
      for (const member of row.assumed as string[]) {
        expect(member).not.toMatch(/^(measured|score)/)
        const [outer = '', inner] = member.split('.')
        const value = inner === undefined ? row[outer] : (row[outer] as Record<string, unknown>)[inner]
        expect(value, `${row.id}: ${member}`).toBeDefined()
      }
    }
  })

  it('sees nothing of what was measured', () => {
    // Every outcome is changed, each by another factor, under the same names of quantities.
    const changed = rows.map((row, index) => ({
      ...row,
      measured: { nothing: index },
      score: { key: row.score?.key, value: (row.score?.value ?? 1) * (2 + (index % 7)) },
    }))
    const again = estimatesOf(changed)
    expect(again.rows.map(({ id, estimated: value }) => [id, value])).toEqual(
      estimated.rows.map(({ id, estimated: value }) => [id, value]),
    )
    expect(again.unestimated).toEqual(estimated.unestimated)
  })

  it('does not depend on the name of a row', () => {
    const renamed = rows.map((row, index) => ({ ...row, id: `row-${index}` }))
    expect(estimatesOf(renamed).rows.map(({ estimated: value }) => value)).toEqual(
      estimated.rows.map(({ estimated: value }) => value),
    )
  })
})

describe('profiles', () => {
  it('are there for each family on all publishers, and without each', () => {
    for (const { id, parameters } of backtestFamilies) {
      const own = profiles.filter(({ family }) => family === id)
      const whole = own.find(({ leftOut }) => leftOut === null)
      expect(whole, id).toBeDefined()
      expect(
        own
          .map(({ leftOut }) => leftOut)
          .filter(Boolean)
          .toSorted(),
        id,
      ).toEqual([...(whole?.groups ?? [])].toSorted())
      for (const { leftOut, groups, values } of own) {
        expect(groups).not.toContain(leftOut)
        expect(Object.keys(values).toSorted(), id).toEqual(parameters.map(each => each.id).toSorted())
      }
    }
  })

  it('name a physical reason and a spread for each constant', () => {
    for (const { parameters } of backtestFamilies) {
      for (const { id, reason, spread, median } of parameters) {
        expect(reason.length, id).toBeGreaterThan(20)
        expect(spread, id).toBeGreaterThan(0)
        expect(median, id).toBeGreaterThan(0)
      }
    }
  })
})
