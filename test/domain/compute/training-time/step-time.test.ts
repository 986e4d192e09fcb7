import { describe, expect, it } from 'vitest'
import { countParameters } from '../../../../src/domain/compute/architecture/parameters.ts'
import { transformerOf } from '../../../../src/domain/compute/architecture/transformer.ts'
import { deviceOf } from '../../../../src/domain/compute/device.ts'
import { resolveLayout } from '../../../../src/domain/compute/layout/layout-request.ts'
import { emptyStepTime, stepTime } from '../../../../src/domain/compute/training-time/step-time.ts'
import { trainingConstants } from '../../../../src/domain/compute/training-time/training-constants.ts'
import { trainingStackOf } from '../../../../src/domain/compute/training-time/training-stack.ts'
import { trainingSystem } from '../../../../src/domain/compute/training-time/training-system.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'

const catalogue = catalogueOfFiles()
const gpt = transformerOf({
  ...{ layers: 96, hidden: 12_288, heads: 96, ffn: 49_152, vocab: 51_200 },
  ...{ gatedMlp: false, tiedEmbeddings: true },
})
const stack = trainingStackOf('megatron-core')
const constants = trainingConstants({}, 'nvidia-hopper', 'megatron-core')

function deviceNamed(id: string) {
  const accelerator = catalogue.accelerators.get(id)
  if (accelerator === undefined) throw new Error(`The catalogue has no ${id}.`)
  return deviceOf(accelerator)
}
const h100 = deviceNamed('h100-sxm-80gb')
const base = { tensor: 8, pipeline: 8, data: 4, globalBatch: 512, sequence: 2048, recompute: 'full' } as const

function timeOf(layout: Parameters<typeof resolveLayout>[0], network = {}, t = gpt) {
  const resolved = resolveLayout({ ...base, ...layout }, t, undefined, 'bf16')
  const system = trainingSystem(h100, 'bf16', network)
  return stepTime(t, countParameters(t), resolved, stack, system, constants, emptyStepTime())
}

describe('the time of a step', () => {
  it('is the sum of its parts', () => {
    const { total, ...parts } = timeOf({})
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0) / total).toBeCloseTo(1, 10)
    for (const [name, part] of Object.entries(parts)) expect(part, name).toBeGreaterThanOrEqual(-1e-9)
  })

  it('is never shorter than its FLOP at the highest measured rate', () => {
    // 6 FLOP a parameter and token, a forward pass again of the layers, on 256 devices.
    const flop = 8 * (12 * 96 * 12_288 ** 2) * 512 * 2048
    const fastest = flop / (256 * 794.5e12)
    const { total } = timeOf({})
    expect(total).toBeGreaterThan(fastest)
    expect(total).toBeLessThan(2.5 * fastest)
  })

  it('has the bubble of Narayanan et al.: (p − 1) / m of the steady time, less with chunks', () => {
    const shareOf = (layout: Parameters<typeof resolveLayout>[0]) => {
      const { total, computing, recomputing, bubble, tensor, pipeline } = timeOf({
        microBatch: 1,
        globalBatch: 64,
        ...layout,
      })
      expect(total).toBeGreaterThan(bubble)
      return bubble / (computing + recomputing + tensor + pipeline)
    }
    // m = 64 / 4 = 16 micro-batches on p = 8 stages; the head on the last stage adds to it.
    const plain = shareOf({})
    expect(plain).toBeGreaterThan(7 / 16)
    expect(plain).toBeLessThan(1.4 * (7 / 16))
    const chunked = shareOf({ virtualStages: 3 })
    expect(plain - chunked).toBeGreaterThan(0.8 * (7 / 16) * (2 / 3))
    expect(plain - chunked).toBeLessThan(1.2 * (7 / 16) * (2 / 3))
  })

  it('computes a forward pass again where that is asked for, and nothing where it is not', () => {
    const full = timeOf({})
    // A third of the passes, a third of the exchange with them.
    const passes = full.computing + full.tensor
    expect(full.recomputing / passes).toBeGreaterThan(0.28)
    expect(full.recomputing / passes).toBeLessThan(0.4)
    expect(timeOf({ recompute: 'none' }).recomputing).toBe(0)
  })

  it('computes half of the products again, and all between them, where every second product is kept', () => {
    const again = (recompute: 'products' | 'full', t = gpt) => timeOf({ recompute }, {}, t).recomputing
    // Products are most of a forward pass of GPT-3; attention, which is kept, is little of it at 2,048 tokens.
    expect(again('products') / again('full')).toBeGreaterThan(0.45)
    expect(again('products') / again('full')).toBeLessThan(0.6)
    const narrow = transformerOf({
      layers: 32,
      hidden: 4096,
      heads: 32,
      kvHeads: 8,
      ffn: 14_336,
      vocab: 32_000,
    })
    const long = { tensor: 1, pipeline: 1, data: 8, globalBatch: 8, sequence: 131_072 } as const
    const share = (recompute: 'products' | 'full') => timeOf({ ...long, recompute }, {}, narrow).recomputing
    // At 131,072 tokens attention is most of the pass, and none of it is computed again.
    expect(share('products') / share('full')).toBeLessThan(0.2)
  })

  it('waits longer on slower networks, each for its own exchange', () => {
    const usual = timeOf({})
    const slowNode = timeOf({}, { intraNodeBandwidth: (h100.intraNodeBandwidth as number) / 4 })
    expect(slowNode.tensor).toBeGreaterThan(3 * usual.tensor)
    expect(slowNode.computing).toBe(usual.computing)
    const slowFabric = timeOf({}, { interNodeBandwidth: 1e9 })
    expect(slowFabric.pipeline).toBeGreaterThan(20 * usual.pipeline)
    expect(slowFabric.tensor).toBe(usual.tensor)
    expect(slowFabric.data).toBeGreaterThan(usual.data)
  })

  it('keeps scores in memory at a cost that grows with the square of the sequence', () => {
    const added = (sequence: number) => {
      const layout = { sequence, globalBatch: 64, recompute: 'none' } as const
      const kept = timeOf({ ...layout, flashAttention: false }).computing
      return (kept - timeOf(layout).computing) / sequence
    }
    expect(added(8192) / added(4096)).toBeGreaterThan(1.8)
    expect(added(8192) / added(4096)).toBeLessThan(2.6)
  })

  it('of a mixture grows with the experts a token passes through, and with exchange between nodes', () => {
    const mixture = (topK: number) =>
      transformerOf({
        ...{ layers: 32, hidden: 4096, heads: 32, kvHeads: 8, ffn: 2048, vocab: 32_000 },
        ...{ experts: 64, topK },
      })
    const layout = { tensor: 1, pipeline: 1, data: 64, globalBatch: 512, recompute: 'none' } as const
    const two = timeOf({ ...layout, expert: 8 }, {}, mixture(2))
    const eight = timeOf({ ...layout, expert: 8 }, {}, mixture(8))
    expect(eight.computing).toBeGreaterThan(1.5 * two.computing)
    expect(eight.expert / two.expert).toBeGreaterThan(3)
    expect(timeOf({ ...layout, expert: 64 }, {}, mixture(8)).expert).toBeGreaterThan(2 * eight.expert)
  })

  it('hides exchange between stages behind other chunks of an interleaved pipeline', () => {
    const plain = timeOf({ microBatch: 1 }).pipeline
    const chunks = timeOf({ microBatch: 1, virtualStages: 4 }).pipeline
    // Four times the exchange; what hides it is slowed by contention alone.
    expect(chunks / plain).toBeCloseTo((4 * constants.contention) / constants.pipelineExposed, 6)
    expect(timeOf({ microBatch: 1, virtualStages: 4 }, { interNodeBandwidth: 1e8 }).pipeline).toBeGreaterThan(
      20 * chunks,
    )
  })

  it('gathers sharded weights behind computing while the network keeps up', () => {
    const batch = { microBatch: 4, globalBatch: 1024 }
    const layout = { tensor: 1, pipeline: 1, data: 256, zeroStage: 3, ...batch } as const
    const usual = timeOf(layout)
    expect(usual.data / usual.total).toBeLessThan(0.25)
    expect(timeOf(layout, { interNodeBandwidth: 5e9 }).data).toBeGreaterThan(3 * usual.data)
  })

  it('waits as long for weights at half the micro-batch where each device gathers them by its own port', () => {
    // Narayanan et al. 2021, table 2: ZeRO-3 takes 74 days at 768 devices and 2 sequences, and at 1,536 and 1.
    const gathering = trainingStackOf('deepspeed')
    const dataOf = (data: number, microBatch: number) => {
      const sharded = {
        tensor: 1,
        pipeline: 1,
        zeroStage: 3,
        globalBatch: 1536,
        flashAttention: false,
      } as const
      const layout = resolveLayout({ ...base, ...sharded, data, microBatch }, gpt, undefined, 'bf16')
      const system = trainingSystem(deviceNamed('a100-sxm-80gb'), 'bf16')
      const known = trainingConstants({}, 'nvidia-ampere', 'deepspeed')
      return stepTime(gpt, countParameters(gpt), layout, gathering, system, known, emptyStepTime()).total
    }
    expect(dataOf(1536, 1) / dataOf(768, 2)).toBeGreaterThan(0.85)
    expect(dataOf(1536, 1) / dataOf(768, 2)).toBeLessThan(1.1)
  })

  it('passes over 50 bytes a parameter for Adam, a shard of them where states are divided', () => {
    const whole = timeOf({ zeroStage: 0 }).optimizer
    const held = countParameters(gpt).total / (8 * 8)
    expect(whole).toBeCloseTo((50 * held) / (h100.memoryBandwidth * constants.bandwidth), 6)
    expect(whole / timeOf({ zeroStage: 1 }).optimizer).toBeCloseTo(4, 6)
  })
})

describe('constants of a stack', () => {
  const values = { slack: 1, 'slack:megatron': 1.2, 'slack:xla': 1.3 }
  it.each([
    ['megatron', 'nvidia-ampere', 1.2],
    ['megatron', 'amd-cdna3', 1.2],
    ['megatron', 'huawei-ascend', 1],
    ['megatron', 'intel-gaudi', 1],
    ['xla', 'tpu', 1.3],
  ])('%s on %s: a slack of %d', (name, family, slack) => {
    expect(trainingConstants(values, family, name).slack).toBe(slack)
  })
})
