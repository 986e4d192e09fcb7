import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService({ worker: false })
const training = (body: object) => service.http.post('/v1/estimates/training').send(body)

/** So many device-hours, by way of a FLOP a second. */
const hours = (deviceHours: number) => ({
  trainingFlop: deviceHours * 3600 * 1e12,
  throughput: { flopPerSecond: 1e12 },
})

describe('energy, carbon and water of a training run', () => {
  // Patterson et al. 2021, table 4: devices, days, measured system power in W, PUE, kgCO2e per kWh; MWh and tCO2e.
  it.each([
    ['T5', 'tpu-v3', 512, 20, 310, 1.12, 0.545, 85.7, 46.7],
    ['GPT-3', 'v100-sxm2-32gb', 10_000, 14.8, 330, 1.1, 0.429, 1287, 552.1],
    ['GShard', 'tpu-v3', 1024, 3.1, 288, 1.09, 0.177, 24.1, 4.3],
    ['Switch', 'tpu-v3', 1024, 27, 245, 1.1, 0.33, 179, 59.1],
  ])(
    '%s at the power measured: within 2 %% of table 4',
    async (_, id, devices, days, powerPerDevice, pue, gridIntensity, mwh, tonnes) => {
      const energy = { powerPerDevice, pue, gridIntensity }
      const run = { ...hours(devices * days * 24), accelerator: { id }, devices, energy }
      const { body } = await training(run).expect(200)
      expect(Math.abs(body.results.trainingEnergy.value / mwh - 1)).toBeLessThan(0.02)
      expect(Math.abs(body.results.operationalCarbon.value / tonnes - 1)).toBeLessThan(0.02)
      expect(body.results.trainingEnergy.unit).toBe('MWh')
    },
  )

  // The defaults know neither the machine room nor the load: GPT-3 drew 330 W a device, the defaults say 375.
  it.each([
    ['GPT-3', 'v100-sxm2-32gb', 10_000, 14.8, 1.1, 1287, 0.15],
    ['T5', 'tpu-v3', 512, 20, 1.12, 85.7, 0.6],
  ])('%s by the defaults of its device family', async (_, id, devices, days, pue, mwh, within) => {
    const run = { ...hours(devices * days * 24), accelerator: { id }, energy: { pue } }
    const { body } = await training(run).expect(200)
    expect(Math.abs(body.results.trainingEnergy.value / mwh - 1)).toBeLessThan(within)
  })

  // Touvron et al. 2023, table 15: thermal design power of 400 W, PUE 1.1, 0.385 kgCO2e per kWh.
  it.each([
    ['LLaMA-7B', 82_432, 36, 14],
    ['LLaMA-13B', 135_168, 59, 23],
    ['LLaMA-33B', 530_432, 233, 90],
    ['LLaMA-65B', 1_022_362, 449, 173],
    ['OPT-175B', 809_472, 356, 137],
    ['BLOOM-175B', 1_082_880, 475, 183],
  ])('%s: %d device-hours by the formula of the LLaMA paper', async (_, deviceHours, mwh, tonnes) => {
    const energy = { powerFraction: 1, serverFactor: 1, pue: 1.1 }
    const run = { ...hours(deviceHours), accelerator: { id: 'a100-sxm-80gb' }, energy }
    const { body } = await training(run).expect(200)
    expect(Math.abs(body.results.trainingEnergy.value / mwh - 1)).toBeLessThan(0.015)
    expect(Math.abs(body.results.operationalCarbon.value / tonnes - 1)).toBeLessThan(0.025)
  })

  it('evaporates for GPT-3 what Li et al. count: 0.708 ML on site and 4.731 ML in generation', async () => {
    // They take 1,287 MWh as IT energy in rooms with a PUE of 1.17.
    const energy = { powerPerDevice: 1000, pue: 1.17 }
    const { body } = await training({ ...hours(1_287_000), energy }).expect(200)
    expect(body.results.trainingWater).toMatchObject({ unit: 'm3' })
    expect(body.results.trainingWater.value).toBeCloseTo(708 + 4731, -1)
  })

  it('spreads the making of a device over three years, and adds it to the emissions', async () => {
    const run = { ...hours(3 * 365 * 24), accelerator: { id: 'h100-sxm-80gb' }, energy: {} }
    const { body } = await training(run).expect(200)
    const { embodiedCarbon, operationalCarbon, trainingCarbon, embodiedShare } = body.results
    expect(embodiedCarbon.value).toBeCloseTo(0.164 + 5.7 / 8, 9)
    expect(trainingCarbon.value).toBeCloseTo(embodiedCarbon.value + operationalCarbon.value, 9)
    expect(embodiedShare.value).toBeCloseTo(embodiedCarbon.value / trainingCarbon.value, 9)
  })

  it('draws what an H100 server draws: 10.2 kW for eight, at three quarters', async () => {
    const run = { ...hours(24), accelerator: { id: 'h100-sxm-80gb' }, energy: {} }
    const { body } = await training(run).expect(200)
    expect(body.results.powerPerDevice.value / ((10_200 / 8) * 0.75)).toBeCloseTo(1, 3)
  })

  it('has no embodied share where nothing emits anything', async () => {
    const energy = { gridIntensity: 0, embodiedPerDevice: 0 }
    const accelerator = { id: 'h100-sxm-80gb' }
    const { body } = await training({ ...hours(1e3), accelerator, energy }).expect(200)
    expect(body.results.trainingCarbon.value).toBe(0)
    expect(body.results.embodiedShare.value).toBe(0)
  })

  it('says so when it does not know what a device draws', async () => {
    const { body } = await training({ ...hours(24), energy: {} }).expect(200)
    expect(body.results.trainingEnergy).toBeUndefined()
    expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('no-power')
  })
})
