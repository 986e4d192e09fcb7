import { describe, expect, it } from 'vitest'
import { architectureRow } from '../../support/models.ts'
import { dataFile, type Row } from '../../support/reference-files.ts'

interface Device extends Row {
  readonly peakFlopPerSecond: Readonly<Record<string, { readonly value: number } | undefined>>
  readonly memory: { readonly value: number }
  readonly memoryBandwidth: { readonly value: number }
}

const devices = new Map(dataFile<Device[]>('accelerators.json').map(device => [device.id, device]))
const device = (id: string): Device => {
  const found = devices.get(id)
  if (found === undefined) throw new Error(`There is no ${id}.`)
  return found
}

/** Errors that published catalogues had: each value here once stood for another. */
describe('errors of other catalogues are not in this one', () => {
  // Figures that count 2:4 sparsity are twice as high: 1979 for the H100, 4500 for the B200, 1466 for the L40S.
  it.each([
    ['h100-sxm-80gb', 'bf16', 989.4],
    ['gh200-96gb', 'bf16', 989.5],
    ['b200-sxm-180gb', 'bf16', 2250],
    ['gb200-186gb', 'bf16', 2500],
    ['l40s-48gb', 'fp8', 733],
    ['mi355x-288gb', 'bf16', 2500],
  ])('%s has its dense %s peak, %d TFLOP/s', (id, precision, peak) => {
    expect(device(id).peakFlopPerSecond[precision]?.value).toBe(peak * 1e12)
  })

  it('a peak of 8 bits is at most twice that of 16', () => {
    for (const { id, peakFlopPerSecond: peak } of devices.values()) {
      const sixteen = peak.bf16?.value ?? peak.fp16?.value
      if (sixteen === undefined) continue
      if (peak.fp8 !== undefined) expect(peak.fp8.value / sixteen, id).toBeLessThan(2.03)
    }
  })

  it.each([
    ['gb200-186gb', 8e12],
    ['trainium1-32gb', 0.82e12],
  ])('%s reads its memory at %d byte/s', (id, bandwidth) => {
    expect(device(id).memoryBandwidth.value).toBe(bandwidth)
  })

  it.each([
    ['a10-24gb', 24e9],
    ['v100-sxm2-16gb', 16e9],
  ])('%s has %d bytes', (id, memory) => {
    expect(device(id).memory.value).toBe(memory)
  })

  it('BLOOM has 70 layers of width 14,336 with 112 heads', () => {
    expect(architectureRow('bloom-176b')).toMatchObject({ layers: 70, hidden: 14_336, heads: 112 })
  })

  it.each([
    ['llama-7b', 11_008],
    ['llama-65b', 22_016],
  ])('%s is gated, %d wide inside', (id, ffn) => {
    expect(architectureRow(id)).toMatchObject({ ffn, gatedMlp: true })
  })

  // Tokenisers have fewer entries than embeddings have rows; catalogues that take these miscount a model's parameters.
  it.each([
    ['llama-3-8b', 128_256],
    ['llama-3.1-405b', 128_256],
    ['llama-3.2-1b', 128_256],
    ['llama-3.3-70b', 128_256],
    ['qwen2.5-7b', 152_064],
    ['qwen3-8b', 151_936],
    ['phi-2', 51_200],
    ['olmo-2-13b', 100_352],
  ])('the embedding of %s has %d rows', (id, vocab) => {
    expect(architectureRow(id)).toMatchObject({ vocab })
  })

  it('GPT-3 XL has 16 heads of 128, not the 24 that its paper prints', () => {
    expect(architectureRow('gpt-3-xl')).toMatchObject({ heads: 16, headDim: 128, hidden: 2_048 })
  })
})
