import type { BuiltEstimate, Lookup } from '../../estimate.ts'
import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import { constantProvenance } from '../calibration/constant-provenance.ts'
import type { Accelerator } from '../catalogue.ts'
import { layersPerStage } from '../layout/layout.ts'
import type { ChosenTransformer } from '../model.ts'
import { usableBytes, writeDeviceMemory, writeFit, writeUsable } from './fit.ts'
import { kvHeadsPerDevice, memoryModelOf } from './held-parameters.ts'
import { smallestPlacement } from './minimum-devices.ts'
import { quantities as q } from './quantities.ts'
import {
  cachedLayers,
  kvCacheBytesOfSequence,
  servingMemoryFormulas as m,
  servedParameters,
  weightBytesPerDevice,
} from './serving-memory.ts'
import { resolveServing, type ServingMemoryRequest } from './serving-memory-request.ts'
import {
  servingOverheadFormulas as s,
  servingActivationBytes,
  servingMemoryParameters,
  servingOverheads,
  servingRuntimeBytes,
} from './serving-overheads.ts'
import { writeRoom, writeSum } from './serving-room-sheet.ts'
import { servingSheetFormulas } from './serving-sheet-formulas.ts'
import { positionTableBytes, servingWorkBytes } from './serving-work.ts'
import { writeServingWork } from './serving-work-sheet.ts'
import { unquantisedBytes } from './storage-format.ts'
import { memoryWarnings } from './warnings.ts'

const family = 'serving-memory'
const derived = (en: string, zh: string): Provenance => ({
  status: 'derived',
  source: null,
  provenance: 'derived',
  note: { en, zh },
})

/** What a device holds in serving, on a sheet. */
export function writeServingMemory(
  request: ServingMemoryRequest,
  { t, provenance }: ChosenTransformer,
  accelerator: Accelerator,
  lookup: Lookup,
): BuiltEstimate {
  const job = resolveServing(request, t)
  const { placement, habits, step, weight, cached } = job
  const model = memoryModelOf(t)
  const values = lookup.catalogue.calibration.get(family)?.values
  const overheads = servingOverheads(values, habits)
  const wide = Math.max(weight, unquantisedBytes)
  const sheet = new Sheet()
  const constant = (id: string): Provenance => constantProvenance(servingMemoryParameters, id)
  const told = (member: keyof ServingMemoryRequest, en: string, zh: string): Provenance =>
    request[member] === undefined ? byDefault(en, zh) : given
  const { tensor, pipeline } = placement
  const onDevice = derived(
    `counted from the architecture, on one of tensor ${tensor} × pipeline ${pipeline}`,
    `由模型结构计算，张量 ${tensor} × 流水线 ${pipeline} 中的一张卡`,
  )

  // Weights.
  const held = servedParameters(model, placement, habits)
  const matrices = sheet.input(q.quantisedParameters, held.matrices, {
    ...onDevice,
    source: provenance.source,
  })
  const tables = sheet.input(q.tableParameters, held.embeddings, onDevice)
  const w = sheet.input(q.weightFormat, weight, told('weightFormat', 'bf16', 'bf16'))
  const x = sheet.input(q.wideFormat, wide, byDefault('embeddings stay in 16 bits', '词嵌入保持 16 位'))
  const weights = sheet.derive(q.weightBytes, m.weights, [matrices, w, tables, x])

  // Cache.
  const bytes = sheet.input(q.cacheFormat, cached, told('cacheFormat', 'as computed with', '与计算格式一致'))
  const perLayer =
    t.latent === null
      ? sheet.derive(q.kvCacheBytesPerTokenAndLayer, m.keyValue, [
          sheet.input(q.kvHeadsPerDevice, kvHeadsPerDevice(t, tensor), onDevice),
          sheet.input(q.headWidth, t.headDim, provenance),
          bytes,
        ])
      : sheet.derive(q.kvCacheBytesPerTokenAndLayer, m.latent, [
          sheet.input(q.latentRank, t.latent.keyValueRank, provenance),
          sheet.input(q.latentPositions, t.latent.ropeHeadDim, provenance),
          bytes,
        ])
  const layers = sheet.input(q.cachedLayers, layersPerStage(cachedLayers(t), pipeline), onDevice)
  const perToken = sheet.derive(q.kvCacheBytesPerTokenPerDevice, servingSheetFormulas.perToken, [
    layers,
    perLayer,
  ])
  const tokens = job.sequence
  const sequence = sheet.input(
    q.sequence,
    tokens,
    told('sequence', `${tokens} tokens, prompt and answer together`, `提示与回答合计 ${tokens} 个 token`),
  )
  const plain = t.windowedLayers === 0 && t.attentionLayers === t.layers
  const perSequence = plain
    ? sheet.derive(q.kvCacheBytesPerSequence, servingSheetFormulas.perSequence, [sequence, perToken])
    : sheet.input(
        q.kvCacheBytesPerSequence,
        kvCacheBytesOfSequence(t, tokens, cached, placement),
        derived(
          'windowed layers keep no more than their window, state-space layers one state',
          '滑动窗口层仅保留窗口内 token，状态空间层仅保留一个状态',
        ),
      )
  const concurrency = sheet.input(
    q.concurrency,
    job.concurrency,
    told('concurrency', 'one sequence', '一条序列'),
  )
  const cache = sheet.derive(q.kvCacheBytes, servingSheetFormulas.cache, [concurrency, perSequence])

  // What software takes beside.
  const work = writeServingWork(sheet, { t, provenance, request, job, overheads, onDevice, cache })
  const context = sheet.input(
    q.contextBytes,
    servingRuntimeBytes(placement, overheads),
    constant('runtimeBytes'),
  )
  const { activations, tables: positions, copies, widened } = work
  const allocated = writeSum(sheet, q.allocatedBytes, [
    ...[weights, positions, cache, activations, copies?.bytes, widened],
  ])
  const total = writeSum(sheet, q.totalBytesPerDevice, [allocated, context])

  // Capacity.
  const usable = writeUsable(sheet, writeDeviceMemory(sheet, accelerator))
  const utilisation = sheet.input(
    q.memoryUtilisation,
    job.utilisation,
    told('memoryUtilisation', 'what vLLM plans with unless told otherwise', 'vLLM 默认规划比例'),
  )
  const capacityFrom = { utilisation, usable, weights, activations, context, perSequence, concurrency }
  const { budget, most } = writeRoom(sheet, capacityFrom, work, habits)
  const capacity = sheet.derive(q.kvCapacityTokens, servingSheetFormulas.capacity, [most, sequence])
  const planned = sheet.derive(q.plannedBytesPerDevice, s.planned, [utilisation, usable])
  const fit = writeFit(sheet, total, planned)

  const plan = job.utilisation * usableBytes(accelerator)
  const node = accelerator.devicesPerNode?.value ?? null
  const smallest = smallestPlacement(t, node, tried => {
    const held = job.concurrency * kvCacheBytesOfSequence(t, tokens, cached, tried)
    const computed = servingActivationBytes(t, tried, step, overheads)
    const bytes =
      weightBytesPerDevice(model, weight, tried, habits) +
      positionTableBytes(t, tried, habits, job.positions) +
      held +
      servingWorkBytes(t, tried, habits, weight, computed, held) +
      servingRuntimeBytes(tried, overheads)
    return bytes <= plan
  })
  const ranks = Math.max(tensor * pipeline, placement.expert * pipeline)
  const devices = sheet.input(q.devices, ranks, derived('tensor × pipeline', '张量 × 流水线'))
  const fewest =
    smallest === undefined
      ? undefined
      : sheet.input(
          q.minimumDevices,
          smallest.devices,
          derived(
            `the smallest of the placements tried: tensor ${smallest.placement.tensor} × pipeline ${smallest.placement.pipeline}`,
            `所试部署中最小者：张量 ${smallest.placement.tensor} × 流水线 ${smallest.placement.pipeline}`,
          ),
        )
  const results: (Handle | undefined)[] = [weights, perToken, perSequence, cache, copies?.bytes, activations]
  results.push(positions, widened, allocated, context, total)
  results.push(usable, planned, ...fit, budget, most, capacity, devices, fewest)
  return {
    sheet,
    results: results.filter(handle => handle !== undefined),
    warnings: numbers =>
      memoryWarnings(
        ...([numbers[total] as number, numbers[usable] as number, smallest?.devices] as const),
        numbers[planned],
      ),
    errors: habits.wholePrompts
      ? [{ handle: allocated, family, strata: [`${family}, allocated`] }]
      : [budget, most, capacity].map(handle => ({
          ...{ handle, family, strata: [`${family}, cache`, family] },
        })),
    context: () => JSON.stringify([placement, accelerator.id, request]),
  }
}
