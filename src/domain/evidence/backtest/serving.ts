import {
  type ServedWorkload,
  serveContinuously,
  servedWorkload,
  serveTogether,
} from '../../compute/serving/batching.ts'
import { cacheCapacity } from '../../compute/serving/cache-capacity.ts'
import type { ServingConstants } from '../../compute/serving/plain-constant.ts'
import { constantKeys, servingConstants, servingParameters } from '../../compute/serving/serving-constants.ts'
import { servingFamilyId, servingStrata } from '../../compute/serving/strata.ts'
import type { BacktestFamily, Estimable, MeasuredSetup, NotEstimable } from './measurement.ts'
import { askedQuantity, isServingEnergy, servingAnswer } from './serving-answer.ts'
import { type ServingSetup, servingSetup } from './serving-setup.ts'

/** Sequences at once that a service without a stated batch runs: as many as keep a token within this time. */
const interactiveTokenSeconds = 0.05

function serve(into: ServedWorkload, s: ServingSetup, c: ServingConstants): ServedWorkload {
  const { unit, workload, copies } = s
  const { input, output } = workload
  const capacity = Math.max(1, cacheCapacity(unit, input + output, s.memoryUtilisation))
  const requests = Math.max(1, (workload.requests ?? Number.POSITIVE_INFINITY) / copies)
  const most = Math.min(capacity, s.mostSequences * unit.layout.attentionReplicas, requests)
  if (workload.together !== undefined) {
    return serveTogether(into, unit, c, Math.max(1, workload.together / copies), input, output, most)
  }
  // Where prefill is done elsewhere, all of a prompt is in the cache.
  const shared = workload.decodeOnly ? 1 : workload.cachedShare
  const run = (batch: number): ServedWorkload =>
    serveContinuously(into, unit, c, batch, input, output, shared)
  if (workload.atOnce !== undefined) {
    return run(Math.max(1, Math.min(workload.atOnce / copies, capacity)))
  }
  const rate = workload.requestsPerSecond
  if (rate !== undefined) return atRate(run, rate / copies, most)
  return workload.decodeOnly ? within(run, interactiveTokenSeconds, most) : run(most)
}

/** The batch at which as many requests end as come (Little's law), or all that fit when more come than can be served. */
function atRate(run: (batch: number) => ServedWorkload, rate: number, most: number): ServedWorkload {
  let low = 0.1
  let high = most
  if (run(high).requestSeconds * rate >= high) return run(high)
  for (let halving = 0; halving < 20; halving++) {
    const middle = Math.sqrt(low * high)
    if (run(middle).requestSeconds * rate > middle) low = middle
    else high = middle
  }
  return run(high)
}

/** The largest batch whose tokens come within a time. */
function within(run: (batch: number) => ServedWorkload, seconds: number, most: number): ServedWorkload {
  let low = 1
  let high = Math.max(1, most)
  if (run(high).tokenSeconds <= seconds) return run(high)
  for (let halving = 0; halving < 20; halving++) {
    const middle = Math.sqrt(low * high)
    if (run(middle).tokenSeconds <= seconds) low = middle
    else high = middle
  }
  return run(low)
}

const latencyKinds = ['inference-latency', 'inference-throughput']

/** Peak throughput and bandwidth, perfectly overlapped, without any overhead. */
const roofline: ServingConstants = {
  ...servingConstants({}, constantKeys([])),
  weightBandwidth: 1,
  cacheBandwidth: 1,
  groupedCache: 1,
  latentCache: 1,
  matmul: 1,
  fillingDepth: 0,
  halfTokens: 0,
  fewTokens: 16,
  narrowMatmul: 1,
  attentionMatmul: 1,
  softmax: 0,
  widening: 0,
  rooflineSharpness: 20,
  layerLatency: 0,
  expertLayerLatency: 0,
  quantisedLayerLatency: 0,
  stageLatency: 0,
  expertMatmul: 1,
  expertTile: 0,
  expertImbalance: 1,
  allReduceLatency: 0,
  betweenNodesLatency: 0,
  linkBandwidth: 1,
  stepOverhead: 0,
  sequenceOverhead: 0,
  rankOverhead: 0,
  eagerLayer: 0,
  eagerCollective: 0,
  eagerBlockwise: 0,
  samplingPasses: 0,
  activationPasses: 0,
}

function read(
  setup: MeasuredSetup,
  catalogue: Parameters<BacktestFamily['read']>[1],
): Estimable | NotEstimable {
  const answer = servingAnswer(setup.key)
  if (answer === undefined) return { reason: `"${setup.key}" is not a quantity of serving` }
  const s = servingSetup(setup, catalogue)
  if ('reason' in s) return s
  const keys = constantKeys(s.scopes)
  const constants = { ...roofline }
  const scratch = servedWorkload()
  const bare = serve(
    servedWorkload(),
    {
      ...s,
      unit: {
        ...s.unit,
        eager: false,
        eagerPrefill: false,
        capturedContext: 1e99,
        cachePasses: 1,
        staticCache: undefined,
      },
    },
    roofline,
  )
  return {
    estimate: values => {
      const c = servingConstants(values, keys, constants)
      return answer(serve(scratch, s, c), s, c)
    },
    strata: servingStrata(askedQuantity(setup.key), s.stack, s.family),
    baselines: { roofline: answer(bare, s, roofline) },
  }
}

/** Latency, throughput and power of serving language models: one physical model with one set of constants. */
export const servingFamily: BacktestFamily = {
  id: servingFamilyId,
  parameters: servingParameters,
  covers: ({ kind, key }) =>
    latencyKinds.includes(kind)
      ? servingAnswer(key) !== undefined
      : kind === 'energy' && isServingEnergy(key),
  read,
}
