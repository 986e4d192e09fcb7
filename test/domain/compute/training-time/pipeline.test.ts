import { describe, expect, it } from 'vitest'
import {
  collectiveFormulas,
  nearDevices,
} from '../../../../src/domain/compute/training-time/collective-time.ts'
import { fullestStage, pipelineFormulas } from '../../../../src/domain/compute/training-time/pipeline.ts'

describe('pipelines', () => {
  it('idle for (p − 1) / m of their computing time, divided by the chunks of a rank', () => {
    expect(pipelineFormulas.bubble.fn(8, 1, 64)).toBe(7 / 64)
    expect(pipelineFormulas.bubble.fn(8, 3, 64)).toBeCloseTo(7 / 192, 15)
  })

  it('are as slow as their fullest stage', () => {
    expect(fullestStage(96, 8, 0.5)).toBe(12.5)
    expect(fullestStage(96, 1, 0.5)).toBe(96.5)
    // 70 layers and two tables on 12 stages, as BLOOM: six a stage, the last has five and the head.
    expect(fullestStage(70, 12, 1)).toBe(6)
    expect(fullestStage(61, 16, 0.8)).toBe(4)
  })
})

describe('collectives', () => {
  it('send twice for an all-reduce what they send for an all-gather', () => {
    expect(collectiveFormulas.allReduce.fn(8, 1e9)).toBe(1.75e9)
    expect(collectiveFormulas.allGather.fn(8, 1e9)).toBe(0.875e9)
  })

  it('know how many of a group share a node', () => {
    expect(nearDevices(8, 1, 8)).toBe(8)
    expect(nearDevices(64, 1, 8)).toBe(8)
    expect(nearDevices(64, 8, 8)).toBe(1)
    expect(nearDevices(64, 2, 8)).toBe(4)
    expect(nearDevices(2, 16, 8)).toBe(1)
  })
})
