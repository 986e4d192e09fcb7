import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService({ worker: false })
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
  ])('refuses %j at %s', async (body, pointer) => {
    const { body: problem } = await ask(body).expect(422)
    expect(problem.errors[0].pointer).toBe(pointer)
  })
})
