import type { ExampleRequest } from '../example-requests.ts'

const operation = 'estimateImage'

export const imageExamples: readonly ExampleRequest[] = [
  {
    name: 'flux-on-h100',
    operation,
    summary: 'A megapixel of FLUX.1-dev on an H100, eight at a time, at the prices of a day',
    body: {
      model: { id: 'flux.1-dev' },
      height: 1024,
      width: 1024,
      steps: 50,
      batch: 8,
      accelerator: { id: 'h100-sxm-80gb' },
      priceAsOf: '2025-03-31',
    },
  },
  {
    name: 'video-on-eight-h100',
    operation,
    summary: 'Five seconds of HunyuanVideo at 720 lines, shared by eight H100, with its trace',
    parameters: { trace: true },
    body: {
      model: { id: 'hunyuan-video' },
      height: 720,
      width: 1280,
      frames: 129,
      steps: 50,
      devices: 8,
      accelerator: { id: 'h100-sxm-80gb' },
      price: { perDeviceHour: 2.5 },
    },
  },
]
