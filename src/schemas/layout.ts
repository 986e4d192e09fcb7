import { Type } from 'typebox'
import { precisions } from '../domain/compute/catalogue.ts'
import { optimizers, recomputations } from '../domain/compute/layout/layout.ts'
import { choice } from './reference.ts'

const whole = (maximum: number, description: string) =>
  Type.Optional(Type.Integer({ format: 'int32', minimum: 1, maximum, description }))
const flag = (description: string) => Type.Optional(Type.Boolean({ description }))

/** Members of a layout; what is absent gets the default that its description names. */
export const ParallelLayout = Type.Object(
  {
    tensor: whole(4_096, 'Tensor-parallel ranks; default 1'),
    pipeline: whole(4_096, 'Pipeline-parallel ranks; default 1'),
    data: whole(1_000_000, 'Data-parallel ranks; default: as many as fill the devices'),
    context: whole(4_096, 'Context-parallel ranks, which divide a sequence; default 1'),
    expert: whole(4_096, 'Ranks that the routed experts of a layer are divided among; default 1'),
    expertTensor: whole(
      4_096,
      'Ranks that one expert is divided among; default `tensor`, or 1 where experts are on more ranks than that leaves',
    ),
    virtualStages: whole(1_000, 'Model chunks that a pipeline rank holds; default 1'),
    unevenStages: flag('Whether pipeline stages may differ by one layer; default false'),
    microBatch: whole(100_000, 'Sequences that a rank computes at once; default 1'),
    globalBatch: whole(
      100_000_000,
      'Sequences of a step over all ranks; default: `microBatch` × `data` × 4 × `pipeline`, or without the last two in one stage',
    ),
    sequence: whole(100_000_000, 'Tokens of a sequence; default 4096'),
    recompute: Type.Optional(
      choice(recomputations, {
        description:
          'What is computed again in the backward pass: nothing, the attention core (`selective`), all but attention and every second matrix product (`products`), or all of a layer (`full`); default `none`',
      }),
    ),
    sequenceParallel: flag(
      'Whether tensor-parallel ranks divide norms and residuals along the sequence; default true where `tensor` is above 1',
    ),
    flashAttention: flag('Whether the attention core keeps no scores; default true'),
    dropout: flag('Whether activations are dropped at random, which keeps masks; default false'),
    zeroStage: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 0,
        maximum: 3,
        description:
          'What data-parallel ranks divide: 1 optimizer states, 2 gradients too, 3 weights too (fully sharded); default 1',
      }),
    ),
    optimizer: Type.Optional(
      choice(optimizers, { description: 'Optimizer, by the states that it keeps; default `adam`' }),
    ),
    precision: Type.Optional(
      choice(precisions, {
        description:
          'Number format of matrix products; default: the 16-bit format that the device has a peak for',
      }),
    ),
    gradientBytes: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 2,
        maximum: 8,
        description:
          'Bytes that a gradient is kept in; default 4, or 2 where weights are fully sharded without a pipeline',
      }),
    ),
  },
  {
    $id: 'ParallelLayout',
    additionalProperties: false,
    description: 'How a training step is laid out on devices',
  },
)

export const layoutComponents = [ParallelLayout]
