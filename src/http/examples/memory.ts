import type { ExampleRequest } from '../example-requests.ts'

const operation = 'estimateMemory'
const onH100 = { accelerator: { id: 'h100-sxm-80gb' } }

export const memoryExamples: readonly ExampleRequest[] = [
  {
    name: 'llama-3.1-405b-memory',
    operation,
    summary:
      'Llama 3.1 405B as it was trained on 16,384 H100, without recomputation: at the edge of their memory',
    body: {
      job: 'training',
      model: { id: 'llama-3.1-405b' },
      ...onH100,
      training: {
        devices: 16_384,
        layout: {
          tensor: 8,
          pipeline: 16,
          data: 128,
          unevenStages: true,
          sequence: 8192,
          globalBatch: 2048,
          zeroStage: 2,
        },
      },
    },
  },
  {
    name: 'lora-70b-one-device',
    operation,
    summary: 'Adapters of a 70B model on one 80 GB device, the model frozen in four bits',
    body: {
      job: 'training',
      model: { id: 'llama-3-70b' },
      ...onH100,
      training: {
        devices: 1,
        layout: { recompute: 'full', sequence: 2048 },
        adapter: { rank: 16, frozenFormat: 'nf4' },
      },
    },
  },
  {
    name: 'llama-3-70b-cache',
    operation,
    summary: 'Llama 3 70B served on eight H100: how many conversations of 8,192 tokens the cache holds',
    body: {
      job: 'serving',
      model: { id: 'llama-3-70b' },
      ...onH100,
      serving: { tensor: 8, concurrency: 64 },
    },
  },
  {
    name: 'long-prompt-in-a-script',
    operation,
    summary:
      'Qwen2.5 7B in a script of transformers 4.41 with a prompt of 14,336 tokens: its logits take as much as the model',
    body: {
      job: 'serving',
      model: { id: 'qwen2.5-7b' },
      accelerator: { id: 'a100-sxm-80gb' },
      serving: { program: 'transformers-4.41', sequence: 16_384, prompt: 14_336, concurrency: 1 },
    },
  },
  {
    name: 'four-bits-in-a-script',
    operation,
    summary:
      'Llama 2 7B in four bits in LitGPT: matrices are widened to 16 bits one at a time, the head twice over',
    body: {
      job: 'serving',
      model: { id: 'llama-2-7b' },
      accelerator: { id: 'a100-sxm-40gb' },
      serving: { program: 'litgpt', weightFormat: 'nf4-single', sequence: 512, concurrency: 1 },
    },
  },
  {
    name: 'fully-sharded-foreach-adamw',
    operation,
    summary:
      'Llama 3 8B fully sharded over eight devices, updated with the AdamW of PyTorch, which holds four bytes more of each parameter',
    body: {
      job: 'training',
      model: { id: 'llama-3-8b' },
      ...onH100,
      training: {
        devices: 8,
        stack: 'fsdp',
        optimizerStep: 'foreach',
        layout: { data: 8, globalBatch: 8, zeroStage: 3, recompute: 'full', sequence: 4096 },
      },
    },
  },
]
