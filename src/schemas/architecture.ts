import { Type } from 'typebox'
import { flopConventionNames } from '../domain/compute/architecture/flop.ts'
import { choice, ref } from './reference.ts'
import { ModelChoice } from './training.ts'

export const ArchitectureRequest = Type.Object(
  {
    model: ref(ModelChoice),
    sequence: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1,
        maximum: 100_000_000,
        description: 'Tokens of a sequence; default 2048',
      }),
    ),
    convention: Type.Optional(
      choice(flopConventionNames, {
        description:
          'What FLOP count: `causal`, pairs that a causal kernel computes; `full`, all pairs (Megatron-LM, PaLM, MosaicML); `parameters-only`, two a multiplying parameter; each with the output head unless it says without',
        default: 'causal',
      }),
    ),
  },
  {
    $id: 'ArchitectureRequest',
    additionalProperties: false,
    description: 'An architecture to count: a catalogue model by id, or an architecture',
  },
)

export const architectureComponents = [ArchitectureRequest]
