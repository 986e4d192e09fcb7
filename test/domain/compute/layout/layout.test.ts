import { describe, expect, it } from 'vitest'
import { transformerOf } from '../../../../src/domain/compute/architecture/transformer.ts'
import {
  assertLayout,
  brokenLayoutRule,
  layersOfStage,
  layoutDevices,
  layoutRules,
  microBatches,
  type ParallelLayout,
} from '../../../../src/domain/compute/layout/layout.ts'
import { resolveLayout } from '../../../../src/domain/compute/layout/layout-request.ts'
import { plainLayout } from '../../../support/layouts.ts'
import { transformerRow } from '../../../support/models.ts'

const t = transformerRow('llama-3-70b')
const mixtral = transformerRow('mixtral-8x7b')
// Llama 3 70B: 80 layers, 64 heads, 8 key-value heads, 28,672 wide inside.
const good: ParallelLayout = {
  ...plainLayout,
  tensor: 8,
  pipeline: 4,
  data: 2,
  virtualStages: 2,
  globalBatch: 32,
  sequenceParallel: true,
}

describe('a layout that can be', () => {
  it('breaks no rule', () => {
    expect(brokenLayoutRule(t, good, 64)).toBeUndefined()
    expect(() => assertLayout(t, good, 64)).not.toThrow()
    expect(layoutDevices(good)).toBe(64)
    expect(microBatches(good)).toBe(16)
  })
})

describe('a layout that cannot be is refused with the rule and both numbers', () => {
  it.each<[string, Partial<ParallelLayout>, number, string[]]>([
    ['devices', {}, 60, ['8 × 4 × 2 × 1 = 64', '60']],
    ['tensor-divides-heads', { tensor: 5, data: 1 }, 20, ['64', '5']],
    ['stages-within-layers', { pipeline: 128, virtualStages: 1, data: 1 }, 1024, ['128', '80']],
    ['stages-divide-layers', { pipeline: 3, virtualStages: 1, globalBatch: 32 }, 48, ['80', '3']],
    ['interleaving-needs-pipeline', { pipeline: 1 }, 16, ['2', '1']],
    ['whole-micro-batches', { globalBatch: 33 }, 64, ['33', '2']],
    ['interleaving-needs-micro-batches', { globalBatch: 12 }, 64, ['4', '6']],
    ['context-divides-sequence', { sequence: 2050 }, 64, ['2050', '8']],
    ['expert-divides-experts', { expert: 4 }, 64, ['0', '4']],
  ])('%s', (rule, change, devices, told) => {
    const layout = { ...good, ...change }
    expect(brokenLayoutRule(t, layout, devices)?.id).toBe(rule)
    try {
      assertLayout(t, layout, devices)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'inconsistent-inputs', facts: { rule } })
      for (const number of told) expect((error as Error).message).toContain(number)
    }
  })

  it.each<[string, Partial<ParallelLayout>, number]>([
    ['expert-divides-experts', { expert: 3, data: 3, globalBatch: 3 }, 3],
    ['expert-divides-ranks', { expert: 8, data: 3, globalBatch: 3 }, 3],
  ])('of experts: %s', (rule, change, devices) => {
    expect(brokenLayoutRule(mixtral, { ...plainLayout, ...change }, devices)?.id).toBe(rule)
  })

  it('key-value heads are divided or repeated, never cut', () => {
    const grouped = transformerOf({ layers: 2, hidden: 96, heads: 24, kvHeads: 6, ffn: 96, vocab: 10 })
    const by = (tensor: number) => brokenLayoutRule(grouped, { ...plainLayout, tensor }, tensor)?.id
    expect(by(4)).toBe('tensor-divides-key-value-heads')
    expect([by(3), by(12)]).toEqual([undefined, undefined])
  })

  it('a feed-forward part is cut evenly', () => {
    const odd = transformerOf({ layers: 2, hidden: 96, heads: 24, ffn: 99, vocab: 10 })
    expect(brokenLayoutRule(odd, { ...plainLayout, tensor: 2 }, 2)?.id).toBe('tensor-divides-feed-forward')
  })

  it('every rule has been broken here', () => {
    expect(layoutRules.map(({ id }) => id)).toHaveLength(12)
  })
})

describe('uneven stages', () => {
  const layers = (count: number, pipeline: number) =>
    Array.from({ length: pipeline }, (_, stage) => layersOfStage(count, pipeline, stage))

  it('Llama 3.1 405B: 126 layers on 16 ranks, one fewer on the first and the last (its paper, section 3.3.2)', () => {
    const held = layers(126, 16)
    expect(held.reduce((a, b) => a + b)).toBe(126)
    expect([held[0], held[1], held[15]]).toEqual([7, 8, 7])
  })

  it('even stages share all layers', () => {
    expect(layers(80, 4)).toEqual([20, 20, 20, 20])
  })
})

describe('a layout as a request states it', () => {
  it('fills the devices with data-parallel ranks', () => {
    const layout = resolveLayout({ tensor: 8, pipeline: 4 }, t, 128, 'bf16')
    expect(layout).toMatchObject({ data: 4, sequenceParallel: true, gradientBytes: 4, precision: 'bf16' })
    expect(microBatches(layout)).toBe(16)
  })

  it('refuses degrees that leave devices over', () => {
    expect(() => resolveLayout({ tensor: 8 }, t, 12, 'bf16')).toThrow(
      expect.objectContaining({ facts: { rule: 'devices', layoutDevices: 8, devices: 12 } }),
    )
  })
})
