import { describe, expect, it } from 'vitest'
import {
  brokenLayoutRule,
  layoutDevices,
  type ParallelLayout,
} from '../../../../src/domain/compute/layout/layout.ts'
import { memoryModelOf } from '../../../../src/domain/compute/memory/held-parameters.ts'
import { memoryConstants } from '../../../../src/domain/compute/memory/memory-calibration.ts'
import {
  smallestPlacement,
  smallestTrainingLayout,
} from '../../../../src/domain/compute/memory/minimum-devices.ts'
import { trainingMemory } from '../../../../src/domain/compute/memory/training-memory.ts'
import { emptyTrainingMemory } from '../../../../src/domain/compute/memory/training-memory-parts.ts'
import { plainLayout } from '../../../support/layouts.ts'
import { transformerRow } from '../../../support/models.ts'

const constants = memoryConstants()

describe('the layout on the fewest devices', () => {
  /** Fewest devices by trying every power of two of every degree that divides the model. */
  function fewest(model: ReturnType<typeof memoryModelOf>, usable: number, node: number): number {
    let least = Number.POSITIVE_INFINITY
    for (let tensor = 1; tensor <= node; tensor *= 2) {
      for (let pipeline = 1; pipeline <= model.t.layers; pipeline++) {
        for (let data = 1; data <= 1024; data *= 2) {
          const layout: ParallelLayout = {
            ...{ ...plainLayout, zeroStage: 1, tensor, pipeline, data, sequenceParallel: tensor > 1 },
            globalBatch: data * pipeline,
          }
          if (brokenLayoutRule(model.t, layout, tensor * pipeline * data) !== undefined) continue
          if (trainingMemory(model, layout, constants, emptyTrainingMemory()).total <= usable)
            least = Math.min(least, tensor * pipeline * data)
        }
      }
    }
    return least
  }

  it.each([
    ['llama-3-8b', 80e9, 8],
    ['llama-3-8b', 40e9, 8],
    ['llama-3-8b', 48e9, 1],
    ['llama-3-70b', 80e9, 8],
    ['gpt-3-175b', 80e9, 4],
  ])('of %s with %d bytes a device and %d devices a node is that of a search of all', (id, usable, node) => {
    const model = memoryModelOf(transformerRow(id))
    const asked: ParallelLayout = { ...plainLayout, zeroStage: 1 }
    const found = smallestTrainingLayout(model, asked, constants, null, usable, node)
    expect(found?.devices ?? Number.POSITIVE_INFINITY).toBe(fewest(model, usable, node))
    if (found === undefined) return
    const { layout, devices } = found
    expect(layoutDevices(layout)).toBe(devices)
    expect(trainingMemory(model, layout, constants, emptyTrainingMemory()).total).toBeLessThanOrEqual(usable)
    expect(layout.globalBatch).toBe(layout.microBatch * layout.data * layout.pipeline)
    expect(layout.sequenceParallel).toBe(layout.tensor > 1)
  })

  it('divides experts among as many ranks as there are, and no more than there are experts', () => {
    const model = memoryModelOf(transformerRow('mixtral-8x7b'))
    const found = smallestTrainingLayout(model, { ...plainLayout, zeroStage: 1 }, constants, null, 80e9, 8)
    const { expert = 0, tensor = 0, data = 0 } = found?.layout ?? {}
    // Eight experts on a power of two of ranks: the smaller of the two numbers divides both.
    expect(expert).toBe(Math.min(8, tensor * data))
  })

  it('is none where a sample alone is too large', () => {
    const model = memoryModelOf(transformerRow('gpt-3-175b'))
    expect(smallestTrainingLayout(model, plainLayout, constants, null, 1e9, 8)).toBeUndefined()
  })
})

describe('the placement on the fewest devices', () => {
  // 64 heads, 8 of keys and values, 80 layers.
  const t = transformerRow('llama-3-70b')
  const onAtLeast = (count: number, node: number | null = 8) =>
    smallestPlacement(t, node, ({ tensor, pipeline }) => tensor * pipeline >= count)

  it('is on as many devices as are needed', () => {
    for (const count of [1, 2, 3, 5, 8]) expect(onAtLeast(count)?.devices).toBe(count)
    expect(onAtLeast(1)?.placement).toEqual({ tensor: 1, pipeline: 1, expert: 1 })
    expect(onAtLeast(8)?.placement).toEqual({ tensor: 8, pipeline: 1, expert: 1 })
    expect(onAtLeast(5)?.placement).toEqual({ tensor: 1, pipeline: 5, expert: 1 })
    expect(onAtLeast(8, 1)?.placement).toEqual({ tensor: 1, pipeline: 8, expert: 1 })
  })

  it('has no more ranks than layers and a node have', () => {
    expect(onAtLeast(640)?.placement).toEqual({ tensor: 8, pipeline: 80, expert: 1 })
    expect(onAtLeast(641)).toBeUndefined()
  })

  /** Degrees of tensor parallelism that are tried in one stage. */
  const degreesOf = (heads: number, kvHeads: number, node: number | null): number[] => {
    const degrees: number[] = []
    smallestPlacement({ ...t, heads, kvHeads }, node, ({ tensor, pipeline }) => {
      if (pipeline === 1) degrees.push(tensor)
      return false
    })
    return degrees
  }

  it('goes up to a node, by powers of two, and to eight where that is not known', () => {
    expect(degreesOf(16, 16, 1)).toEqual([1])
    expect(degreesOf(16, 16, 4)).toEqual([1, 2, 4])
    expect(degreesOf(16, 16, 6)).toEqual([1, 2, 4])
    expect(degreesOf(16, 16, 16)).toEqual([1, 2, 4, 8, 16])
    expect(degreesOf(16, 16, null)).toEqual([1, 2, 4, 8])
  })

  it('divides heads evenly, or repeats those of keys and values', () => {
    expect(degreesOf(12, 12, 16)).toEqual([1, 2, 4])
    expect(degreesOf(16, 2, 16)).toEqual([1, 2, 4, 8, 16])
    // Three are neither divided by two or four nor repeated.
    expect(degreesOf(12, 3, 16)).toEqual([1])
  })
})
