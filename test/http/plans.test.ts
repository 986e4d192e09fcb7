import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService({ worker: false })

const llama = { model: { id: 'llama-3-70b' }, accelerator: { id: 'h100-sxm-80gb' }, sequence: 8192 }
const search = (body: object) => service.http.post('/v1/plans').send(body)

describe('POST /v1/plans', () => {
  it('answers with layouts on the devices that fit, and what they take', async () => {
    const { body } = await search({
      ...llama,
      devices: 128,
      globalBatch: 512,
      price: { perDeviceHour: 2 },
    }).expect(200)
    const { layout, results } = body.fastest
    expect(layout.tensor * layout.pipeline * layout.data * layout.context).toBe(128)
    expect(results.memoryShare.value).toBeLessThanOrEqual(1)
    expect(results.tokensPerSecond.value).toBeCloseTo((512 * 8192) / results.stepTime.value, 3)
    expect(results.trainingCost.value).toBeCloseTo(results.deviceHours.value * 2, 0)
    // Published runs of this size and device reach 30 to 50 % of the peak.
    expect(results.mfu.value).toBeGreaterThan(0.3)
    expect(results.mfu.value).toBeLessThan(0.6)
    expect(body.cheapest).toEqual(body.fastest)
  })

  it('lays time against device-hours over numbers of devices', async () => {
    const { body } = await search({ ...llama, maximumDevices: 2048, globalBatch: 512 }).expect(200)
    const front = body.front.map(({ results }: { results: Record<string, { value: number }> }) => ({
      devices: results.devices?.value,
      time: results.stepTime?.value as number,
      hours: results.deviceHours?.value as number,
    }))
    expect(front.length).toBeGreaterThan(1)
    for (const [index, { time, hours }] of front.entries()) {
      if (index === 0) continue
      expect(time).toBeLessThan(front[index - 1].time)
      expect(hours).toBeGreaterThanOrEqual(front[index - 1].hours)
    }
    // The fewest devices may be beaten in both: what they must compute again costs more than devices save.
    expect(body.smallest.results.devices.value).toBeLessThanOrEqual(
      Math.min(...front.map(({ devices }: { devices: number }) => devices)),
    )
  })

  it.each([
    ['llama-3-8b', undefined],
    ['llama-3-8b', 'megatron-core'],
    ['mixtral-8x7b', 'megatron-deepspeed'],
  ])('says of a layout of %s under %s what the estimates of time and memory say of it', async (id, stack) => {
    const run = { model: { id }, accelerator: { id: 'h100-sxm-80gb' }, tokens: 1e12 }
    const { body } = await search({ ...run, devices: 64, sequence: 4096, ...(stack && { stack }) }).expect(
      200,
    )
    const { layout, results } = body.fastest
    const { body: time } = await service.http
      .post('/v1/estimates/training')
      .send({
        ...{ ...run, throughput: { layout }, goodput: { share: 1 } },
        ...(stack && { cluster: { stack } }),
      })
      .expect(200)
    for (const shared of [
      'stepTime',
      'tokensPerSecond',
      'mfu',
      'wallClockDays',
      'deviceHours',
      'trainingCost',
    ]) {
      expect(results[shared].value / time.results[shared].value, shared).toBeCloseTo(1, 9)
    }
    const { body: memory } = await service.http
      .post('/v1/estimates/memory')
      .send({
        job: 'training',
        ...{ model: run.model, accelerator: run.accelerator },
        training: { layout, ...(stack && { stack }) },
      })
      .expect(200)
    expect(results.totalBytesPerDevice.unit).toBe(memory.results.totalBytesPerDevice.unit)
    for (const shared of ['totalBytesPerDevice', 'memoryShare']) {
      expect(results[shared].value / memory.results[shared].value, shared).toBeCloseTo(1, 9)
    }
  })

  it('gives the same bytes for the same search', async () => {
    const [one, two] = await Promise.all([
      search({ ...llama, devices: 64 }),
      search({ ...llama, devices: 64 }),
    ])
    expect(one.text).toBe(two.text)
  })

  it.each([
    [{ ...llama }, '/devices', /devices, or maximumDevices/],
    [{ ...llama, devices: 8, maximumDevices: 16 }, '/maximumDevices', /8 and maximumDevices = 16/],
    [{ ...llama, devices: 8 }, '/devices', /takes 1\d\d\.\d GB of 85\.0\d GB/],
    [{ ...llama, devices: 64, space: { tensor: [3] } }, '/space', /= 63, but there are 64 devices/],
    [
      { ...llama, devices: 24, space: { tensor: [3] } },
      '/space',
      /64 attention heads cannot be divided among 3/,
    ],
    [{ ...llama, model: { parameters: 7e9 }, devices: 8 }, '/model/parameters', /architecture/],
    [{ ...llama, accelerator: { id: 'h1000' }, devices: 8 }, '/accelerator/id', /no accelerator/],
  ])('refuses %j at %s', async (body, pointer, detail) => {
    const { body: problem } = await search(body).expect(422)
    expect(problem.errors[0]?.pointer).toBe(pointer)
    expect(problem.detail).toMatch(detail)
  })

  it('refuses a search past its bound, with both numbers', async () => {
    const many = Array.from({ length: 64 }, (_, index) => index + 1)
    const { body } = await search({
      ...llama,
      maximumDevices: 1_000_000,
      globalBatch: 55_440 * 64,
      space: { microBatch: many, tensor: [1, 2, 4, 8, 16, 32, 64], context: [1, 2, 4, 8, 16, 32, 64] },
    }).expect(422)
    expect(body.detail).toMatch(/more than \d+ layouts; the most is 1000000/)
    expect(body.errors[0].pointer).toBe('/space')
  })
})
