import { describe, expect, it } from 'vitest'
import { diffusionForward } from '../../../src/domain/compute/architecture/diffusion.ts'
import { diffusionModels } from '../../../src/domain/compute/architecture/diffusion-models.ts'
import { deviceOf } from '../../../src/domain/compute/device.ts'
import { generationEstimate, generationScopes } from '../../../src/domain/compute/energy/generation.ts'
import { useService } from '../../support/service.ts'

const service = useService({ worker: false })
const image = (body: object) => service.http.post('/v1/estimates/image').send(body)
const flux = {
  model: { id: 'flux.1-dev' },
  height: 1024,
  width: 1024,
  steps: 50,
  batch: 8,
  accelerator: { id: 'h100-sxm-80gb' },
}

describe('POST /v1/estimates/image', () => {
  it('gives FLOP, time, power, energy and cost of an image', async () => {
    const { body } = await image({ ...flux, price: { perDeviceHour: 2.5 } }).expect(200)
    const { forwardFlop, flopPerSample, batchSeconds, meanPower, energyPerSample, costPerSample } =
      body.results
    // 57 layers of 12·h² over 4,096 + 512 tokens, and attention among them.
    const expected = 2 * 57 * 12 * 3072 ** 2 * 4608 + 4 * 57 * 3072 * 4608 ** 2
    expect(forwardFlop.value / expected).toBeCloseTo(1, 2)
    expect(flopPerSample.value).toBeCloseTo(50 * forwardFlop.value, -8)
    expect(energyPerSample.value).toBeCloseTo((meanPower.value * batchSeconds.value) / 8, 3)
    expect(costPerSample.value).toBeCloseTo(((batchSeconds.value / 3600) * 2.5) / 8, 9)
    // ML.ENERGY measured 7,570 J, 88 s and 688 W; the constants are fitted on rows of its leaderboard.
    expect(Math.abs(energyPerSample.value / 7570 - 1)).toBeLessThan(0.1)
    expect(Math.abs(batchSeconds.value / 88 - 1)).toBeLessThan(0.2)
    expect(meanPower.value).toBeLessThanOrEqual(700)
  })

  it.each([
    ['h100-sxm-80gb', 1, 8],
    ['h100-sxm-80gb', 8, 1],
    ['b200-sxm-180gb', 2, 1],
  ])('writes on its sheet what the backtest computes, on %s × %d at batch %d', async (id, devices, batch) => {
    const { body } = await image({ ...flux, accelerator: { id }, devices, batch }).expect(200)
    const { transformer, passes } = diffusionModels['flux.1-dev']
    const catalogue = service.installation.catalogue()
    const accelerator = catalogue.accelerators.get(id)
    const device = accelerator && deviceOf(accelerator)
    const estimate = generationEstimate(
      {
        peak: device?.peak.bf16 ?? Number.NaN,
        memoryBandwidth: device?.memoryBandwidth ?? Number.NaN,
        tdp: device?.tdp ?? Number.NaN,
        scopes: generationScopes(id),
      },
      {
        ...{ steps: 50, passes, batch, devices, layers: transformer.layers },
        forward: diffusionForward(transformer, { height: 1024, width: 1024, frames: 1 }),
      },
      catalogue.calibration.get('generation')?.values ?? {},
    )
    expect(body.results.energyPerSample.value / estimate.joulesPerSample).toBeCloseTo(1, 12)
    expect(body.results.batchSeconds.value / estimate.seconds).toBeCloseTo(1, 12)
    expect(body.results.meanPower.value / estimate.watts).toBeCloseTo(1, 12)
  })

  it('gives an interval with the stratum that it rests on', async () => {
    const { body } = await image(flux).expect(200)
    const { low, high, family, rows } = body.intervals.energyPerSample
    expect(family).toBe('generation')
    expect(rows).toBeGreaterThan(11)
    expect(low).toBeLessThan(body.results.energyPerSample.value)
    expect(high).toBeGreaterThan(body.results.energyPerSample.value)
  })

  it('takes a transformer that is described, under guidance unless it says otherwise', async () => {
    const { transformer } = diffusionModels['dit-xl-2']
    const body = { ...flux, model: { transformer }, height: 256, width: 256 }
    const answer = await image(body).expect(200)
    // Peebles and Xie 2022: 118.64 G multiply-adds.
    expect(answer.body.results.forwardFlop.value / 2 / 118.64e9).toBeCloseTo(1, 2)
    expect(answer.body.results.flopPerSample.value / answer.body.results.forwardFlop.value).toBe(100)
    const once = await image({ ...body, passes: 1 }).expect(200)
    expect(once.body.results.flopPerSample.value / once.body.results.forwardFlop.value).toBe(50)
  })

  it('says what is not in it', async () => {
    const { body } = await image({ ...flux, accelerator: { id: 'l40-48gb' } }).expect(200)
    const codes = body.warnings.map(({ code }: { code: string }) => code)
    expect(codes).toContain('transformer-alone')
  })

  it.each([
    [{ height: 8 }, 'out-of-range', '16'],
    [{ accelerator: { id: 'tpu-v5p' } }, 'missing-value', 'thermal design power'],
    [
      { model: { transformer: { ...diffusionModels['dit-xl-2'].transformer, parallelLayers: 29 } } },
      'inconsistent-inputs',
      'parallelLayers = 29 is more than layers = 28',
    ],
    [{ model: { id: 'etch-a-sketch' } }, 'invalid-request', 'flux.1-dev'],
    [{ steps: 0 }, 'invalid-request', '/steps'],
  ])('refuses %j as %s', async (more, code, says) => {
    const { body } = await image({ ...flux, ...more }).expect(422)
    expect(body.code).toBe(code)
    expect(JSON.stringify(body)).toContain(says)
  })

  it('answers the extremes of its bounds', async () => {
    const { transformer } = diffusionModels['dit-xl-2']
    const large = { ...transformer, layers: 1000, hidden: 100_000, ffn: 1e6, pixelsPerToken: 1 }
    const most = {
      ...flux,
      height: 65_536,
      width: 65_536,
      frames: 100_000,
      steps: 10_000,
      batch: 10_000,
      devices: 1024,
    }
    await image({ ...most, model: { transformer: large } }).expect(200)
    const small = { ...transformer, layers: 1, hidden: 1, ffn: 1, pixelsPerToken: 1 }
    await image({ ...flux, height: 1, width: 1, steps: 1, model: { transformer: small } }).expect(200)
  })
})
