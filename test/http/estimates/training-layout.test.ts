import { describe, expect, it } from 'vitest'
import { trainingExamples } from '../../../src/http/examples/training.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const training = (body: object) => service.http.post('/v1/estimates/training').send(body)

function example(name: string): Record<string, unknown> {
  const found = trainingExamples.find(each => each.name === name)
  if (found === undefined) throw new Error(`There is no example ${name}.`)
  return found.body as Record<string, unknown>
}
const llama = example('llama-3.1-405b-layout')
const layout = { tensor: 8, pipeline: 16, data: 128, unevenStages: true, sequence: 8192, globalBatch: 2048 }
const asked = { model: { id: 'llama-3.1-405b' }, accelerator: { id: 'h100-sxm-80gb' } }

interface Figure {
  readonly value: number
  readonly unit: string
  readonly formula: string | null
  readonly inputs: readonly string[]
}
interface Answer {
  readonly results: Record<string, Figure>
  readonly intervals: Record<
    string,
    { readonly low: number; readonly high: number; readonly stratum: string }
  >
  readonly warnings: { readonly code: string; readonly message: { readonly en: string } }[]
  readonly trace: (Figure & { readonly id: string })[]
}
const figure = ({ results }: Answer, id: string): Figure => {
  const found = results[id]
  if (found === undefined) throw new Error(`The answer has no ${id}.`)
  return found
}

describe('published runs, from their layouts', () => {
  it('Llama 3.1 405B reaches the 38 to 43 % of its paper, and its device-hours within 15 %', async () => {
    const { body } = await training(llama).expect(200)
    expect(figure(body, 'mfu').value).toBeGreaterThan(0.36)
    expect(figure(body, 'mfu').value).toBeLessThan(0.45)
    expect(figure(body, 'deviceHours').value / 30.84e6).toBeGreaterThan(0.85)
    expect(figure(body, 'deviceHours').value / 30.84e6).toBeLessThan(1.15)
    // "Effective training time" of more than 90 %.
    expect(figure(body, 'goodput').value).toBeGreaterThan(0.88)
    expect(figure(body, 'goodput').value).toBeLessThan(0.96)
  })

  it.each([
    ['gpt-3-175b-as-run', 14.8 * 10_000],
    ['deepseek-v3-layout', 2.788e6 / 24],
  ])('%s took a time within the interval', async (name, deviceDays) => {
    const { body } = await training(example(name)).expect(200)
    const interval = (body as Answer).intervals.deviceDays
    for (const id of ['deviceHours', 'wallClockDays', 'hfu', 'mfu', 'stepTime', 'tokensPerSecond']) {
      expect((body as Answer).intervals, id).toHaveProperty([id])
    }
    expect(interval?.low).toBeLessThan(deviceDays)
    expect(interval?.high).toBeGreaterThan(deviceDays)
    expect(figure(body, 'deviceDays').value / deviceDays).toBeGreaterThan(0.6)
    expect(figure(body, 'deviceDays').value / deviceDays).toBeLessThan(1.6)
  })
})

describe('an estimate from a layout', () => {
  it('can be redone on paper: parts add up to the step, the step gives tokens, tokens give days', async () => {
    const { body } = await service.http
      .post('/v1/estimates/training?trace=true')
      .send({ ...asked, throughput: { layout }, goodput: { share: 0.9 } })
      .expect(200)
    const traced = new Map((body as Answer).trace.map(each => [each.id, each]))
    const traceOf = (id: string): number => traced.get(id)?.value ?? Number.NaN
    const parts = traced.get('stepTime')?.inputs ?? []
    expect(parts).toHaveLength(10)
    expect(parts.reduce((sum, id) => sum + traceOf(id), 0)).toBeCloseTo(traceOf('stepTime'), 9)
    const rate = (2048 * 8192) / traceOf('stepTime')
    expect(traceOf('tokensPerSecond')).toBeCloseTo(rate, 3)
    expect(traceOf('tokensPerSecondPerDevice')).toBeCloseTo(rate / 16_384, 6)
    const days = traceOf('trainingTokens') / rate / 86_400 / 0.9
    expect(traceOf('wallClockDays')).toBeCloseTo(days, 6)
    expect(traceOf('deviceHours')).toBeCloseTo(days * 24 * 16_384, 0)
    expect(traceOf('hfu')).toBeGreaterThanOrEqual(traceOf('mfu'))
  })

  it('takes as many devices as the layout, and names who it is like', async () => {
    const { body } = await training({ ...asked, throughput: { layout } }).expect(200)
    const devices = body.assumptions.find(({ name }: { name: string }) => name === 'devices')
    expect(devices).toMatchObject({ value: 16_384, status: 'default' })
    expect((body as Answer).intervals.stepTime?.stratum).toContain('benchmark')
    expect((body as Answer).intervals.deviceDays?.stratum).toContain('whole-run')
  })

  it('derives goodput from failures, checkpoints and restarts', async () => {
    const goodput = { deviceMtbfHours: 20_000, checkpointTime: 60, restartTime: 900 }
    const { body } = await training({ ...asked, throughput: { layout }, goodput }).expect(200)
    const between = (20_000 * 3600) / 16_384
    const interval = Math.sqrt(2 * 60 * between)
    const share = 1 - 60 / interval - (interval / 2 + 900) / between
    expect(figure(body, 'goodput').value).toBeCloseTo(share, 9)
  })

  it('waits longer on a network that is given as slower', async () => {
    const slow = { ...asked, throughput: { layout }, cluster: { interNodeBandwidth: 5e9 } }
    const [usual, slower] = [await training({ ...asked, throughput: { layout } }), await training(slow)]
    expect(figure(slower.body, 'stepTime').value).toBeGreaterThan(1.05 * figure(usual.body, 'stepTime').value)
    expect(figure(slower.body, 'tensorExchangeTime').value).toBeCloseTo(
      figure(usual.body, 'tensorExchangeTime').value,
      12,
    )
  })

  it('warns with both numbers of a layout that devices cannot hold', async () => {
    const { body } = await training({ ...asked, throughput: { layout: { ...layout, pipeline: 2 } } }).expect(
      200,
    )
    const warning = (body as Answer).warnings.find(({ code }) => code === 'layout-does-not-fit')
    expect(warning?.message.en).toMatch(/would hold [\d,.]+ GB, but programs see [\d.]+ GB/)
  })
})

describe('refuses', () => {
  it.each([
    [
      'tensor ranks that do not divide the heads',
      { layout: { ...layout, tensor: 6 } },
      '/throughput/layout/tensor',
    ],
    ['more chunks than layers', { layout: { ...layout, virtualStages: 9 } }, '/throughput/layout/pipeline'],
    [
      'a batch that cannot be cut',
      { layout: { ...layout, globalBatch: 100 } },
      '/throughput/layout/globalBatch',
    ],
  ])('%s', async (_, throughput, pointer) => {
    const { body } = await training({ ...asked, throughput }).expect(422)
    expect(JSON.stringify(body)).toContain(pointer)
  })

  it('devices that the layout does not fill, with both numbers', async () => {
    const { body } = await training({ ...asked, throughput: { layout }, devices: 1000 }).expect(422)
    expect(JSON.stringify(body)).toContain('16384')
    expect(JSON.stringify(body)).toContain('1000')
  })

  it('two ways of telling the throughput', async () => {
    await training({ ...asked, throughput: { layout, mfu: 0.4 } }).expect(422)
  })

  it('a layout without a device, a model, or an architecture', async () => {
    const { accelerator, model } = asked
    const missing = async (body: object, pointer: string) => {
      const answer = await training(body).expect(422)
      expect(JSON.stringify(answer.body)).toContain(pointer)
    }
    await missing({ model, throughput: { layout } }, '/accelerator')
    await missing({ accelerator, trainingFlop: 1e24, throughput: { layout } }, '/model')
    await missing(
      { accelerator, model: { parameters: 1e9 }, tokens: 1e9, throughput: { layout } },
      '/model/parameters',
    )
  })

  it('a cluster or a goodput that nothing is computed from', async () => {
    const { body } = await training({ ...asked, throughput: { mfu: 0.4 }, goodput: { share: 0.9 } }).expect(
      422,
    )
    expect(JSON.stringify(body)).toContain('/goodput')
    await training({ ...asked, throughput: { mfu: 0.4 }, cluster: { devicesPerNode: 8 } }).expect(422)
  })
})
