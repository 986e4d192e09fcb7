import { describe, expect, it } from 'vitest'
import { medians } from '../../../../src/domain/compute/calibration/parameter.ts'
import { generationParameters } from '../../../../src/domain/compute/energy/generation.ts'
import { generationFamily } from '../../../../src/domain/evidence/backtest/generation.ts'
import type { MeasuredSetup, Measurement } from '../../../../src/domain/evidence/backtest/measurement.ts'
import { readMeasurements } from '../../../../src/domain/evidence/backtest/read-measurements.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'

const catalogue = catalogueOfFiles()
const all = readMeasurements(catalogue.resources.measurement.map(({ document }) => document)).measurements
const rows = all.filter(({ setup }) => generationFamily.covers(setup))

const errorsOf = (measurements: readonly Measurement[], values: Readonly<Record<string, number>>) =>
  measurements
    .map(({ setup, measured }) => {
      const read = generationFamily.read(setup, catalogue)
      if ('reason' in read) throw new Error(`${setup.id}: ${read.reason}`)
      return Math.abs(read.estimate(values) / measured - 1)
    })
    .toSorted((a, b) => a - b)

const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1] as number

describe('the backtest of generation', () => {
  it('covers every measured image and video', () => {
    expect(rows).toHaveLength(57)
    for (const { setup } of rows)
      expect(generationFamily.read(setup, catalogue), setup.id).toHaveProperty('estimate')
  })

  it('comes within 25 % in the median before any fit, and 15 % with the fitted constants', () => {
    expect(median(errorsOf(rows, medians(generationParameters)))).toBeLessThan(0.25)
    const fitted = catalogue.calibration.get('generation')?.values
    expect(median(errorsOf(rows, fitted ?? {}))).toBeLessThan(0.15)
  })

  it.each([
    [{ model: 'somebody/NewDiffusion' }, 'no architecture'],
    [{ gpu_id: 'abacus' }, 'no power'],
    [{ workload: { inference_steps: 50 } }, 'no size'],
  ])('says why it cannot estimate %j', (more, reason) => {
    const setup = { ...(rows[0] as Measurement).setup, ...more } as MeasuredSetup
    expect(generationFamily.read(setup, catalogue)).toMatchObject({ reason: expect.stringContaining(reason) })
  })

  it('gives watt-hours where a key asks for them', () => {
    const { setup } = rows[0] as Measurement
    const values = medians(generationParameters)
    const inUnit = (key: string): number => {
      const read = generationFamily.read({ ...setup, key }, catalogue)
      return 'reason' in read ? Number.NaN : read.estimate(values)
    }
    expect(inUnit('energy_per_image_wh') * 3600).toBeCloseTo(inUnit('energy_per_image_joules'), 6)
  })
})
