import { describe, expect, it } from 'vitest'
import { deviceOf } from '../../../../src/domain/compute/device.ts'
import { transformerOfChoice } from '../../../../src/domain/compute/model.ts'
import { decodingContext } from '../../../../src/domain/compute/serving/batching.ts'
import { numberFormat } from '../../../../src/domain/compute/serving/number-format.ts'
import { servedModel } from '../../../../src/domain/compute/serving/served-model.ts'
import { constantKeys, servingConstants } from '../../../../src/domain/compute/serving/serving-constants.ts'
import { type ServingUnit, servingUnit } from '../../../../src/domain/compute/serving/serving-unit.ts'
import { shareFormulas } from '../../../../src/domain/compute/serving/share-formulas.ts'
import {
  cacheEfficiency,
  matmulEfficiency,
  promptAttentionEfficiency,
  weightStreaming,
} from '../../../../src/domain/compute/serving/shares.ts'
import { softwareStack } from '../../../../src/domain/compute/serving/software-stack.ts'
import { stepCost, stepSeconds } from '../../../../src/domain/compute/serving/step-time.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'

const catalogue = catalogueOfFiles()
const constants = servingConstants({}, constantKeys([]))

function unitOf(
  model: string,
  device: string,
  framework = 'vLLM',
  precision = 'bf16',
  tensor = 1,
): ServingUnit {
  const accelerator = catalogue.accelerators.get(device)
  if (accelerator === undefined) throw new Error(`no device ${device}`)
  const { t } = transformerOfChoice({ catalogue }, { id: model })
  const numbers = deviceOf(accelerator)
  const layout = { tensor, pipeline: 1, attentionReplicas: 1, expertParallel: false }
  const format = numberFormat(precision, numbers)
  const unit = servingUnit(servedModel(t), numbers, format, 2, layout, softwareStack(framework))
  if ('reason' in unit) throw new Error(unit.reason)
  return unit
}

const decode = (unit: ServingUnit, context: number): number =>
  stepSeconds(stepCost(), unit, constants, 1, context, 0, 0, 0).seconds

describe('the share of the matrix throughput', () => {
  it('is lower for narrow models, and for slices of wide ones, whose sums are shorter', () => {
    // Llama 3 8B: 4,096 terms but for 14,336 of the last product; outputs 6,144 + 4,096 + 28,672 + 4,096 a layer.
    const wide = unitOf('llama-3-8b', 'h100-sxm-80gb')
    const parameters = 4_096 * 6_144 + 4_096 ** 2 + 3 * 4_096 * 14_336
    expect(wide.depth).toBeCloseTo(parameters / (6_144 + 4_096 + 28_672 + 4_096), 6)
    const sliced = unitOf('llama-3-8b', 'h100-sxm-80gb', 'vLLM', 'bf16', 8)
    // What comes back into the residual stream is as wide on each of eight ranks.
    expect(sliced.depth).toBeCloseTo(parameters / 8 / ((6_144 + 28_672) / 8 + 2 * 4_096), 6)
    expect(matmulEfficiency(sliced, constants)).toBeLessThan(matmulEfficiency(wide, constants))
  })

  it('in attention grows with the vector units that a device has beside its matrix units', () => {
    const shares = ['h100-sxm-80gb', 'a100-sxm-80gb', 'h20-96gb', 'rtx-4090-24gb'].map(id =>
      promptAttentionEfficiency(unitOf('llama-3-8b', id), constants),
    )
    // Ratios of the data sheets: 0.068 of 0.80, 0.062 of 0.87, 0.30 and 0.50.
    const [h100 = 0, a100 = 0, h20 = 0, consumer = 0] = shares
    expect(a100).toBeLessThan(h100)
    expect(h100).toBeLessThan(h20)
    expect(h20).toBeLessThan(consumer)
  })

  it('never passes 1, however far constants of a stack and of a device multiply up', () => {
    expect(shareFormulas.bounded.fn(5)).toBeLessThan(1)
    expect(shareFormulas.bounded.fn(0.5)).toBeCloseTo(0.5, 4)
  })
})

describe('the share of the bandwidth', () => {
  it('falls where few vector units widen weights of four bits, and only there', () => {
    const lost = (device: string, precision: string): number =>
      weightStreaming(unitOf('llama-3-8b', device, 'vLLM', precision), constants) / constants.weightBandwidth
    expect(lost('a100-sxm-80gb', 'bf16')).toBe(1)
    expect(lost('h100-sxm-80gb', 'fp8')).toBe(1)
    // 70 B weights in 39.6 ms on an A100 (gpt-fast, int4): 43 % of the bandwidth, where 16 bits reach 82 %.
    expect(lost('a100-sxm-80gb', 'int4')).toBeLessThan(0.7)
    expect(lost('rtx-4090-24gb', 'int4')).toBeGreaterThan(0.85)
  })

  it('is shared by all the times that a copied cache passes memory', () => {
    // Appending reads and writes it, eight query heads a shared head repeat it, attention reads what is repeated.
    const copied = unitOf('llama-3-70b', 'h100-sxm-80gb', 'HuggingFace Transformers')
    expect(copied.cachePasses).toBe(2 + 1 + 8 + 8)
    expect(unitOf('gpt-3-13b', 'h100-sxm-80gb', 'HuggingFace Transformers').cachePasses).toBe(2 + 1)
    const once = unitOf('llama-3-70b', 'h100-sxm-80gb')
    expect(cacheEfficiency(once, constants) / cacheEfficiency(copied, constants)).toBeCloseTo(19, 9)
  })
})

describe('a step that no graph was captured for', () => {
  it('waits for the host beyond the contexts that graphs were captured for', () => {
    const early = unitOf('llama-3-8b', 'h100-sxm-80gb', 'vLLM 0.4.2')
    const late = unitOf('llama-3-8b', 'h100-sxm-80gb', 'vLLM 0.9.1')
    expect(decode(early, 8_192)).toBe(decode(late, 8_192))
    // 32 layers at 0.4 ms.
    expect(decode(early, 8_193)).toBeGreaterThan(32 * constants.eagerLayer)
    expect(decode(late, 8_193)).toBeLessThan(32 * constants.eagerLayer)
  })

  it('takes longer by what the host calls collectives and unpacks weights for', () => {
    const eager = (precision: string, tensor: number) =>
      decode(unitOf('llama-3-8b', 'h100-sxm-80gb', 'HuggingFace Transformers', precision, tensor), 100)
    expect(eager('nf4', 1)).toBeGreaterThan(eager('gptq-int4', 1) + 0.5 * 32 * constants.eagerBlockwise)
    expect(eager('bf16', 8)).toBeGreaterThan(eager('bf16', 1) + 0.5 * 64 * constants.eagerCollective)
  })
})

describe('a cache of fixed shape', () => {
  it('is read whole at every step', () => {
    expect(decodingContext(unitOf('llama-3-8b', 'h100-sxm-80gb'), 1_000, 500)).toBe(1_250)
    expect(decodingContext(unitOf('llama-3-8b', 'trainium1-32gb', 'Transformers NeuronX'), 1_000, 500)).toBe(
      1_500,
    )
    // JetStream keeps 2,048 tokens unless it is told otherwise.
    expect(decodingContext(unitOf('llama-3-8b', 'tpu-v5e', 'JetStream'), 1_000, 500)).toBe(2_048)
  })
})
