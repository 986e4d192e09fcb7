import { describe, expect, it } from 'vitest'
import { servingHabits, servingProgram } from '../../../../src/domain/compute/memory/serving-habits.ts'

describe('the program that a text names', () => {
  it.each([
    ['vLLM 0.19.0', 'paged'],
    ['vLLM 0.6.3 (transformers 4.45)', 'paged'],
    ['TensorRT-LLM', 'paged'],
    ['Hugging Face Transformers 4.38.2', 'transformers-4.41'],
    ['transformers==4.41.2', 'transformers-4.41'],
    ['Hugging Face Transformers 4.42', 'transformers'],
    ['transformers v4.57.1', 'transformers'],
    // The release of PyTorch is none of transformers; the year tells.
    ['Hugging Face Transformers (PyTorch 2.0.1, 2023)', 'transformers-4.41'],
    ['Hugging Face Transformers (PyTorch 2.6)', 'transformers'],
    ['Hugging Face Transformers', 'transformers'],
    ['LitGPT (PyTorch 2.1 eager, 2023)', 'litgpt'],
    ['FasterTransformer', 'fastertransformer'],
    ['DeepSpeed-Inference', 'deepspeed-inference'],
    ['a stack of tomorrow', 'paged'],
    [undefined, 'paged'],
  ])('%s: %s', (framework, program) => {
    expect(servingProgram(framework)).toBe(program)
  })
})

it('a program that is not told has one paged cache, bounded steps and nothing widened', () => {
  const { wholePrompts, promptLogitBytes, cacheCopies, positionTables, widenedCopies } = servingHabits()
  expect([wholePrompts, promptLogitBytes, cacheCopies, positionTables, widenedCopies]).toEqual([
    false,
    0,
    1,
    false,
    0,
  ])
})
