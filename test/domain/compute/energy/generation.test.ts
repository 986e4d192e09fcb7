import { describe, expect, it } from 'vitest'
import { diffusionForward } from '../../../../src/domain/compute/architecture/diffusion.ts'
import { diffusionModels } from '../../../../src/domain/compute/architecture/diffusion-models.ts'
import { medians } from '../../../../src/domain/compute/calibration/parameter.ts'
import {
  type GenerationWorkload,
  generationEstimate,
  generationParameters,
} from '../../../../src/domain/compute/energy/generation.ts'

const h100 = { peak: 989.4e12, memoryBandwidth: 3.35e12, tdp: 700, scopes: [] }
const model = diffusionModels['flux.1-dev'].transformer
const flux = (more: Partial<GenerationWorkload> = {}): GenerationWorkload => ({
  steps: 50,
  passes: 1,
  layers: model.layers,
  forward: diffusionForward(model, { height: 1024, width: 1024, frames: 1 }),
  batch: 8,
  devices: 1,
  ...more,
})
const values = medians(generationParameters)
const estimate = (more?: Partial<GenerationWorkload>) => generationEstimate(h100, flux(more), values)

describe('energy of generation', () => {
  it('never draws more than the thermal design power', () => {
    for (const batch of [1, 8, 64]) {
      for (const devices of [1, 2, 8]) {
        const { watts } = estimate({ batch, devices })
        expect(watts).toBeLessThanOrEqual(700 * devices * (1 + 1e-12))
        expect(watts).toBeGreaterThan(0.2 * 700 * devices)
      }
    }
  })

  it('is power times time, shared by the batch', () => {
    const { seconds, watts, joulesPerSample } = estimate()
    expect(joulesPerSample).toBeCloseTo((seconds * watts) / 8, 6)
  })

  it('of many devices for one picture is wasted: the host sets the pace, and all of them wait', () => {
    const one = estimate({ batch: 1, devices: 1 })
    const eight = estimate({ batch: 1, devices: 8 })
    expect(eight.joulesPerSample).toBeGreaterThan(1.5 * one.joulesPerSample)
    expect(eight.seconds).toBeGreaterThan(one.seconds / 4)
    expect(eight.watts / 8).toBeLessThan(one.watts)
  })

  it('grows with steps, passes and size', () => {
    const { joulesPerSample } = estimate()
    expect(estimate({ steps: 100 }).joulesPerSample).toBeCloseTo(2 * joulesPerSample, 6)
    expect(estimate({ passes: 2 }).joulesPerSample).toBeCloseTo(2 * joulesPerSample, 6)
    const forward = diffusionForward(model, { height: 2048, width: 2048, frames: 1 })
    expect(estimate({ forward }).joulesPerSample).toBeGreaterThan(4 * joulesPerSample)
  })

  it('computes no faster than the constants allow', () => {
    const { forward } = flux()
    const least = (50 * 8 * (forward.matmulFlop / 0.65 + forward.attentionFlop / 0.35)) / 989.4e12
    expect(estimate().seconds).toBeGreaterThan(least)
    const allowed = generationEstimate({ ...h100, tdp: 70 }, flux(), values)
    expect(allowed.watts).toBeCloseTo(70, 9)
    expect(allowed.seconds).toBeGreaterThan(estimate().seconds)
  })
})
