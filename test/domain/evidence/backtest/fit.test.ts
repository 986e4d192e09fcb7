import { describe, expect, it } from 'vitest'
import type { CalibrationParameter } from '../../../../src/domain/compute/calibration/parameter.ts'
import { type FitRow, fitCalibration } from '../../../../src/domain/evidence/backtest/fit.ts'

const constant = (id: string, median: number, spread: number): CalibrationParameter => ({
  id,
  unit: '1',
  label: { en: id, zh: id },
  median,
  spread,
  reason: 'a constant of the test',
  source: null,
})

/** Times of transfers of 1 kB to 1 GB over a link of which latency and efficiency are to be found. */
const link = { latency: 5e-6, efficiency: 0.8, bandwidth: 1e11 }
const transfers = Array.from({ length: 25 }, (_, index) => 10 ** (3 + index / 4))
const row = (bytes: number, measured: number): FitRow => ({
  estimate: values => (values.latency as number) + bytes / (link.bandwidth * (values.efficiency as number)),
  measured,
  weight: 1,
})
const timeOf = (bytes: number): number => link.latency + bytes / (link.bandwidth * link.efficiency)
const parameters = [constant('latency', 20e-6, 2), constant('efficiency', 0.5, 1)]

describe('fitting constants', () => {
  it('finds those that the measurements were made with', () => {
    const { values } = fitCalibration(
      parameters,
      transfers.map(bytes => row(bytes, timeOf(bytes))),
    )
    // What is known before pulls by less than one part in a thousand against 25 exact measurements.
    expect(values.latency).toBeCloseTo(link.latency, 7)
    expect(Math.abs((values.efficiency as number) / link.efficiency - 1)).toBeLessThan(1e-3)
  })

  it('is not bent by one measurement that is ten times off', () => {
    const rows = transfers.map((bytes, index) => row(bytes, timeOf(bytes) * (index === 20 ? 10 : 1)))
    const { values } = fitCalibration(parameters, rows)
    expect(Math.abs((values.efficiency as number) / link.efficiency - 1)).toBeLessThan(0.03)
  })

  it('leaves a constant that no measurement depends on at its median', () => {
    const { values } = fitCalibration(
      [...parameters, constant('efficiency:elsewhere', 1, 0.1)],
      transfers.map(bytes => row(bytes, timeOf(bytes))),
    )
    expect(values['efficiency:elsewhere']).toBe(1)
  })

  it('weighs one measurement against what is known as two normal densities do', () => {
    // ln c has the prior N(0, s²) and one measurement of ln 1.1 with a spread of 0.1: the mean of the posterior.
    const spread = 0.1
    const { values } = fitCalibration(
      [constant('c', 1, spread)],
      [{ estimate: each => each.c as number, measured: 1.1, weight: 1 }],
    )
    const expected = (Math.log(1.1) * spread ** 2) / (spread ** 2 + 0.1 ** 2)
    expect(Math.log(values.c as number)).toBeCloseTo(expected, 5)
  })

  it('gives the same constants every time', () => {
    const rows = transfers.map((bytes, index) => row(bytes, timeOf(bytes) * (1 + 0.05 * Math.sin(index))))
    expect(fitCalibration(parameters, rows)).toEqual(fitCalibration(parameters, rows))
  })
})
