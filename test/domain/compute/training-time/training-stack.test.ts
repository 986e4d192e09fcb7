import { describe, expect, it } from 'vitest'
import { fusesAttention, trainingStack } from '../../../../src/domain/compute/training-time/training-stack.ts'

describe('software stacks by what publishers write', () => {
  it.each([
    ['Megatron-LM 0.14 / TE 2.11', 'megatron-core'],
    ['Megatron-Core r0.8.0', 'megatron-core'],
    ['NeMo 24.09', 'nemo'],
    ['Megatron-Bridge', 'nemo'],
    ['Megatron-LM', 'megatron'],
    ['Megatron-DeepSpeed', 'megatron-deepspeed'],
    ['GPT-NeoX', 'megatron-deepspeed'],
    ['DeepSpeed ZeRO-3', 'deepspeed'],
    ['torchtitan (FSDP2, torch.compile)', 'torchtitan'],
    ['Composer/FSDP (FlashAttention, ALiBi)', 'fsdp'],
    ['MaxText', 'xla'],
    ['InternEvo (Hybrid Zero, FlashAttention)', 'internevo'],
    ['Colossal-AI', 'colossal-ai'],
    ['something of our own', undefined],
    [undefined, undefined],
  ])('%s is %s', (framework, id) => {
    expect(trainingStack(framework).id).toBe(id)
  })

  it('tells kernels of the first generation by their names', () => {
    expect(trainingStack('Composer/FSDP (FlashAttention, ALiBi)').earlyAttention).toBe(true)
    expect(trainingStack('FSDP with FlashAttention-3').earlyAttention).toBe(false)
  })

  it.each([
    ['Megatron-LM', 'nvidia-ampere', false],
    ['Megatron-LM', 'nvidia-hopper', true],
    ['Megatron-LM with FlashAttention', 'nvidia-ampere', true],
    ['Megatron-Core', 'nvidia-ampere', true],
    ['FSDP', 'nvidia-volta', false],
  ])('%s on %s fuses attention: %s', (framework, family, fuses) => {
    expect(fusesAttention(trainingStack(framework), family, framework)).toBe(fuses)
  })
})
