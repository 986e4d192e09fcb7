import { it } from 'vitest'
import { useService } from '../../support/service.ts'

const service = useService()
const base = {
  model: { parameters: 175e9 },
  tokens: 300e9,
  accelerator: { id: 'v100-sxm2-32gb' },
  precision: 'fp16',
  devices: 1000,
  price: { perDeviceHour: { lognormal: { p5: 2, p95: 4.5 } } },
}
const mfu = { throughput: { mfu: { triangular: { low: 0.2, mode: 0.35, high: 0.5 } } } }
const show = (name: string, r: any) =>
  console.log(name, r.status, JSON.stringify(r.body, null, 0).slice(0, 2500))
it('x', async () => {
  const post = (p: string, b: object) => service.http.post('/v1/estimates/' + p).send(b)
  show(
    'plain',
    await post('training', { ...base, ...mfu }).then(r => ({
      status: r.status,
      body: r.body.warnings ?? r.body,
    })),
  )
  let t = performance.now()
  show(
    'sim',
    await post('training/simulate', {
      inputs: { ...base, ...mfu },
      samples: 65536,
      histogramBins: 3,
      seed: '2023',
      outputs: ['trainingCost'],
      correlations: [{ between: ['mfu', 'perDeviceHour'], spearman: -0.3 }],
      exceeding: [{ quantity: 'trainingCost', value: 5e6 }],
    }),
  )
  console.log(performance.now() - t)
  t = performance.now()
  show('sens', await post('training/sensitivity', { inputs: { ...base, ...mfu } }))
  console.log(performance.now() - t)
  show(
    'solve',
    await post('training/solve', {
      inputs: { ...base, ...mfu },
      target: { quantity: 'trainingCost', value: 5e6 },
      for: 'parameters',
    }),
  )
  show(
    'solve mfu',
    await post('training/solve', {
      inputs: { ...base },
      target: { quantity: 'trainingCost', value: 5e6 },
      for: 'mfu',
    }),
  )
  show(
    'solve dev',
    await post('training/solve', {
      inputs: { ...base },
      target: { quantity: 'wallClockDays', value: 30, side: 'at-most' },
      for: 'devices',
    }),
  )
  show(
    'solve unreach',
    await post('training/solve', {
      inputs: { ...base },
      target: { quantity: 'trainingCost', value: -5 },
      for: 'mfu',
    }),
  )
  show(
    'solve unreach2',
    await post('training/solve', {
      inputs: { ...base },
      target: { quantity: 'wallClockDays', value: 1e-9 },
      for: 'devices',
    }),
  )
  show(
    'solve peak',
    await post('training/solve', {
      inputs: { ...base },
      target: { quantity: 'trainingCost', value: 5e6 },
      for: 'peakFlopPerSecond',
    }),
  )
  const s = await post('training/sweep', {
    inputs: { ...base },
    over: [
      { member: '/accelerator/id', values: ['v100-sxm2-32gb', 'h100-sxm-80gb'] },
      { input: 'mfu', from: 0.2, to: 0.5, steps: 3 },
    ],
    outputs: ['trainingCost'],
  })
  console.log(s.status, s.text)
  const c = await service.http
    .post('/v1/estimates/training/sweep')
    .set('accept', 'text/csv')
    .send({
      inputs: { ...base },
      over: [{ input: 'devices', from: 1, to: 4, steps: 4 }],
      outputs: ['trainingCost', 'wallClockDays'],
    })
  console.log(c.status, c.headers['content-type'], c.text)
  show('bad1', await post('training', { ...base, throughput: { mfu: { normal: { mean: 0.4, sd: 0.2 } } } }))
  show(
    'bad2',
    await post('training', {
      ...base,
      throughput: { mfu: { triangular: { low: 0.4, mode: 0.2, high: 0.6 } } },
    }),
  )
  show('bad3', await post('training', { ...base, throughput: { mfu: { normal: { mean: 0.4 } } } }))
  show('bad3b', await post('training', { ...base, throughput: { mfu: 'x' } }))
  show('bad3c', await post('training', { ...base, throughput: { mfu: { lognormal: { p5: 1, p95: 0.2 } } } }))
  show('bad3d', await post('training', { ...base, throughput: { mfu: { lognormal: { p5: 1 } } } }))
  show('bad3e', await post('training', { ...base, devices: { uniform: { low: 1, high: 3 } } }))
  show(
    'bad4',
    await post('training/simulate', {
      inputs: { ...base, throughput: { flopPerSecond: { uniform: { low: 1e13, high: 2e14 } } } },
    }),
  )
  show('bad5', await post('training/simulate', { inputs: { ...base, ...mfu }, samples: 1000 }))
  show('bad6', await post('training/simulate', { inputs: { ...base, tokens: 0 } }))
  show('bad7', await post('nosuch/simulate', { inputs: {} }))
  show(
    'alt',
    await post('training/simulate', {
      alternatives: [
        { id: 'kaplan', weight: 1, inputs: { ...base, ...mfu } },
        { id: 'chinchilla', weight: 3, inputs: { ...base, ...mfu, tokens: 3.5e12 } },
      ],
      outputs: ['trainingCost'],
      histogramBins: 0,
    }),
  )
  show(
    'metalog',
    await post('training', {
      ...base,
      throughput: {
        mfu: {
          metalog: {
            lower: 0,
            upper: 1,
            quantiles: [
              { p: 0.1, value: 0.2 },
              { p: 0.5, value: 0.35 },
              { p: 0.9, value: 0.36 },
            ],
          },
        },
      },
    }),
  )
})
