import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { transformerOf } from '../../../../src/domain/compute/architecture/transformer.ts'
import type { ParallelLayout } from '../../../../src/domain/compute/layout/layout.ts'
import { layerActivationBytes } from '../../../../src/domain/compute/memory/activation-memory.ts'
import { memoryModelOf } from '../../../../src/domain/compute/memory/held-parameters.ts'
import {
  type MemoryConstants,
  memoryConstants,
  memoryTraits,
} from '../../../../src/domain/compute/memory/memory-calibration.ts'
import { optimizerBytes, weightBytes } from '../../../../src/domain/compute/memory/optimizer.ts'
import { adapterParameters, stateFormulas } from '../../../../src/domain/compute/memory/state-memory.ts'
import { trainingMemory } from '../../../../src/domain/compute/memory/training-memory.ts'
import { trainingMemoryFormulas } from '../../../../src/domain/compute/memory/training-memory-formulas.ts'
import {
  emptyTrainingMemory,
  type TrainingMemory,
} from '../../../../src/domain/compute/memory/training-memory-parts.ts'
import { plainLayout } from '../../../support/layouts.ts'
import { transformerRow } from '../../../support/models.ts'

const GiB = 2 ** 30

/** Nothing but what the papers count: no working set, buffers, runtime or fragmentation. */
const bare: MemoryConstants = {
  workingWidths: 0,
  logitBytes: 0,
  gradientsAtHand: 0,
  keptOutputs: 0,
  bucketBytes: 0,
  contextBytes: 0,
  communicatorBytes: 0,
  fragmentation: 0,
  updateBytes: 0,
}

/** A plain model whose vocabulary is too small to matter, as the papers leave it out. */
const plainModel = (layers: number, hidden: number, heads: number) =>
  transformerOf({ layers, hidden, heads, ffn: 4 * hidden, gatedMlp: false, vocab: 1, tiedEmbeddings: true })

const held = (t: ReturnType<typeof plainModel>, layout: ParallelLayout, constants = bare): TrainingMemory =>
  trainingMemory(memoryModelOf(t), layout, constants, emptyTrainingMemory())

// Korthikanti et al. (2022), Figure 1: GiB of parameters with optimizer states, and of activations without and with
// selective recomputation and sequence parallelism.
const figure1 = [
  {
    name: '22B',
    t: plainModel(48, 6144, 64),
    pipeline: 1,
    v: 1,
    b: 4,
    states: 45.5625,
    none: 59.25,
    selective: 9.5625,
  },
  {
    name: '175B',
    t: plainModel(96, 12_288, 96),
    pipeline: 8,
    v: 3,
    b: 1,
    states: 45.5625,
    none: 66.84375,
    selective: 12.3515625,
  },
  {
    name: '530B',
    t: plainModel(105, 20_480, 128),
    pipeline: 35,
    v: 3,
    b: 1,
    states: 31.640625,
    none: 114.0234375,
    selective: 23.076171875,
  },
  {
    name: '1T',
    t: plainModel(128, 25_600, 160),
    pipeline: 64,
    v: 1,
    b: 1,
    states: 32.958984375,
    none: 131.25,
    selective: 26.5625,
  },
] as const

describe('memory of the Megatron-LM models', () => {
  const layoutOf = ({ pipeline, v, b }: (typeof figure1)[number]): ParallelLayout => ({
    ...plainLayout,
    tensor: 8,
    pipeline,
    virtualStages: v,
    microBatch: b,
    globalBatch: b * 512,
    dropout: true,
  })

  it.each(figure1)('$name: parameters with optimizer states', model => {
    const { weights, gradients, optimizer } = held(model.t, layoutOf(model))
    expect((weights + gradients + optimizer) / GiB).toBeCloseTo(model.states, 2)
  })

  it.each(figure1)('$name: activations', model => {
    expect(held(model.t, layoutOf(model)).activations / GiB).toBeCloseTo(model.none, 0)
  })

  // The paper's selective bars leave out the output of a stage; equation 4 is what is computed here.
  it.each(figure1)('$name: activations with selective recomputation and sequence parallelism', model => {
    const layout = { ...layoutOf(model), recompute: 'selective', sequenceParallel: true } as const
    const { activations, workingPerToken } = held(model.t, layout)
    const core = workingPerToken * layout.sequence * layout.microBatch
    expect((activations - core) / GiB / model.selective).toBeCloseTo(1, 1)
  })

  // Table 2 of the same paper, in units of s · b · h.
  it.each<[string, Partial<ParallelLayout>, (t: number, scores: number) => number]>([
    ['no parallelism', { tensor: 1 }, (_, scores) => 34 + scores],
    ['tensor parallelism', {}, (t, scores) => 10 + 24 / t + scores / t],
    ['tensor and sequence parallelism', { sequenceParallel: true }, (t, scores) => (34 + scores) / t],
  ])('a layer with %s', (_, change, expected) => {
    const t = plainModel(48, 6144, 64)
    const layout = { ...plainLayout, tensor: 8, dropout: true, ...change }
    const scores = (5 * 64 * 2048) / 6144
    expect(layerActivationBytes(t, layout, false, true) / 6144).toBeCloseTo(expected(8, scores), 9)
  })

  it('full recomputation keeps the input of each layer, and computes one again', () => {
    const t = plainModel(48, 6144, 64)
    const layout = { ...plainLayout, tensor: 8, dropout: true, recompute: 'full' } as const
    const again = 10 + 24 / 8 + (5 * 64 * 2048) / 6144 / 8
    expect(held(t, layout).activations).toBeCloseTo(2048 * 6144 * (48 * 2 + again), -3)
  })
})

describe('fully sharded training', () => {
  const t = transformerRow('llama-3-8b')
  const sharded = {
    ...plainLayout,
    data: 8,
    globalBatch: 64,
    zeroStage: 3,
    gradientBytes: 2,
    flashAttention: true,
  } as const

  it('gathers a layer and the next', () => {
    // 4,096 · (2 · 4,096 + 2 · 1,024) + 3 · 4,096 · 14,336 parameters of two bytes, twice.
    const layer = 4096 * (2 * 4096 + 2 * 1024) + 3 * 4096 * 14_336
    expect(held(t, sharded).gathered).toBe(2 * 2 * layer)
  })

  it('keeps weights gathered and gradients whole over the micro-batches of a pipeline', () => {
    const piped = { ...sharded, pipeline: 2, gradientBytes: 4 } as const
    const { gathered, gradients, matrices, weights, optimizer } = held(t, piped)
    expect(gathered).toBe(2 * matrices)
    expect(gradients).toBe(4 * matrices)
    expect([weights, optimizer]).toEqual([(2 * matrices) / 8, (12 * matrices) / 8])
  })

  it('keeps attention and every second product where the others are computed again', () => {
    const { keptPerToken } = held(t, { ...sharded, recompute: 'products' })
    // Input and half of two outputs of 4,096; half of 32 + 16 heads of 128 and of two halves of 14,336; attention.
    expect(keptPerToken).toBe(4 * 4096 + (32 + 16) * 128 + 2 * 14_336 + 2 * 4096 + 4 * 32)
  })
})

describe('states', () => {
  // Rajbhandari et al. (2020), Figure 1: 7.5 B parameters on 64 devices, 2 + 2 + 12 bytes.
  it.each([
    [0, 120],
    [1, 31.4],
    [2, 16.6],
    [3, 1.9],
  ])('ZeRO stage %i: %d GB', (stage, published) => {
    const shards = (from: number) => (stage >= from ? 64 : 1)
    const { fn } = stateFormulas.states
    const bytes =
      fn(2, 7.5e9, shards(3), 0, 1) + fn(2, 7.5e9, shards(2), 0, 1) + fn(12, 7.5e9, shards(1), 0, 1)
    expect(bytes / 1e9).toBeCloseTo(published, 1)
  })

  it.each([
    ['adam', 'bf16', 12],
    ['adam', 'fp32', 8],
    ['adam-bf16-moments', 'bf16', 8],
    ['adam-bf16', 'bf16', 4],
    ['adam-8bit', 'bf16', 6.03125],
    ['adafactor', 'bf16', 4],
    ['muon', 'bf16', 8],
    ['sgd-momentum', 'bf16', 8],
    ['sgd', 'fp32', 0],
  ] as const)('%s beside %s weights keeps %d bytes a parameter', (optimizer, precision, bytes) => {
    expect(optimizerBytes(optimizer, precision)).toBe(bytes)
  })

  // What InternEvo's optimizer makes in a step: 32-bit copies of the gradients for their norm (4), all of them joined
  // in 16 bits (2) and in 32 (4), moments (8), their root and the denominator (4 + 4), beside weights of 16 bits (2)
  // with a 32-bit copy (4) and gradients of 16 (2): 34 bytes. Fully sharded it makes neither norm copies nor a join.
  it.each([
    ['flat', 34],
    ['foreach-2.0', 28],
    ['foreach', 24],
    ['fused', 20],
  ] as const)('with a step that is %s, %i bytes a parameter', (optimizerStep, bytes) => {
    const t = transformerRow('llama-3-8b')
    const { updateBytes } = memoryConstants(undefined, { optimizerStep })
    const layout = { ...plainLayout, data: 4, globalBatch: 4, zeroStage: 3, gradientBytes: 2 } as const
    const m = held(t, layout, { ...bare, updateBytes })
    const perRank = (m.weights + m.gradients + m.optimizer + m.fragmentation) / (m.matrices / 4)
    expect(perRank).toBeCloseTo(bytes, 9)
  })

  it('an adapter alone is updated', () => {
    const t = transformerRow('llama-3-8b')
    const adapter = { rank: 8, matrices: 'attention', frozenBytes: 2 } as const
    const constants = { ...bare, updateBytes: 4 }
    const out = trainingMemory(memoryModelOf(t), plainLayout, constants, emptyTrainingMemory(), adapter)
    expect(out.updating).toBe(4 * adapterParameters(t, adapter, 32))
  })

  it('PyTorch’s own AdamW is that of fully sharded training, one kernel that of other stacks', () => {
    expect(memoryTraits('fsdp').optimizerStep).toBe('foreach')
    expect(memoryTraits('megatron-core').optimizerStep).toBe('fused')
    expect(memoryTraits(undefined).optimizerStep).toBe('fused')
  })

  it('8-bit products have 16-bit weights', () => {
    expect([weightBytes('fp8'), weightBytes('bf16'), weightBytes('tf32')]).toEqual([2, 2, 4])
  })

  it('experts are divided among expert-parallel ranks, and their states among the ranks that share them', () => {
    const t = transformerRow('mixtral-8x7b')
    const layout = { ...plainLayout, data: 16, globalBatch: 16, expert: 8, zeroStage: 1 } as const
    const { experts, optimizer, matrices } = held(t, layout)
    // 32 layers of one expert of three matrices of 4,096 × 14,336 a rank.
    expect(experts).toBe(32 * 3 * 4096 * 14_336)
    expect(optimizer).toBe(12 * (matrices / 16 + experts / 2))
  })

  it('adapters alone have gradients and states, and rank × (inputs + outputs) parameters', () => {
    const t = transformerRow('llama-3-8b')
    const adapter = { rank: 8, matrices: 'attention', frozenBytes: 2 } as const
    // Queries and output of 4,096 × 4,096, keys and values of 4,096 × 1,024, in 32 layers.
    const parameters = 32 * 8 * (2 * (4096 + 4096) + 2 * (4096 + 1024))
    expect(adapterParameters(t, adapter, 32)).toBe(parameters)
    const { gradients, optimizer, weights } = trainingMemory(
      memoryModelOf(t),
      plainLayout,
      bare,
      emptyTrainingMemory(),
      adapter,
    )
    expect([gradients, optimizer]).toEqual([4 * parameters, 12 * parameters])
    expect((weights - 2 * parameters) / 2).toBeCloseTo(memoryModelOf(t).counts.total, 0)
  })
})

describe('micro-batches in flight of an interleaved schedule', () => {
  it.each([
    [4, 8, 2, 4],
    [64, 8, 2, 8 * (1 + 7 / (8 * 2))],
    [64, 8, 3, 8 * (1 + 7 / (8 * 3))],
  ])('%i micro-batches, %i ranks of %i chunks: %d', (batches, pipeline, chunks, expected) => {
    expect(trainingMemoryFormulas.inFlight.fn(batches, pipeline, chunks)).toBeCloseTo(expected, 12)
  })
})

describe('whatever the layout', () => {
  const t = transformerRow('llama-3-8b')
  const constants = memoryConstants()
  const layouts = fc.record({
    tensor: fc.constantFrom(1, 2, 4, 8),
    pipeline: fc.constantFrom(1, 2, 4, 8, 16),
    data: fc.constantFrom(1, 2, 8, 64),
    microBatch: fc.integer({ min: 1, max: 8 }),
    recompute: fc.constantFrom('none', 'selective', 'full'),
    zeroStage: fc.constantFrom(0, 1, 2, 3),
    flashAttention: fc.boolean(),
  })
  const layoutOf = (drawn: typeof layouts extends fc.Arbitrary<infer L> ? L : never): ParallelLayout => ({
    ...plainLayout,
    ...drawn,
    recompute: drawn.recompute as ParallelLayout['recompute'],
    zeroStage: drawn.zeroStage as ParallelLayout['zeroStage'],
    globalBatch: drawn.microBatch * drawn.data * 32,
  })

  it('the parts add up, none is below zero, and ZeRO and recomputation never take more', () => {
    fc.assert(
      fc.property(layouts, drawn => {
        const layout = layoutOf(drawn)
        const m = held(t, layout, constants)
        const parts = [m.weights, m.gradients, m.optimizer, m.activations, m.logits, m.buffers]
        for (const part of [...parts, m.context, m.fragmentation]) expect(part).toBeGreaterThanOrEqual(0)
        expect(parts.reduce((a, b) => a + b)).toBeCloseTo(m.allocated, -1)
        expect(m.allocated + m.context + m.fragmentation).toBeCloseTo(m.total, -1)
        const states = m.weights + m.gradients + m.optimizer
        const undivided = held(t, { ...layout, zeroStage: 0 }, constants)
        expect(states).toBeLessThanOrEqual(
          (undivided.weights + undivided.gradients + undivided.optimizer) * (1 + 1e-12),
        )
        const more = held(
          t,
          { ...layout, microBatch: 2 * layout.microBatch, globalBatch: 2 * layout.globalBatch },
          constants,
        )
        expect(more.total).toBeGreaterThan(m.total)
      }),
      { numRuns: 300 },
    )
  })
})
