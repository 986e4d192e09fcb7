import { Type } from 'typebox'
import { optimizerStepNames } from '../domain/compute/memory/optimizer-step.ts'
import { servingProgramNames } from '../domain/compute/memory/serving-habits.ts'
import { adaptedMatrices } from '../domain/compute/memory/state-memory.ts'
import { storageFormatNames } from '../domain/compute/memory/storage-format.ts'
import { trainingStackIds } from '../domain/compute/training-time/training-stack.ts'
import { AcceleratorChoice, ModelChoice } from './choices.ts'
import { ParallelLayout } from './layout.ts'
import { choice, ref } from './reference.ts'

const whole = (maximum: number, description: string) =>
  Type.Optional(Type.Integer({ format: 'int32', minimum: 1, maximum, description }))
const format = (description: string) => Type.Optional(choice(storageFormatNames, { description }))

export const LowRankAdapter = Type.Object(
  {
    rank: Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: 65_536,
      description: 'Rank of the two matrices that are trained in place of each adapted one',
    }),
    matrices: Type.Optional(
      choice(adaptedMatrices, {
        description:
          'Which matrices have adapters: those of attention, or those of feed-forward parts too; default `all`',
      }),
    ),
    frozenFormat: format(
      'Format that the frozen model is held in, block scales included; default bf16. Embeddings stay in 16 bits',
    ),
  },
  { $id: 'LowRankAdapter', additionalProperties: false, description: 'Low-rank adaptation (LoRA)' },
)

export const TrainingMemoryJob = Type.Object(
  {
    devices: whole(100_000_000, 'Devices; default: as many as the layout takes'),
    layout: Type.Optional(ref(ParallelLayout)),
    stack: Type.Optional(
      choice(trainingStackIds, {
        description:
          'Software whose habits are taken: DeepSpeed exchanges through buckets, `fsdp` updates with PyTorch’s own AdamW; default: one that does neither',
      }),
    ),
    optimizerStep: Type.Optional(
      choice(optimizerStepNames, {
        description:
          'How the optimizer’s step is put together, by the bytes that it takes of each parameter of the rank beside states and a 32-bit gradient: `fused` 0, `foreach` 4 (AdamW of PyTorch from 2.1), `foreach-2.0` 8, `flat` 14 (one flat vector, with 32-bit copies of the gradients for their norm; the gradients are of 16 bits: `gradientBytes` 2). Default: as the stack does, `fused` without one',
      }),
    ),
    adapter: Type.Optional(ref(LowRankAdapter)),
  },
  {
    $id: 'TrainingMemoryJob',
    additionalProperties: false,
    description: 'A training job: how it is laid out, and whether adapters alone are trained',
  },
)

export const ServingMemoryJob = Type.Object(
  {
    tensor: whole(4_096, 'Tensor-parallel ranks; default 1'),
    pipeline: whole(4_096, 'Pipeline-parallel ranks; default 1'),
    expert: whole(
      4_096,
      'Ranks that routed experts are divided among; default 1: they are divided among the tensor-parallel ranks',
    ),
    weightFormat: format(
      'Format of the weights, block scales included; default bf16. Embeddings stay in 16 bits',
    ),
    cacheFormat: format('Format of cached keys and values; default: that which is computed in'),
    sequence: whole(100_000_000, 'Tokens of a sequence, prompt and answer together; default 8192'),
    concurrency: whole(100_000_000, 'Sequences at once; default 1'),
    memoryUtilisation: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0.01,
        maximum: 1,
        description: 'Share of the memory of a device that is planned with; default 0.9',
      }),
    ),
    stepTokens: whole(
      10_000_000,
      'Tokens that a step computes at most; default 8192, or no bound of a program that computes whole prompts',
    ),
    stepSequences: whole(
      1_000_000,
      'Sequences that a step chooses a token for at most; default 256, or all of a program that computes whole prompts',
    ),
    program: Type.Optional(
      choice(servingProgramNames, {
        description:
          'Software whose habits are taken. `paged` (vLLM and its like, the default): steps of bounded size over one cache. `transformers`: whole prompts at once, and one matrix of few bits widened to 16. `transformers-4.41`, and releases before it: logits of the whole prompt in 16 and 32 bits, two caches at once, tables of positions in each layer. `litgpt`: logits of the whole prompt in 16 bits, a matrix of few bits widened twice, the head quantised. `fastertransformer`: whole prompts, buffers that are never shared, a head beside the embedding. `deepspeed-inference`: whole prompts',
      }),
    ),
    prompt: whole(
      100_000_000,
      'Tokens of a prompt: a step computes no more than those of all prompts. Default of a program that computes whole prompts: all of the sequence, as long as a prompt can be',
    ),
    promptLogitBytes: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0,
        maximum: 16,
        description:
          'Bytes of each logit of every token that is computed at once; 0: only the last token of a sequence has logits. Default: as the program does',
      }),
    ),
    cacheCopies: whole(2, 'Caches alive at once while tokens are appended; default: as the program does'),
    positions: whole(
      100_000_000,
      'Positions that each layer holds sines and cosines of. Default: of programs whose layers do, the sequence and at least 8192; none of others',
    ),
  },
  {
    $id: 'ServingMemoryJob',
    additionalProperties: false,
    description: 'A serving job: where the model is placed, in which formats, and for how many sequences',
  },
)

export const MemoryRequest = Type.Object(
  {
    job: choice(['training', 'serving'], { description: 'What the devices do' }),
    model: ref(ModelChoice),
    accelerator: ref(AcceleratorChoice),
    training: Type.Optional(ref(TrainingMemoryJob)),
    serving: Type.Optional(ref(ServingMemoryJob)),
  },
  {
    $id: 'MemoryRequest',
    additionalProperties: false,
    description:
      'A job on devices. The model needs an architecture; of `training` and `serving` only that of the job',
  },
)

export const memoryComponents = [LowRankAdapter, TrainingMemoryJob, ServingMemoryJob, MemoryRequest]
