import { describe, expect, it } from 'vitest'
import { deviceFamily } from '../../../../src/domain/compute/calibration/device-family.ts'
import type { Device } from '../../../../src/domain/compute/device.ts'
import { cacheBytes, matmulPeak, numberFormat } from '../../../../src/domain/compute/serving/number-format.ts'
import {
  servingScopes,
  softwareStack,
  stackOnDevice,
} from '../../../../src/domain/compute/serving/software-stack.ts'

const device = (peak: Device['peak']): Device => ({
  ...{ id: 'x', vendor: 'x', kind: 'gpu', peak, matmulCeiling: null, memory: 80e9, memoryBandwidth: 1e12 },
  ...{ tdp: null, intraNodeBandwidth: null, interNodeBandwidth: null, devicesPerNode: null },
})
const hopper = device({ bf16: 1e15, fp8: 2e15 })
const ampere = device({ bf16: 3e14 })

describe('a format of GGUF files', () => {
  it('takes the bytes that the file of another model has', () => {
    // Llama 3 8B in Q4_K_M is 4.58 GiB, of 8.03 G parameters.
    const { weightBytes } = numberFormat('q4_k_m', hopper)
    expect(Math.abs(weightBytes / ((4.58 * 2 ** 30) / 8.030261248e9) - 1)).toBeLessThan(0.03)
    expect(numberFormat('Q8_0', hopper)).toMatchObject({ weightBytes: 8.5 / 8, compute: 'bf16' })
  })

  it('is multiplied with sums in 16 bits where the stack does so', () => {
    const consumer = device({ fp16: 142e12, bf16: 71e12 })
    expect(numberFormat('q4_k_m', consumer, softwareStack('llama.cpp').halfSums).compute).toBe('fp16')
    expect(numberFormat('fp16', consumer, softwareStack('vLLM').halfSums).compute).toBe('bf16')
  })
})

describe('a format of four bits', () => {
  it('is unpacked by calls from Python where bitsandbytes does it, whatever else it is called', () => {
    expect(numberFormat('nf4 double-quantised (w4a16)', ampere).blockwise).toBe(true)
    expect(numberFormat('bitsandbytes int8', ampere)).toMatchObject({ blockwise: true, weightBytes: 1 })
    expect(numberFormat('gptq-int4 (w4a16)', ampere).blockwise ?? false).toBe(false)
  })
})

describe('the peak that products are compared with', () => {
  it('is nearly all of the data sheet where vector units keep up with matrix units', () => {
    // An RTX 4090 has 165 TFLOP/s of the one and 82.6 of the other, an H100 PCIe 756 and 51.2.
    const consumer = device({ bf16: 165e12, fp32: 82.6e12 })
    expect(matmulPeak(consumer, 'bf16')).toBeCloseTo(165e12 / (1 + 165 / 82.6 / 60), -9)
    expect(matmulPeak(device({ bf16: 756e12, fp32: 51.2e12 }), 'bf16')).toBeCloseTo(0.8 * 756e12, -13)
    expect(matmulPeak({ ...consumer, matmulCeiling: 0.5 }, 'bf16')).toBe(82.5e12)
  })
})

describe('the software stack of a text', () => {
  it.each([
    ['vLLM 0.19.0', 'vllm', false],
    ['vLLM', 'vllm', false],
    ['vLLM (2023)', 'vllm', true],
    ['vllm v0.2.3', 'vllm', true],
    ['vllm 0.2.7', 'vllm', false],
    // A version that ends like an early one.
    ['vLLM 0.9.0.1 (ROCm 6.4.1)', 'vllm', false],
    ['vllm 0.1.7', 'vllm', true],
    ['TensorRT-LLM 1.0 PyTorch backend', 'tensorrt-llm', false],
    ['Deepspeed-MII', 'deepspeed-mii', false],
    ['llama.cpp b4000', 'llama.cpp', false],
    ['SGLang v0.4.6', 'sglang', false],
    ['HuggingFace Transformers', 'transformers', true],
    ['our own engine', 'none', false],
    [undefined, 'none', false],
  ])('%s is %s', (text, id, eager) => {
    expect(softwareStack(text)).toMatchObject({ id, eager })
  })

  it('captured no graph of long contexts and of prompts in the first versions that captured any', () => {
    // vLLM 0.4.2: `max_seq_len_to_capture` is 8,192 unless told otherwise.
    expect(softwareStack('vLLM 0.4.2')).toMatchObject({ capturedContext: 8192, eagerPrefill: true })
    for (const text of ['vLLM 0.8.5', 'vLLM 0.11.0', 'vLLM 0.19.0', 'vLLM']) {
      expect(softwareStack(text)).toMatchObject({
        capturedContext: Number.POSITIVE_INFINITY,
        eagerPrefill: false,
      })
    }
  })

  it('launches kernel by kernel on early AMD devices unless a version tells otherwise', () => {
    const on = (text: string, id: string) => stackOnDevice(softwareStack(text), id, text).eager
    expect(on('vLLM', 'mi300x-192gb')).toBe(true)
    expect(on('vLLM 0.9.1', 'mi300x-192gb')).toBe(false)
    expect(on('vLLM', 'mi325x-256gb')).toBe(false)
    expect(on('vLLM', 'h100-sxm-80gb')).toBe(false)
  })

  it('gives scopes of stack, family and traits', () => {
    expect(servingScopes(softwareStack('vLLM (2023)'), 'nvidia-ampere')).toEqual([
      'vllm',
      'nvidia-ampere',
      'eager',
      'general-collectives',
      'early-scheduler',
    ])
    expect(servingScopes(softwareStack(undefined), undefined)).toEqual(['none'])
  })
})

describe('the number format of a text', () => {
  it.each([
    ['fp16/bf16', 2, 'bf16', false],
    ['bfloat16', 2, 'bf16', false],
    ['fp8', 1, 'fp8', true],
    ['mxfp8', 1, 'fp8', true],
    ['awq', 0.5 + 2 / 128, 'bf16', false],
    ['nvfp4', 0.5 + 1 / 16, 'bf16', false],
    [undefined, 2, 'bf16', false],
  ])('%s has %d bytes a weight and multiplies in %s', (text, weightBytes, compute, quantisedActivations) => {
    expect(numberFormat(text, hopper)).toEqual({ weightBytes, compute, quantisedActivations })
  })

  it('is multiplied in 16 bits on a device that has no such products', () => {
    expect(numberFormat('fp8', ampere)).toEqual({
      weightBytes: 1,
      compute: 'bf16',
      quantisedActivations: false,
    })
  })

  it('of the cache is as named, else what the stack takes for narrow weights', () => {
    const narrow = numberFormat('fp8', hopper)
    expect(cacheBytes(undefined, narrow, true)).toBe(1)
    expect(cacheBytes(undefined, narrow, false)).toBe(2)
    expect(cacheBytes('bf16', narrow, true)).toBe(2)
    expect(cacheBytes('fp8_e4m3', numberFormat('bf16', hopper), false)).toBe(1)
  })
})

describe('the family of a device', () => {
  it.each([
    ['h200-sxm-141gb', 'nvidia-hopper'],
    ['a100-pcie-80gb', 'nvidia-ampere'],
    ['a10g-24gb', 'nvidia-ampere'],
    ['l40s-48gb', 'nvidia-ada'],
    ['gb200-186gb', 'nvidia-blackwell'],
    ['mi250x-128gb', 'amd-cdna2'],
    ['mi325x-256gb', 'amd-cdna3'],
    ['tpu-v5p', 'tpu'],
    ['ascend-910b1', 'huawei-ascend'],
    ['mlu370-x8', undefined],
  ])('%s is %s', (id, family) => {
    expect(deviceFamily(id)).toBe(family)
  })
})
