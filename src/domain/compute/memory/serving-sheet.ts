import { DomainError } from '../../errors.ts'
import type { BuiltEstimate, Lookup } from '../../estimate.ts'
import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import type { Transformer } from '../architecture/transformer.ts'
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
  type ServingPlacement,
  servedParameters,
  weightBytesPerDevice,
} from './serving-memory.ts'
import {
  servingOverheadFormulas as s,
  servingActivationBytes,
  servingMemoryParameters,
  servingOverheads,
  servingRuntimeBytes,
  widestPart,
} from './serving-overheads.ts'
import { servingSheetFormulas } from './serving-sheet-formulas.ts'
import { type StorageFormat, storageFormats, unquantisedBytes } from './storage-format.ts'
import { memoryWarnings } from './warnings.ts'

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
}

const family = 'serving-memory'
const defaults = {
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
  const placement = placementOf(request, t)
  const model = memoryModelOf(t)
  const overheads = servingOverheads(lookup.catalogue.calibration.get(family)?.values)
  const weight = storageFormats[request.weightFormat ?? 'bf16']
  const wide = Math.max(weight, unquantisedBytes)
  const cached =
    storageFormats[request.cacheFormat ?? (weight > 2 ? (request.weightFormat ?? 'bf16') : 'bf16')]
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
  const held = servedParameters(model, placement)
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
  const tokens = request.sequence ?? defaults.sequence
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
    request.concurrency ?? defaults.concurrency,
    told('concurrency', 'one sequence', '一条序列'),
  )
  const cache = sheet.derive(q.kvCacheBytes, servingSheetFormulas.cache, [concurrency, perSequence])

  // What software takes beside.
  const step = {
    tokens: request.stepTokens ?? defaults.stepTokens,
    sequences: request.stepSequences ?? defaults.stepSequences,
    bytes: Math.max(2, weight),
  }
  const stepTokens = sheet.input(
    q.stepTokens,
    step.tokens,
    told('stepTokens', 'chunked prefill', '分块预填充'),
  )
  const stepFormat = sheet.input(q.stepFormat, step.bytes, byDefault('16 bits', '16 位'))
  const hidden = sheet.input(q.hidden, t.hidden, provenance)
  const forward = sheet.derive(q.forwardBytes, s.forward, [
    stepTokens,
    stepFormat,
    hidden,
    sheet.input(q.widestPart, widestPart(t, placement), onDevice),
    sheet.input(q.forwardBuffers, overheads.forwardBuffers, constant('forwardBuffers')),
  ])
  const choosing = sheet.derive(q.choosingBytes, s.sampling, [
    stepTokens,
    stepFormat,
    hidden,
    sheet.input(q.stepSequences, step.sequences, told('stepSequences', 'a common bound', '常见上限')),
    sheet.input(q.vocabulary, t.vocab, provenance),
    sheet.input(q.samplingBytes, overheads.samplingBytes, constant('samplingBytes')),
  ])
  const activations = sheet.derive(q.activationBytes, servingSheetFormulas.greater, [forward, choosing])
  const context = sheet.input(
    q.contextBytes,
    servingRuntimeBytes(placement, overheads),
    constant('runtimeBytes'),
  )
  const total = sheet.derive(q.totalBytesPerDevice, servingSheetFormulas.total, [
    weights,
    cache,
    activations,
    context,
  ])

  // Capacity.
  const usable = writeUsable(sheet, writeDeviceMemory(sheet, accelerator))
  const share = request.memoryUtilisation ?? defaults.memoryUtilisation
  const utilisation = sheet.input(
    q.memoryUtilisation,
    share,
    told('memoryUtilisation', 'what vLLM plans with unless told otherwise', 'vLLM 默认规划比例'),
  )
  const budget = sheet.derive(q.kvCacheBudgetBytes, m.cacheBudget, [
    utilisation,
    usable,
    weights,
    activations,
    context,
  ])
  const most = sheet.derive(q.maximumConcurrency, servingSheetFormulas.concurrency, [budget, perSequence])
  const capacity = sheet.derive(q.kvCapacityTokens, servingSheetFormulas.capacity, [most, sequence])
  const planned = sheet.derive(q.plannedBytesPerDevice, s.planned, [utilisation, usable])
  const fit = writeFit(sheet, total, planned)

  const plan = share * usableBytes(accelerator)
  const sequences = request.concurrency ?? defaults.concurrency
  const node = accelerator.devicesPerNode?.value ?? null
  const smallest = smallestPlacement(
    t,
    node,
    tried =>
      weightBytesPerDevice(model, weight, tried) +
        sequences * kvCacheBytesOfSequence(t, tokens, cached, tried) +
        servingActivationBytes(t, tried, step, overheads) +
        servingRuntimeBytes(tried, overheads) <=
      plan,
  )
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
  const results: (Handle | undefined)[] = [weights, perToken, perSequence, cache, activations, context, total]
  results.push(usable, planned, ...fit, budget, most, capacity, devices, fewest)
  return {
    sheet,
    results: results.filter(handle => handle !== undefined),
    warnings: numbers =>
      memoryWarnings(
        ...([numbers[total] as number, numbers[usable] as number, smallest?.devices] as const),
        numbers[planned],
      ),
    errors: [budget, most, capacity].map(handle => ({
      ...{ handle, family, strata: [`${family}, cache`, family] },
    })),
    context: () => JSON.stringify([placement, accelerator.id, request]),
  }
}
