import { describe, expect, it } from 'vitest'
import { diffusionModels } from '../../../src/domain/compute/architecture/diffusion-models.ts'
import { flopConventions } from '../../../src/domain/compute/architecture/flop.ts'
import { unetModels } from '../../../src/domain/compute/architecture/unet-models.ts'
import { useService } from '../../support/service.ts'

const service = useService({ worker: false })
const dit = diffusionModels['dit-xl-2'].transformer
const ask = (body: object) => service.http.post('/v1/estimates/architecture?trace=true').send(body)

interface Answer {
  readonly results: Record<string, { readonly value: number; readonly formula: string | null }>
  readonly tables: { readonly conventions: { readonly rows: { key: string; values: number[] }[] } }
}
const row = ({ tables }: Answer, key: string): number[] =>
  tables.conventions.rows.find(each => each.key === key)?.values ?? []

describe('POST /v1/estimates/architecture', () => {
  it.each([
    // As their publishers state them, within the rounding of what they print.
    ['gpt-3-175b', 174.6e9, 174.6e9],
    ['llama-3-70b', 70.55e9, 70.55e9],
    ['deepseek-v3', 671e9, 37.5e9],
    ['mixtral-8x7b', 46.7e9, 12.9e9],
  ])('counts %s', async (id, total, active) => {
    const { body } = await ask({ model: { id } }).expect(200)
    const { parameters, activeParameters } = (body as Answer).results
    expect(Math.abs((parameters?.value as number) / total - 1)).toBeLessThan(0.005)
    expect(Math.abs((activeParameters?.value as number) / active - 1)).toBeLessThan(0.01)
    expect(parameters?.formula).not.toBeNull()
  })

  it('converts between conventions as a count of products by hand does', async () => {
    const shape = {
      layers: 2,
      hidden: 64,
      heads: 4,
      ffn: 256,
      gatedMlp: false,
      vocab: 1000,
      tiedEmbeddings: true,
    }
    const { body } = await ask({ model: { architecture: shape }, sequence: 128, convention: 'full' }).expect(
      200,
    )
    // Per layer 4 · 64² for attention and 8 · 64² for the feed-forward part; 64 000 for the output head.
    const multiplying = 2 * 12 * 64 ** 2 + 64_000
    // Scores and values over 128 tokens in full, over 64.5 on average in a causal sequence.
    const core = (context: number) => 2 * 4 * 64 * context
    expect(row(body, 'full')[0]).toBe(2 * multiplying + core(128))
    expect(row(body, 'causal')[0]).toBe(2 * multiplying + core(64.5))
    expect(row(body, 'parameters-only')[0]).toBe(2 * multiplying)
    expect(row(body, 'full-without-logits')[0]).toBe(2 * (multiplying - 64_000) + core(128))
    expect(row(body, 'causal')[1]).toBe(3 * (row(body, 'causal')[0] as number))
    expect(row(body, 'causal')[2]).toBeCloseTo(
      (2 * multiplying + core(64.5)) / (2 * multiplying + core(128)),
      12,
    )
  })

  it('converts between every two conventions, there and back', async () => {
    const names = Object.keys(flopConventions)
    const ratios = new Map<string, Map<string, number>>()
    for (const convention of names) {
      const { body } = await ask({ model: { id: 'llama-3-8b' }, sequence: 8192, convention }).expect(200)
      ratios.set(convention, new Map(names.map(name => [name, row(body, name)[2] as number])))
    }
    for (const from of names) {
      expect(ratios.get(from)?.get(from)).toBe(1)
      for (const to of names) {
        expect((ratios.get(from)?.get(to) ?? 0) * (ratios.get(to)?.get(from) ?? 0)).toBeCloseTo(1, 12)
      }
    }
    expect(ratios.get('causal')?.get('full')).toBeGreaterThan(1)
  })

  it('counts a window and states as their definitions say', async () => {
    const shape = {
      layers: 4,
      hidden: 64,
      heads: 4,
      ffn: 256,
      vocab: 1000,
      stateSpaceLayers: 2,
      stateSize: 16,
    }
    const windowed = { ...shape, slidingWindow: 8, slidingWindowLayers: 1 }
    const { body } = await ask({
      model: { architecture: windowed },
      sequence: 64,
      convention: 'full',
    }).expect(200)
    const { matmulParameters } = (body as Answer).results
    // One layer sees 64 tokens, one 8; two keep states of 16 over an inner width of 128.
    const mixing = 4 * 64 * (64 + 8) + 2 * 6 * 128 * 16
    expect(row(body, 'full')[0]).toBe(2 * (matmulParameters?.value as number) + mixing)
  })

  it.each([
    [{ model: { parameters: 7e9 } }, '/model/parameters'],
    [{ model: { id: 'no-such-model' } }, '/model/id'],
    [
      { model: { architecture: { layers: 2, hidden: 64, heads: 3, ffn: 256, vocab: 10 } } },
      '/model/architecture/heads',
    ],
    [
      { model: { architecture: { layers: 2, hidden: 64, heads: 4, kvHeads: 3, ffn: 256, vocab: 10 } } },
      '/model/architecture/kvHeads',
    ],
    [{ model: { id: 'gpt-3-175b' }, convention: 'other' }, '/convention'],
    [{ model: { id: 'gpt-3-175b' }, convention: 'multiply-add-as-one' }, '/convention'],
    [{ model: { id: 'gpt-3-175b' }, height: 224 }, '/height'],
    [{ model: { vision: { id: 'vit-b-16' } }, convention: 'causal' }, '/convention'],
    [{ model: { vision: { id: 'vit-b-16' } }, sequence: 197 }, '/sequence'],
    [{ model: { vision: { id: 'vit-b-16' } }, frames: 2 }, '/frames'],
    [{ model: { vision: { id: 'vit-b-16' } }, height: 15 }, '/height'],
    [{ model: { vision: { id: 'vit-b-17' } } }, '/model/vision/id'],
    [{ model: { vision: { id: 'vit-b-16' }, id: 'gpt-3-175b' } }, '/model'],
    [{ model: { diffusion: { id: 'stable-diffusion-xl' } }, width: 7 }, '/width'],
    [
      { model: { diffusion: { unet: { ...unetModels['stable-diffusion-1.5'].unet, multipliers: [1, 2] } } } },
      '/model/diffusion/unet/transformerDepth',
    ],
    [
      { model: { diffusion: { transformer: { ...dit, skipLayers: 29 } } } },
      '/model/diffusion/transformer/skipLayers',
    ],
    [
      { model: { diffusion: { transformer: { ...dit, textStreamLayers: 1 } } } },
      '/model/diffusion/transformer/textStreamLayers',
    ],
  ])('refuses %j at %s', async (body, pointer) => {
    const { body: problem } = await ask(body).expect(422)
    expect(problem.errors[0].pointer).toBe(pointer)
  })

  it('shows the working of a model of images, with the source of its numbers', async () => {
    const { body } = await ask({
      model: { vision: { id: 'vit-b-16' } },
      convention: 'multiply-add-as-one',
    }).expect(200)
    expect(body.results.parameters.value).toBe(86_567_656)
    const forward = body.results['conventions.multiply-add-as-one.forward']
    expect(forward.formula).toBe('(M + A) / 2')
    expect(forward.inputs).toEqual(['matmulFlop', 'attentionFlop'])
    // torchvision prints 17.56.
    expect(forward.value / 1e9).toBeCloseTo(17.56, 2)
    const hidden = body.assumptions.find(({ name }: { name: string }) => name === 'hidden')
    expect(hidden).toMatchObject({ value: 768, status: 'catalogue', source: 'torchvision-vit' })
    await service.http.get('/v1/sources/torchvision-vit').expect(200)
  })

  it.each([
    { vision: { id: 'vit-b-16' } },
    { vision: { transformer: { layers: 2, hidden: 64, ffn: 256, patch: 16, classes: 10 } } },
    { diffusion: { id: 'dit-xl-2' } },
    { diffusion: { transformer: dit } },
    { diffusion: { id: 'stable-diffusion-1.5' } },
    { diffusion: { unet: unetModels['stable-diffusion-xl'].unet } },
  ])('is swept over the size of a picture, as each size is estimated by itself, for %j', async model => {
    const over = [{ input: 'height', values: [256, 512] }]
    const { text } = await service.http
      .post('/v1/estimates/architecture/sweep')
      .send({ inputs: { model }, over, outputs: ['matmulFlop', 'attentionFlop', 'parameters'] })
      .expect(200)
    const rows = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    for (const height of [256, 512]) {
      const { body } = await ask({ model, height }).expect(200)
      const swept = rows.find(row => row.over?.height === height)?.results
      expect(Object.keys(swept)).toHaveLength(3)
      for (const [id, value] of Object.entries(swept)) expect(value, id).toBe(body.results[id].value)
    }
  })

  it('answers the extremes of its bounds for models of images', async () => {
    const unet = {
      ...{ pixelsPerLatent: 1, latentChannels: 1024, channels: 10_000, multipliers: Array(8).fill(64) },
      ...{ residualBlocks: 6, transformerDepth: Array(8).fill(100), middleDepth: 100 },
      ...{ contextTokens: 100_000, contextWidth: 100_000, vectorWidth: 100_000 },
    }
    const size = { height: 65_536, width: 65_536 }
    const { body } = await ask({ model: { diffusion: { unet } }, ...size }).expect(200)
    expect(Number.isFinite(body.results.matmulFlop.value)).toBe(true)
    const smallest = { ...unet, multipliers: [1], transformerDepth: [0], middleDepth: 0, residualBlocks: 1 }
    await ask({ model: { diffusion: { unet: smallest } }, height: 1, width: 1 }).expect(200)
  })
})
