import { describe, expect, it } from 'vitest'
import { deviceFamily } from '../../../src/domain/compute/calibration/device-family.ts'
import { deviceOf } from '../../../src/domain/compute/device.ts'
import { transformerOfChoice } from '../../../src/domain/compute/model.ts'
import { serveContinuously, servedWorkload } from '../../../src/domain/compute/serving/batching.ts'
import { numberFormat } from '../../../src/domain/compute/serving/number-format.ts'
import { devicePower } from '../../../src/domain/compute/serving/power.ts'
import { servedModel } from '../../../src/domain/compute/serving/served-model.ts'
import { constantKeys, servingConstants } from '../../../src/domain/compute/serving/serving-constants.ts'
import { servingUnit } from '../../../src/domain/compute/serving/serving-unit.ts'
import { servingScopes, softwareStack } from '../../../src/domain/compute/serving/software-stack.ts'
import { servingExamples } from '../../../src/http/examples/serving.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const serving = (body: object) => service.http.post('/v1/estimates/serving').send(body)
const example = (name: string): object =>
  servingExamples.find(({ name: own }) => own === name)?.body as object
const llama = { model: { id: 'llama-3-70b' }, precision: 'bf16', accelerator: { id: 'h100-sxm-80gb' } }

describe('what a service delivers', () => {
  it('is the same on the sheet as in the model that measurements are compared with', async () => {
    for (const [model, parallel, layout] of [
      ['llama-3-70b', { tensor: 8 }, { tensor: 8, attentionReplicas: 1, expertParallel: false }],
      ['t5-large', { tensor: 2 }, { tensor: 2, attentionReplicas: 1, expertParallel: false }],
      ['mixtral-8x7b', { tensor: 2, expert: 4 }, { tensor: 2, attentionReplicas: 2, expertParallel: true }],
      ['deepseek-v3', { tensor: 1, expert: 64 }, { tensor: 1, attentionReplicas: 64, expertParallel: true }],
    ] as const) {
      const { body } = await serving({
        ...llama,
        model: { id: model },
        parallel: { ...parallel, pipeline: 1, data: 1 },
        workload: { inputTokens: 700, outputTokens: 300, concurrency: 64, prefixCacheHitRate: 0.25 },
      }).expect(200)
      const catalogue = service.installation.catalogue()
      const accelerator = catalogue.accelerators.get('h100-sxm-80gb')
      if (accelerator === undefined) throw new Error('no H100')
      const device = deviceOf(accelerator)
      const { t } = transformerOfChoice({ catalogue }, { id: model })
      const unit = servingUnit(
        servedModel(t),
        device,
        numberFormat('bf16', device),
        2,
        { ...layout, pipeline: 1 },
        softwareStack('vLLM'),
      )
      if ('reason' in unit) throw new Error(unit.reason)
      const values = catalogue.calibration.get('serving')?.values ?? {}
      const constants = servingConstants(values, constantKeys(['vllm', 'nvidia-hopper']))
      const served = serveContinuously(servedWorkload(), unit, constants, 64, 700, 300, 0.25)
      const { results } = body
      expect(results.timePerOutputToken.value).toBeCloseTo(served.tokenSeconds, 12)
      expect(results.timeToFirstToken.value).toBeCloseTo(served.firstTokenSeconds, 12)
      expect(results.outputTokensPerSecond.value).toBeCloseTo(served.outputTokensPerSecond, 6)
      expect(results.devicePower.value).toBeCloseTo(devicePower(unit, constants, served), 6)
    }
  })

  it('is the same on the sheet for software that launches kernel by kernel, copies its cache or has a fixed one', async () => {
    const catalogue = service.installation.catalogue()
    for (const [framework, id, tensor, pipeline, inputTokens] of [
      ['HuggingFace Transformers', 'h100-sxm-80gb', 4, 2, 700],
      ['Transformers NeuronX', 'trainium1-32gb', 8, 1, 700],
      ['vLLM 0.4.2', 'a100-sxm-80gb', 2, 1, 9_000],
    ] as const) {
      const { body } = await serving({
        ...{ ...llama, model: { id: 'llama-3-8b' }, accelerator: { id }, framework },
        parallel: { tensor, pipeline, data: 1 },
        workload: { inputTokens, outputTokens: 300, concurrency: 4 },
      }).expect(200)
      const accelerator = catalogue.accelerators.get(id)
      if (accelerator === undefined) throw new Error(`no ${id}`)
      const device = deviceOf(accelerator)
      const { t } = transformerOfChoice({ catalogue }, { id: 'llama-3-8b' })
      const stack = softwareStack(framework)
      const layout = { tensor, pipeline, attentionReplicas: 1, expertParallel: false }
      const unit = servingUnit(servedModel(t), device, numberFormat('bf16', device), 2, layout, stack)
      if ('reason' in unit) throw new Error(unit.reason)
      const values = catalogue.calibration.get('serving')?.values ?? {}
      const constants = servingConstants(values, constantKeys(servingScopes(stack, deviceFamily(id))))
      const served = serveContinuously(servedWorkload(), unit, constants, 4, inputTokens, 300)
      expect(body.results.timePerOutputToken.value).toBeCloseTo(served.tokenSeconds, 12)
      expect(body.results.timeToFirstToken.value).toBeCloseTo(served.firstTokenSeconds, 12)
    }
  })

  it('caches what publications say a token takes', async () => {
    // DeepSeek-V3: 61 · (512 + 64) · 2 bytes; GPT-3: 2 · 96 · 96 · 128 · 2 bytes.
    for (const [id, bytes] of [
      ['deepseek-v3', 70_272],
      ['gpt-3-175b', 4_718_592],
    ] as const) {
      const { body } = await serving({ ...llama, model: { id } }).expect(200)
      expect(body.results.kvCacheBytesPerToken).toMatchObject({ value: bytes, unit: 'byte/token' })
    }
    const { body } = await serving({ ...llama, kvPrecision: 'fp8' }).expect(200)
    expect(body.results.kvCacheBytesPerToken.value).toBe(2 * 80 * 8 * 128)
  })

  it.each([
    ['llama-3-8b', 'a100-sxm-80gb', 1],
    ['llama-3-70b', 'h100-sxm-80gb', 8],
    ['gemma-2-9b', 'a100-sxm-40gb', 1],
    ['mixtral-8x7b', 'mi300x-192gb', 1],
    ['t5-11b', 'h100-sxm-80gb', 1],
  ])('holds as many sequences of %s on %s as the memory estimate says', async (id, device, tensor) => {
    const [model, accelerator] = [{ id }, { id: device }]
    const { body } = await serving({
      ...{ model, accelerator, precision: 'bf16', kvPrecision: 'bf16' },
      parallel: { tensor, pipeline: 1, data: 1 },
      workload: { inputTokens: 3000, outputTokens: 1096 },
    }).expect(200)
    const job = { job: 'serving', model, accelerator, serving: { tensor, sequence: 4096 } }
    const { body: memory } = await service.http.post('/v1/estimates/memory').send(job).expect(200)
    expect(body.results.usableBytesPerDevice).toEqual(memory.results.usableBytesPerDevice)
    const ratio = body.results.sequenceCapacity.value / memory.results.maximumConcurrency.value
    // Norms and padding, which the memory estimate counts, are a few thousandths of the weights.
    expect(Math.abs(ratio - 1)).toBeLessThan(0.006)
  })

  it('gives intervals from the errors of publishers that were left out, and says which', async () => {
    const { body } = await serving(llama).expect(200)
    expect(body.intervals.tokensPerSecondPerDevice).toMatchObject({
      family: 'serving',
      stratum: 'throughput · vllm · nvidia-hopper',
    })
    expect(body.intervals.energyPerOutputToken.low).toBeLessThan(body.results.energyPerOutputToken.value)
    // Of those that two publishers measured, the nearest: nobody else measured energy a token, but another power.
    expect(body.intervals.energyPerOutputToken.stratum).toBe('energy')
    expect(body.intervals.timeToFirstToken.stratum).toBe('time to first token')
  })

  it('is left out for a model of which only the size is known, and asked for when speed is', async () => {
    const { body } = await serving({ ...llama, model: { parameters: 70e9 } }).expect(200)
    expect(body.results.timePerOutputToken).toBeUndefined()
    const refused = await serving({
      ...llama,
      model: { parameters: 70e9 },
      slo: { timePerOutputToken: 1 },
    }).expect(422)
    expect(refused.body.errors[0]).toMatchObject({ pointer: '/model/parameters' })
  })

  it('comes faster with drafts that are accepted: 2.31 tokens a step at 4 drafts and 0.6', async () => {
    const at = async (workload: object) =>
      (
        await serving({
          ...llama,
          parallel: { tensor: 8 },
          workload: { concurrency: 1, ...workload },
        }).expect(200)
      ).body
    const plain = await at({})
    const drafted = await at({ speculative: { draftTokens: 4, acceptance: 0.6, draftShare: 0 } })
    const gain = plain.results.timePerOutputToken.value / drafted.results.timePerOutputToken.value
    // (1 − 0.6⁵) / 0.4 = 2.3056 tokens (Leviathan et al., equation 1), less what verifying five tokens costs.
    expect(gain).toBeLessThan(2.3056)
    expect(gain).toBeGreaterThan(1.9)
  })
})

describe('a plan', () => {
  it('keeps the time per token with as many sequences as can: one more would break it', async () => {
    const request = example('llama-3-70b-on-8-h100') as { workload: object }
    const { body } = await serving(request).expect(200)
    const { concurrentSequences, timePerOutputToken, devicesServing } = body.results
    expect(devicesServing.value).toBe(8)
    expect(timePerOutputToken.value).toBeLessThanOrEqual(0.05)
    const more = { ...request.workload, concurrency: concurrentSequences.value + 1 }
    const refused = await serving({ ...request, workload: more, parallel: { tensor: 8, data: 1 } }).expect(
      422,
    )
    expect(refused.body.errors[0].pointer).toBe('/workload/concurrency')
    expect(refused.body.detail).toContain(String(concurrentSequences.value))
  })

  it('takes the fewest devices that keep a bound, and more for a tighter one', async () => {
    const devices = async (timePerOutputToken: number): Promise<number> =>
      (await serving({ ...llama, slo: { timePerOutputToken } }).expect(200)).body.results.devicesPerCopy.value
    // 141 GB of weights need two H100 at least.
    expect(await devices(1)).toBe(2)
    expect(await devices(0.02)).toBeGreaterThan(2)
  })

  it('that nothing can keep is refused with both numbers', async () => {
    const { body } = await serving({ ...llama, slo: { timePerOutputToken: 0.0001 } }).expect(422)
    expect(body.errors[0].pointer).toBe('/slo/timePerOutputToken')
    expect(body.detail).toMatch(/is 0\.0001 s, but the fastest layout looked at takes 0\.\d+ s/)
  })

  it.each([
    [{ tensor: 3 }, '/parallel/tensor', ['64', '3']],
    [{ pipeline: 100 }, '/parallel/pipeline', ['80', '100']],
    [{ expert: 8 }, '/parallel/expert', ['0', '8']],
  ])('of a layout that cannot be is refused with both numbers: %j', async (parallel, pointer, figures) => {
    const { body } = await serving({ ...llama, parallel }).expect(422)
    expect(body.errors[0].pointer).toBe(pointer)
    for (const figure of figures) expect(body.detail).toContain(figure)
  })

  it('that does not hold the weights is refused with both numbers', async () => {
    const { body } = await serving({ ...llama, parallel: { tensor: 1, pipeline: 1 } }).expect(422)
    expect(body.errors[0].pointer).toBe('/parallel')
    expect(body.detail).toMatch(/14\d\.\d GB of each, and 76\.\d+ GB may be used/)
  })

  it('serves an offered load with as many copies as it takes', async () => {
    const { body } = await serving({
      ...llama,
      workload: { requestsPerSecond: 200 },
      slo: { timePerOutputToken: 0.05 },
    }).expect(200)
    expect(body.results.requestsPerSecond.value).toBeGreaterThan(199)
    expect(body.results.requestsPerSecond.value).toBeLessThan(201)
    expect(body.results.copies.value).toBeGreaterThan(1)
    const both = { requestsPerSecond: 1, concurrency: 1 }
    const refused = await serving({ ...llama, workload: both }).expect(422)
    expect(refused.body.errors[0].pointer).toBe('/workload/requestsPerSecond')
  })
})

describe('a claimed throughput', () => {
  it('above what memory delivers is refused: 85 tokens a second of Llama-2-70B need 11.7 TB/s', async () => {
    const claimed = {
      ...llama,
      model: { id: 'llama-2-70b' },
      precision: 'fp16',
      workload: { concurrency: 1 },
      claim: { outputTokensPerSecond: 85 },
    }
    const two = await serving({ ...claimed, parallel: { tensor: 2 } }).expect(422)
    expect(two.body.errors[0].pointer).toBe('/claim/outputTokensPerSecond')
    expect(two.body.detail).toContain('1.171e+13 bytes a second')
    expect(two.body.detail).toContain('6.700e+12')
    // On the one device of the claim the weights do not even fit.
    const one = await serving({ ...claimed, parallel: { tensor: 1, pipeline: 1 } }).expect(422)
    expect(one.body.errors[0].pointer).toBe('/parallel')
    await serving({ ...claimed, parallel: { tensor: 8 } }).expect(200)
  })

  it('below it is what answers are: none exceeds its bound', async () => {
    for (const { body: request } of servingExamples) {
      const { body } = await serving(request as object).expect(200)
      const { bandwidthBound: bound, outputTokensPerSecond: rate } = body.results
      if (bound !== undefined) expect(rate.value).toBeLessThan(bound.value)
    }
  })
})

describe('what tokens cost', () => {
  it('is split by the time that prompts and answers take, and adds up to the price of the devices', async () => {
    const { body } = await serving({
      ...llama,
      parallel: { tensor: 8 },
      workload: { inputTokens: 2_000, outputTokens: 500 },
      price: { perDeviceHour: 2 },
    }).expect(200)
    const value = (id: string): number => body.results[id].value
    // A million answers' worth of tokens with their prompts, four tokens in for each one out.
    const together = value('costPerMillionOutputTokens') + 4 * value('costPerMillionInputTokens')
    expect(together).toBeCloseTo(value('costPerMillionOutputTokensAllIn'), 9)
    expect(together).toBeCloseTo((2 * 1e6) / 3_600 / value('tokensPerSecondPerDevice'), 9)
    expect(value('costPerMillionOutputTokens')).toBeGreaterThan(value('costPerMillionInputTokens'))
  })

  it('doubles with half the use, is halved by half the price, and breaks even where the API costs as much', async () => {
    const at = async (request: object) => {
      const { body } = await serving({
        ...llama,
        parallel: { tensor: 8 },
        price: { perDeviceHour: 2 },
        ...request,
      }).expect(200)
      return body.results
    }
    const full = await at({})
    const half = await at({ utilisation: 0.5 })
    expect(half.costPerMillionOutputTokens.value).toBeCloseTo(2 * full.costPerMillionOutputTokens.value, 9)
    const cheap = await at({ price: { perDeviceHour: 1 } })
    expect(cheap.costPerMillionOutputTokens.value).toBeCloseTo(full.costPerMillionOutputTokens.value / 2, 9)
    const apiPrice = {
      perMillionInputTokens: full.costPerMillionInputTokens.value,
      perMillionOutputTokens: full.costPerMillionOutputTokens.value,
    }
    expect((await at({ apiPrice })).breakEvenUtilisation.value).toBeCloseTo(1, 9)
    expect((await at({ apiPrice })).grossMargin.value).toBeCloseTo(0, 9)
    // At five times the prices and half the use, two and a half times the cost comes in.
    const dear = {
      perMillionInputTokens: 5 * apiPrice.perMillionInputTokens,
      perMillionOutputTokens: 5 * apiPrice.perMillionOutputTokens,
    }
    expect((await at({ apiPrice: dear, utilisation: 0.5 })).grossMargin.value).toBeCloseTo(0.6, 9)
  })
})

describe('a fleet', () => {
  it("for ChatGPT's 13 M daily visitors of January 2023 takes tens of thousands of A100", async () => {
    const { body } = await serving(example('chatgpt-january-2023')).expect(200)
    const { results } = body
    expect(results.meanRequestsPerSecond.value).toBeCloseTo((13e6 * 15) / 86_400, 6)
    // Little's law, and a queue that is within its bound.
    const inProgress = results.peakRequestsPerSecond.value * results.requestSeconds.value
    expect(results.requestsInProgress.value).toBeCloseTo(inProgress, 6)
    expect(results.meanWait.value).toBeLessThanOrEqual(1)
    // SemiAnalysis took the same figures to 28,936 A100 in February 2023.
    expect(results.fleetDevices.value).toBeGreaterThan(28_936 / 2)
    expect(results.fleetDevices.value).toBeLessThan(28_936 * 2)
    expect(results.fleetCostPerDay.value).toBeCloseTo(results.fleetDevices.value * 24 * 1.5, 6)
  })

  it('grows with a shorter wait and a higher peak', async () => {
    const copies = async (fleet: object): Promise<number> => {
      const request = {
        ...llama,
        workload: { concurrency: 4, outputTokens: 500 },
        fleet: { dailyUsers: 20_000, ...fleet },
      }
      return (await serving(request).expect(200)).body.results.fleetCopies.value
    }
    const base = await copies({ loadTarget: 1 })
    expect(await copies({ loadTarget: 1, maximumWait: 0.01 })).toBeGreaterThan(base)
    expect(await copies({ loadTarget: 1, peakFactor: 4 })).toBeGreaterThan(base)
  })
})

describe('prefill on devices of its own', () => {
  it('tells how many of them each that decodes needs, and counts them in', async () => {
    const { body } = await serving(example('deepseek-v3-split')).expect(200)
    const { prefillRatio, outputTokensPerSecond, tokensPerSecondPerDevice, devicesPerCopy } = body.results
    expect(prefillRatio.value).toBeGreaterThan(0)
    const devices = devicesPerCopy.value * (1 + prefillRatio.value)
    expect(tokensPerSecondPerDevice.value).toBeCloseTo(outputTokensPerSecond.value / devices, 9)
  })
})
