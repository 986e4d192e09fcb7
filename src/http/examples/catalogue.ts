import type { ExampleRequest } from '../example-requests.ts'

export const catalogueExamples: readonly ExampleRequest[] = [
  {
    name: 'accelerator-list',
    operation: 'listAccelerators',
    summary: 'The newest device of a vendor with a peak for fp8',
    parameters: { vendor: 'AMD', precision: 'fp8', sort: '-releaseDate', limit: 1 },
  },
  {
    name: 'accelerator-read',
    operation: 'getAccelerator',
    summary: 'A device whose sources disagree',
    parameters: { id: 'a100-sxm-80gb' },
  },
  {
    name: 'model-list',
    operation: 'listModels',
    summary: 'A search',
    parameters: { q: 'gpt-3 13b', limit: 1 },
  },
  {
    name: 'model-read',
    operation: 'getModel',
    summary: 'A model with its training',
    parameters: { id: 'gpt-3-175b' },
  },
  {
    name: 'price-list',
    operation: 'listPrices',
    summary: 'The latest rental prices of a device',
    parameters: { accelerator: 'h100-sxm-80gb', kind: 'onDemand', sort: '-date', limit: 2 },
  },
  {
    name: 'price-read',
    operation: 'getPrice',
    summary: 'One price',
    parameters: { id: 'p100-sxm2-16gb.2017-11-14.r29' },
  },
  {
    name: 'source-list',
    operation: 'listSources',
    summary: 'Those whose licence asks for attribution',
    parameters: { licence: 'CC-BY', limit: 2 },
  },
  {
    name: 'source-read',
    operation: 'getSource',
    summary: 'One source',
    parameters: { id: 'epoch-hardware-prices' },
  },
]
