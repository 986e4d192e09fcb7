import { describe, expect, it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService()
const memory = (body: object) => service.http.post('/v1/estimates/memory').send(body)
const h100 = { accelerator: { id: 'h100-sxm-80gb' } }
const training = { job: 'training', model: { id: 'llama-3-8b' }, ...h100 }
const serving = { job: 'serving', model: { id: 'llama-3-70b' }, ...h100 }
const tiny = { layers: 2, hidden: 256, heads: 4, ffn: 1024, vocab: 1000 }

interface Answer {
  readonly results: Record<string, { readonly value: number; readonly unit: string }>
  readonly warnings: { readonly code: string; readonly message: { readonly en: string } }[]
}
const figure = ({ results }: Answer, id: string): number => {
  const found = results[id]
  if (found === undefined) throw new Error(`The answer has no ${id}: ${Object.keys(results).join(', ')}.`)
  return found.value
}

describe('a training job', () => {
  it('names its parts, which add up to what the device shows', async () => {
    const { body } = await memory({ ...training, training: { layout: { zeroStage: 0 } } }).expect(200)
    const parts = [
      'weightBytes',
      'gradientBytes',
      'optimizerBytes',
      'activationBytes',
      'logitsBytes',
      'bufferBytes',
    ]
    const sum = [...parts, 'contextBytes', 'fragmentationBytes'].reduce(
      (total, id) => total + figure(body, id),
      0,
    )
    expect(sum / figure(body, 'totalBytesPerDevice')).toBeCloseTo(1, 12)
    // 2, 4 and 12 bytes of 8.03 B parameters.
    expect(figure(body, 'weightBytes') / 2 / 8.03e9).toBeCloseTo(1, 2)
    expect(figure(body, 'gradientBytes')).toBe(2 * figure(body, 'weightBytes'))
    expect(figure(body, 'optimizerBytes')).toBe(6 * figure(body, 'weightBytes'))
    for (const { unit } of Object.values((body as Answer).results)) expect(unit).not.toBe('')
  })

  it('that does not fit says so with both numbers and the fewest devices on which it does', async () => {
    const { body } = await memory(training).expect(200)
    expect(figure(body, 'fits')).toBe(0)
    const fewest = figure(body, 'minimumDevices')
    expect(fewest).toBeGreaterThan(1)
    const warning = (body as Answer).warnings.find(({ code }) => code === 'does-not-fit')
    expect(warning?.message.en).toContain(`are ${fewest}`)
    expect(figure(body, 'totalBytesPerDevice')).toBeGreaterThan(figure(body, 'usableBytesPerDevice'))
  })

  it('fits on the fewest devices when it is laid out as said', async () => {
    const { body } = await memory(training).expect(200)
    const note = body.assumptions.find(({ name }: { name: string }) => name === 'minimumDevices').note
      .en as string
    const [tensor, pipeline, data] = [/tensor (\d+)/, /pipeline (\d+)/, /data (\d+)/].map(degree =>
      Number(degree.exec(note)?.[1]),
    )
    const layout = { tensor, pipeline, data, globalBatch: (data as number) * (pipeline as number) }
    const { body: fitting } = await memory({ ...training, training: { layout } }).expect(200)
    expect(figure(fitting, 'fits')).toBe(1)
    expect(figure(fitting, 'devices')).toBe(figure(body, 'minimumDevices'))
  })

  it('of adapters in four bits: 70 B on one device', async () => {
    const { body } = await memory({
      ...training,
      model: { id: 'llama-3-70b' },
      training: {
        devices: 1,
        layout: { recompute: 'full', sequence: 2048 },
        adapter: { rank: 16, frozenFormat: 'nf4' },
      },
    }).expect(200)
    expect(figure(body, 'fits')).toBe(1)
    expect(figure(body, 'minimumDevices')).toBe(1)
    // The 70 B of its matrices at 0.52 bytes are 36 GB, and two 16-bit tables over four bits 3 GB more.
    expect(figure(body, 'weightBytes') / 1e9).toBeCloseTo(39.9, 0)
    expect(figure(body, 'optimizerBytes')).toBe(3 * figure(body, 'gradientBytes'))
  })

  it('tells what the step of the optimizer takes: as the stack does it, or as asked', async () => {
    const layout = { data: 8, globalBatch: 8, zeroStage: 3, recompute: 'full' }
    const on = (more: object) => memory({ ...training, training: { layout, ...more } }).expect(200)
    const [plain, sharded, flat] = await Promise.all([
      on({}),
      on({ stack: 'fsdp' }),
      on({ stack: 'fsdp', optimizerStep: 'flat' }),
    ])
    // Of those of its eighth, in two bytes.
    const parameters = figure(plain.body, 'weightBytes') / 2
    expect(figure(plain.body, 'updateBytes')).toBe(0)
    expect(figure(sharded.body, 'updateBytes')).toBe(4 * parameters)
    expect(figure(flat.body, 'updateBytes')).toBe(14 * parameters)
    const grown = figure(flat.body, 'totalBytesPerDevice') - figure(sharded.body, 'totalBytesPerDevice')
    expect(grown / parameters).toBeCloseTo(10, 9)
    const { status, note } = sharded.body.assumptions.find(
      ({ name }: { name: string }) => name === 'updateFormat',
    )
    expect(status).toBe('default')
    expect(note.en).toContain('AdamW of PyTorch')
  })

  it('carries where measurements lie', async () => {
    const { body } = await memory(training).expect(200)
    const { low, high, family } = body.intervals.totalBytesPerDevice
    expect(family).toBe('training-memory')
    expect(low).toBeLessThan(figure(body, 'totalBytesPerDevice'))
    expect(high).toBeGreaterThan(figure(body, 'totalBytesPerDevice'))
  })

  it('takes an architecture in place of a catalogue model', async () => {
    const { body } = await memory({ ...training, model: { architecture: tiny } }).expect(200)
    // Two layers of 4 · 256² and 3 · 256 · 1,024, and two tables of 1,000 words.
    expect(figure(body, 'weightBytes')).toBe(2 * (2 * (4 * 256 ** 2 + 3 * 256 * 1024) + 2 * 1000 * 256))
  })
})

describe('a serving job', () => {
  it('says how many sequences the cache holds', async () => {
    const { body } = await memory({ ...serving, serving: { tensor: 8, concurrency: 64 } }).expect(200)
    expect(figure(body, 'kvCacheBytesPerTokenPerDevice')).toBe(40_960)
    expect(figure(body, 'kvCacheBytesPerSequence')).toBe(8192 * 40_960)
    expect(figure(body, 'kvCacheBytes')).toBe(64 * 8192 * 40_960)
    const held = figure(body, 'kvCacheBudgetBytes') / figure(body, 'kvCacheBytesPerSequence')
    expect(figure(body, 'maximumConcurrency')).toBeCloseTo(held, 9)
    expect(figure(body, 'kvCapacityTokens') % 16).toBe(0)
    expect(figure(body, 'fits')).toBe(1)
  })

  it('of 70 B in 16 bits takes more than one device, in four bits one', async () => {
    const wide = await memory(serving).expect(200)
    expect(figure(wide.body, 'fits')).toBe(0)
    expect(figure(wide.body, 'minimumDevices')).toBeGreaterThan(1)
    const narrow = await memory({ ...serving, serving: { weightFormat: 'int4' } }).expect(200)
    expect(figure(narrow.body, 'fits')).toBe(1)
    expect(figure(narrow.body, 'minimumDevices')).toBe(1)
  })

  it('keeps a latent vector for DeepSeek-V3, whole on each rank', async () => {
    const { body } = await memory({
      ...serving,
      model: { id: 'deepseek-v3' },
      serving: { tensor: 8, weightFormat: 'fp8' },
    }).expect(200)
    expect(figure(body, 'kvCacheBytesPerTokenPerDevice')).toBe(70_272)
  })

  it('caps windowed layers at their window', async () => {
    const model = { architecture: { ...tiny, slidingWindow: 1024 } }
    const { body } = await memory({ ...serving, model, serving: { sequence: 100_000 } }).expect(200)
    expect(figure(body, 'kvCacheBytesPerSequence')).toBe(2 * 1024 * 2 * 256 * 2)
  })

  it('of a script of transformers up to 4.41 holds logits of the whole prompt, two caches and tables of positions', async () => {
    const script = { program: 'transformers-4.41', sequence: 4096, prompt: 2048, concurrency: 2 }
    const { body } = await memory({ ...serving, serving: script }).expect(200)
    // 2 · 2,048 tokens: 16-bit vectors of 8,192, and 6 bytes a logit of 128,256.
    const logits = 2 * 2048 * (2 * 8192 + 6 * 128_256)
    expect(figure(body, 'activationBytes')).toBe(logits)
    // 80 layers of 2 · 8,192 positions of 128 numbers of 16 bits.
    expect(figure(body, 'positionTableBytes')).toBe(80 * 2 * 8192 * 128 * 2)
    // The second cache of 2 · 4,096 tokens fits where the logits were.
    expect(figure(body, 'kvCacheBytes')).toBeLessThan(logits)
    expect(figure(body, 'cacheCopyBytes')).toBe(0)
    const held = ['weightBytes', 'positionTableBytes', 'kvCacheBytes', 'activationBytes']
    const sum = held.reduce((total, id) => total + figure(body, id), 0)
    expect(figure(body, 'allocatedBytes') / sum).toBeCloseTo(1, 12)
    expect(figure(body, 'totalBytesPerDevice')).toBeCloseTo(sum + figure(body, 'contextBytes'), -1)
    expect(body.intervals.allocatedBytes.family).toBe('serving-memory')
  })

  it('computes no more in a step than its prompts have, and of a server no more than its bound', async () => {
    const tokens = async (job: object) => {
      const { body } = await service.http
        .post('/v1/estimates/memory?trace=true')
        .send({ ...serving, serving: { concurrency: 2, sequence: 4096, ...job } })
        .expect(200)
      return body.trace.find(({ id }: { id: string }) => id === 'stepTokens').value
    }
    const asked = [{}, { prompt: 512 }, { prompt: 512, stepTokens: 256 }]
    expect(await Promise.all(asked.map(tokens))).toEqual([8192, 1024, 256])
    const scripts = asked.map(job => ({ ...job, program: 'transformers' }))
    expect(await Promise.all(scripts.map(tokens))).toEqual([2 * 4096, 1024, 256])
  })

  it('of a script whose answer outgrows its prompt holds two caches at the peak', async () => {
    const script = { program: 'transformers-4.41', sequence: 100_000, prompt: 1, tensor: 8 }
    const { body } = await memory({ ...serving, serving: script }).expect(200)
    const cache = figure(body, 'kvCacheBytes')
    const rest = figure(body, 'weightBytes') + figure(body, 'positionTableBytes')
    expect((figure(body, 'allocatedBytes') - rest) / cache).toBeCloseTo(2, 9)
    const one = await memory({ ...serving, serving: { ...script, cacheCopies: 1 } }).expect(200)
    expect((figure(one.body, 'allocatedBytes') - rest) / cache).toBeCloseTo(1, 2)
    // A prompt of one token takes next to nothing, so that half as many have room.
    expect(figure(one.body, 'maximumConcurrency') / figure(body, 'maximumConcurrency')).toBeCloseTo(2, 2)
  })

  it('of a script has room for as many prompts as can be computed at once', async () => {
    const script = { program: 'transformers-4.41', sequence: 4096, prompt: 4096, tensor: 8 }
    const { body } = await memory({ ...serving, serving: script }).expect(200)
    const most = Math.floor(figure(body, 'maximumConcurrency'))
    const at = (concurrency: number) =>
      memory({ ...serving, serving: { ...script, concurrency } }).expect(200)
    const [fitting, beyond] = await Promise.all([at(most), at(most + 1)])
    expect([figure(fitting.body, 'fits'), figure(beyond.body, 'fits')]).toEqual([1, 0])
    expect(figure(beyond.body, 'maximumConcurrency')).toBeCloseTo(figure(body, 'maximumConcurrency'), 9)
  })

  it('of a script that widens weights holds the largest matrix in 16 bits, as often as it is copied', async () => {
    const script = { program: 'litgpt', weightFormat: 'nf4-single', sequence: 64, prompt: 8 }
    const { body } = await memory({ ...serving, serving: script }).expect(200)
    // Twice the head of 128,256 × 8,192, in 16 bits; the head is quantised, the embedding is not.
    const table = 128_256 * 8192
    expect(figure(body, 'widenedWeightBytes')).toBe(2 * table * 2)
    const plain = await memory({ ...serving, serving: { weightFormat: 'nf4-single' } }).expect(200)
    const saved = figure(plain.body, 'weightBytes') - figure(body, 'weightBytes')
    expect(saved / table).toBeCloseTo(2 - 0.5625, 9)
    const inSixteen = await memory({ ...serving, serving: { program: 'litgpt', sequence: 64 } }).expect(200)
    expect(inSixteen.body.results.widenedWeightBytes).toBeUndefined()
  })

  it('that fits nowhere gives no number of devices, and says so', async () => {
    const body = { ...serving, serving: { concurrency: 100_000_000, sequence: 100_000_000 } }
    const { body: answer } = await memory(body).expect(200)
    expect(answer.results.minimumDevices).toBeUndefined()
    expect(answer.warnings.map(({ code }: { code: string }) => code)).toEqual([
      'does-not-fit',
      'fits-nowhere',
    ])
  })
})

describe('what cannot be', () => {
  it.each<[string, object, string, string[]]>([
    [
      'a parameter count alone',
      { ...training, model: { parameters: 7e9 } },
      '/model/parameters',
      ['7000000000'],
    ],
    ['an unknown model', { ...training, model: { id: 'llama-9' } }, '/model/id', ['llama-9']],
    ['a model that is no transformer', { ...training, model: { id: 'sd-1.x' } }, '/model/id', []],
    ['an unknown device', { ...training, accelerator: { id: 'h900' } }, '/accelerator/id', ['h900']],
    ['the job of another', { ...training, serving: {} }, '/serving', ['training', 'serving']],
    [
      'degrees that are not the devices',
      { ...training, training: { devices: 1024, layout: { tensor: 8, pipeline: 4, data: 30 } } },
      '/training/layout/data',
      ['960', '1024'],
    ],
    [
      'heads that cannot be shared',
      { ...training, training: { layout: { tensor: 3 } } },
      '/training/layout/tensor',
      ['32', '3'],
    ],
    [
      'layers that cannot be shared',
      { ...training, training: { layout: { pipeline: 5 } } },
      '/training/layout/pipeline',
      ['32', '5'],
    ],
    [
      'serving heads that cannot be shared',
      { ...serving, serving: { tensor: 5 } },
      '/serving/tensor',
      ['64', '5'],
    ],
    ['experts that there are not', { ...serving, serving: { expert: 8 } }, '/serving/expert', ['0', '8']],
    [
      'a prompt longer than its sequence',
      { ...serving, serving: { program: 'transformers', prompt: 9000, sequence: 8192 } },
      '/serving/prompt',
      ['9000', '8192'],
    ],
    ['more ranks than layers', { ...serving, serving: { pipeline: 81 } }, '/serving/pipeline', ['81', '80']],
    [
      'an architecture without heads',
      { ...training, model: { architecture: { ...tiny, heads: 0 } } },
      '/model/architecture/heads',
      [],
    ],
  ])('%s is refused where it stands', async (_, body, pointer, told) => {
    const { body: problem } = await memory(body)
      .expect(422)
      .expect('content-type', /application\/problem\+json/)
    expect(problem.errors).toEqual([expect.objectContaining({ pointer })])
    for (const number of told) expect(problem.detail).toContain(number)
  })

  it.each<[string, object]>([
    ['no job', { model: { id: 'llama-3-8b' }, ...h100 }],
    ['another job', { ...training, job: 'dreaming' }],
    ['unknown members', { ...training, layout: {} }],
    ['a degree of none', { ...training, training: { layout: { tensor: 0 } } }],
    ['half a device', { ...training, training: { devices: 1.5 } }],
    ['two models at once', { ...training, model: { id: 'llama-3-8b', parameters: 8e9 } }],
    ['more than all memory', { ...serving, serving: { memoryUtilisation: 1.1 } }],
  ])('%s is 422', async (_, body) => {
    await memory(body).expect(422)
  })

  it('the largest that the schema allows is answered', async () => {
    const huge = 2_147_483_647
    const architecture = { layers: huge, hidden: huge, heads: huge, headDim: huge, ffn: huge, vocab: huge }
    const { status } = await memory({ ...training, model: { architecture } })
    expect([200, 422]).toContain(status)
  })
})
