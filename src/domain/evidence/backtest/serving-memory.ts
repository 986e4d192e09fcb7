import type { CalibrationValues } from '../../compute/calibration/parameter.ts'
import type { Catalogue } from '../../compute/catalogue.ts'
import { type ServingProgram, servingHabits } from '../../compute/memory/serving-habits.ts'
import {
  kvCacheBytesOfSequence,
  kvCapacityTokens,
  maximumConcurrency,
  servingMemoryFormulas,
  weightBytesPerDevice,
} from '../../compute/memory/serving-memory.ts'
import {
  type ServingOverheads,
  servingActivationBytes,
  servingMemoryParameters,
  servingOverheads,
  servingRuntimeBytes,
} from '../../compute/memory/serving-overheads.ts'
import { positionTableBytes, servingWorkBytes } from '../../compute/memory/serving-work.ts'
import type { BacktestFamily, MeasuredSetup } from './measurement.ts'
import { type Served, servedOf } from './served-setup.ts'
import { architectureOf } from './setup-architecture.ts'

const GiB = 2 ** 30

/** Whether software sorts all logits to choose a token: vLLM did until 0.17. */
function sortsLogits(setup: MeasuredSetup): boolean {
  const version = /vllm\D*(\d+)\.(\d+)/i.exec(setup.framework ?? '')
  return version !== null && Number(version[1]) === 0 && Number(version[2]) < 17
}

/**
 * What is reported as the memory of a script: the most that PyTorch's allocator held, without the runtime, as the
 * scripts of transformers and LitGPT print it. Of other programs it is what the device shows as taken.
 */
const printsAllocated: ReadonlySet<ServingProgram> = new Set(['transformers', 'transformers-4.41', 'litgpt'])

/** Bytes of the unit of a key. LitGPT divides bytes by 1e9; others print, and devices show, powers of two as GB. */
function unitOf(name: string, { program }: Served): number {
  return program === 'litgpt' && !/gib/.test(name) ? 1e9 : GiB
}

function weightsOf({ model, placement, weight, habits }: Served, overheads: ServingOverheads): number {
  return weightBytesPerDevice(model, weight, placement, habits) * overheads.weightOverhead
}

function budgetOf(served: Served, overheads: ServingOverheads): number {
  const { t, placement, step, utilisation, visible } = served
  return servingMemoryFormulas.cacheBudget.fn(
    utilisation,
    visible,
    weightsOf(served, overheads),
    servingActivationBytes(t, placement, step, overheads),
    servingRuntimeBytes(placement, overheads),
  )
}

function heldCache({ t, placement, cached, held }: Served): number {
  return held === undefined ? 0 : held.sequences * kvCacheBytesOfSequence(t, held.tokens, cached, placement)
}

/** Weights, tables, cache and what is at work: everything that a program allocates. */
function allocatedBy(served: Served, overheads: ServingOverheads): number {
  const { t, placement, habits, step, weight, sequence, held } = served
  const cache = heldCache(served)
  const positions = Math.max(sequence, held?.tokens ?? 0)
  return (
    weightsOf(served, overheads) +
    positionTableBytes(t, placement, habits, positions) +
    cache +
    servingWorkBytes(
      t,
      placement,
      habits,
      weight,
      servingActivationBytes(t, placement, step, overheads),
      cache,
    )
  )
}

/**
 * Which measurements a row is like: what is left for the cache, weights, or all that a device shows as taken, which
 * hold the runtime of a process; and by itself what a script allocates, which does not.
 */
function strataOf(key: string, { program }: Served): readonly string[] {
  if (/concurren|kv|cache/i.test(key)) return ['serving-memory, cache', 'serving-memory']
  if (/weight/i.test(key)) return ['serving-memory, weights', 'serving-memory']
  return printsAllocated.has(program)
    ? ['serving-memory, allocated']
    : ['serving-memory, total', 'serving-memory']
}

type Asked = (served: Served, overheads: ServingOverheads) => number

/** What a key asks for, in its unit. */
function askedOf(key: string): Asked | undefined {
  const name = key.toLowerCase()
  const per =
    (asked: Asked): Asked =>
    (served, overheads) =>
      asked(served, overheads) / unitOf(name, served)
  if (/concurren/.test(name)) {
    return (served, overheads) =>
      maximumConcurrency(
        served.t,
        budgetOf(served, overheads),
        served.sequence,
        served.cached,
        served.placement,
      )
  }
  if (/kv.*tokens|tokens.*kv|capacity_tokens/.test(name)) {
    return (served, overheads) =>
      kvCapacityTokens(
        served.t,
        budgetOf(served, overheads),
        served.sequence,
        served.cached,
        served.placement,
      )
  }
  if (/kv.*gi?b|cache.*gi?b/.test(name)) {
    return per((served, overheads) =>
      served.held === undefined ? budgetOf(served, overheads) : heldCache(served),
    )
  }
  if (/weight|model_mem|params_gi?b/.test(name)) {
    const all = /total|model_gi?b$/.test(name)
    return per(
      (served, overheads) =>
        weightsOf(served, overheads) * (all ? served.placement.tensor * served.placement.pipeline : 1),
    )
  }
  if (/activation/.test(name)) {
    return per((served, overheads) =>
      servingActivationBytes(served.t, served.placement, served.step, overheads),
    )
  }
  if (/non_?torch|overhead/.test(name)) {
    return per((served, overheads) => servingRuntimeBytes(served.placement, overheads))
  }
  if (/mem|gi?b$/.test(name)) {
    return per((served, overheads) => {
      const allocated = allocatedBy(served, overheads)
      return printsAllocated.has(served.program)
        ? allocated
        : allocated + servingRuntimeBytes(served.placement, overheads) + overheads.contextBytes
    })
  }
  return undefined
}

function read(setup: MeasuredSetup, catalogue: Catalogue): ReturnType<BacktestFamily['read']> {
  const t = architectureOf(setup)
  if (t === undefined) return { reason: 'the row tells neither an architecture nor a parameter count' }
  const asked = askedOf(setup.key)
  if (asked === undefined) return { reason: `"${setup.key}" is no part of a device's memory` }
  const served = servedOf(setup, t, catalogue)
  const traits = { staticBuffers: served.habits.staticBuffers, sortsLogits: sortsLogits(setup) }
  // What is commonly said: weights and cache, and nothing else.
  const nothing: ServingOverheads = {
    forwardBuffers: 0,
    samplingBytes: 0,
    runtimeBytes: 0,
    communicatorBytes: 0,
    contextBytes: 0,
    weightOverhead: 1,
  }
  return {
    estimate: (values: CalibrationValues) => asked(served, servingOverheads(values, traits)),
    strata: strataOf(setup.key, served),
    baselines: { 'weights-and-cache-alone': asked(plainly(served), nothing) },
  }
}

/** The same without what a program is known to hold beside weights and cache. */
function plainly(served: Served): Served {
  const { tokens, sequences, bytes } = served.step
  return { ...served, habits: servingHabits(), step: { tokens, sequences, bytes } }
}

/** Memory of devices that serve a model: weights, cache, and how many sequences it holds. */
export const servingMemoryFamily: BacktestFamily = {
  id: 'serving-memory',
  parameters: servingMemoryParameters,
  covers: ({ kind }) => kind === 'inference-memory',
  read,
}
