import { DomainError } from '../../errors.ts'
import type { Transformer } from '../architecture/transformer.ts'
import { type ServingHabits, type ServingProgram, servingHabits } from './serving-habits.ts'
import type { ServingPlacement } from './serving-memory.ts'
import type { ServingStep } from './serving-overheads.ts'
import { type StorageFormat, storageFormats } from './storage-format.ts'

/** A serving job. */
export interface ServingMemoryRequest {
  readonly tensor?: number
  readonly pipeline?: number
  readonly expert?: number
  readonly weightFormat?: StorageFormat
  readonly cacheFormat?: StorageFormat
  /** Tokens of a sequence, prompt and answer together. */
  readonly sequence?: number
  /** Sequences at once. */
  readonly concurrency?: number
  readonly memoryUtilisation?: number
  readonly stepTokens?: number
  readonly stepSequences?: number
  /** What the program holds beside weights and cache; what follows takes the place of its habits. */
  readonly program?: ServingProgram
  /** Tokens of a prompt: a step computes no more than there are. */
  readonly prompt?: number
  readonly promptLogitBytes?: number
  readonly cacheCopies?: number
  /** Positions that each layer holds tables of. */
  readonly positions?: number
}

export const servingDefaults = {
  sequence: 8192,
  concurrency: 1,
  memoryUtilisation: 0.9,
  stepTokens: 8192,
  stepSequences: 256,
}

function refuse(member: string, message: string, facts: Record<string, number>): never {
  throw new DomainError('inconsistent-inputs', message, { pointer: `/serving/${member}`, facts })
}

function placementOf(request: ServingMemoryRequest, t: Transformer): ServingPlacement {
  const { tensor = 1, pipeline = 1, expert = 1 } = request
  if (t.heads % tensor !== 0) {
    refuse(
      'tensor',
      `${t.heads} attention heads cannot be divided among ${tensor} tensor-parallel ranks; tensor must divide heads.`,
      { heads: t.heads, tensor },
    )
  }
  if (t.kvHeads % tensor !== 0 && tensor % t.kvHeads !== 0) {
    refuse(
      'tensor',
      `${t.kvHeads} key-value heads can neither be divided among nor repeated on ${tensor} tensor-parallel ranks; one of the two must divide the other.`,
      { kvHeads: t.kvHeads, tensor },
    )
  }
  if (pipeline > t.layers) {
    refuse('pipeline', `${pipeline} pipeline ranks cannot share ${t.layers} layers; each needs one.`, {
      pipeline,
      layers: t.layers,
    })
  }
  if (expert > 1 && (t.experts === 0 || t.experts % expert !== 0)) {
    refuse(
      'expert',
      `${t.experts} experts cannot be divided among ${expert} expert-parallel ranks; expert must divide the experts (1 for a model without).`,
      { experts: t.experts, expert },
    )
  }
  return { tensor, pipeline, expert }
}

/** A step computes all prompts at once, as far as it is not bounded. Only whole prompts are bounded by nothing else. */
function stepOf(request: ServingMemoryRequest, habits: ServingHabits, bytes: number): ServingStep {
  const { sequence = servingDefaults.sequence, concurrency = servingDefaults.concurrency, prompt } = request
  if (prompt !== undefined && prompt > sequence) {
    refuse(
      'prompt',
      `A prompt of ${prompt} tokens is longer than the sequence of ${sequence} tokens that it is part of; raise sequence.`,
      { prompt, sequence },
    )
  }
  const { wholePrompts, promptLogitBytes } = habits
  const bound = request.stepTokens ?? (wholePrompts ? Number.POSITIVE_INFINITY : servingDefaults.stepTokens)
  const prompts = concurrency * (prompt ?? sequence)
  return {
    tokens: wholePrompts || prompt !== undefined ? Math.min(bound, prompts) : bound,
    sequences: request.stepSequences ?? (wholePrompts ? concurrency : servingDefaults.stepSequences),
    bytes,
    promptLogitBytes,
  }
}

/** A serving job with everything decided. */
export interface ServingMemoryJob {
  readonly placement: ServingPlacement
  readonly habits: ServingHabits
  readonly step: ServingStep
  /** Bytes of a weight and of a cached number. */
  readonly weight: number
  readonly cached: number
  /** Tokens of a sequence. */
  readonly sequence: number
  readonly concurrency: number
  readonly utilisation: number
  readonly positions: number
}

/** Decides what a request leaves open; throws `inconsistent-inputs` for what cannot be. */
export function resolveServing(request: ServingMemoryRequest, t: Transformer): ServingMemoryJob {
  const { program, promptLogitBytes, cacheCopies, positions } = request
  const usual = servingHabits(program)
  const habits = {
    ...usual,
    promptLogitBytes: promptLogitBytes ?? usual.promptLogitBytes,
    cacheCopies: cacheCopies ?? usual.cacheCopies,
    positionTables: usual.positionTables || positions !== undefined,
  }
  const weight = storageFormats[request.weightFormat ?? 'bf16']
  const sequence = request.sequence ?? servingDefaults.sequence
  return {
    placement: placementOf(request, t),
    habits,
    step: stepOf(request, habits, Math.max(2, weight)),
    weight,
    cached: storageFormats[request.cacheFormat ?? (weight > 2 ? (request.weightFormat ?? 'bf16') : 'bf16')],
    sequence,
    concurrency: request.concurrency ?? servingDefaults.concurrency,
    utilisation: request.memoryUtilisation ?? servingDefaults.memoryUtilisation,
    positions: positions ?? Math.max(sequence, servingDefaults.sequence),
  }
}
