import { describe, expect, it } from 'vitest'
import { goodputFormulas, wholeRunShare } from '../../../../src/domain/compute/training-time/goodput.ts'
import { trainingConstants } from '../../../../src/domain/compute/training-time/training-constants.ts'

describe('goodput', () => {
  it('has its least loss at the interval of Young', () => {
    const [write, restart, between] = [30, 300, 10_000]
    const best = goodputFormulas.checkpointInterval.fn(write, between)
    expect(best).toBeCloseTo(Math.sqrt(600_000), 10)
    const at = (interval: number) => goodputFormulas.goodput.fn(write, interval, restart, between)
    expect(at(best)).toBeGreaterThan(at(best * 1.3))
    expect(at(best)).toBeGreaterThan(at(best / 1.3))
    // 1 − 30 / 774.6 − (387.3 + 300) / 10,000
    expect(at(best)).toBeCloseTo(0.8925, 3)
  })

  it('falls with the devices that can fail', () => {
    const ofCluster = goodputFormulas.clusterFailures.fn(50_000 * 3600, 16_384)
    // Dubey et al. 2024: 419 unplanned interruptions in 54 days on 16,384 devices are one in 3.1 hours.
    expect(ofCluster / 3600).toBeCloseTo((54 * 24) / 419, 1)
  })

  it('never takes from a run more than all but a hundredth, nor promises all', () => {
    expect(goodputFormulas.goodput.fn(1000, 1000, 1000, 10)).toBe(0.01)
    const constants = trainingConstants({}, undefined, undefined)
    expect(wholeRunShare(1e9, constants)).toBeLessThan(wholeRunShare(4e11, constants))
    expect(wholeRunShare(1e16, constants)).toBeLessThan(1)
  })
})
