import {
  type ServedWorkload,
  serveContinuously,
  servedWorkload,
  serveTogether,
} from '../../compute/serving/batching.ts'
import { cacheCapacity } from '../../compute/serving/cache-capacity.ts'
import { devicePower } from '../../compute/serving/power.ts'
import {
  constantKeys,
  type ServingConstants,
  servingConstants,
  servingParameters,
} from '../../compute/serving/serving-constants.ts'
import type { BacktestFamily, Estimable, MeasuredSetup, NotEstimable } from './measurement.ts'
import { type ServingSetup, servingSetup } from './serving-setup.ts'

/** Sequences at once that a service without a stated batch runs: as many as keep a token within this time. */
const interactiveTokenSeconds = 0.05

function serve(into: ServedWorkload, s: ServingSetup, c: ServingConstants): ServedWorkload {
  const { unit, workload, copies } = s
  const { input, output } = workload
  const capacity = Math.max(1, cacheCapacity(unit, input + output, s.memoryUtilisation))
  const most = Math.min(capacity, s.mostSequences * unit.layout.attentionReplicas)
  if (workload.together !== undefined) {
    return serveTogether(into, unit, c, Math.max(1, workload.together / copies), input, output, most)
  }
  const prompt = workload.decodeOnly ? 1 : input
  const shared = workload.decodeOnly ? 1 : workload.cachedShare
  const run = (batch: number): ServedWorkload =>
    serveContinuously(into, unit, c, batch, prompt === 1 ? input : input, output, shared)
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

type Answer = (w: ServedWorkload, s: ServingSetup, c: ServingConstants) => number

const power: Answer = (w, s, c) => devicePower(s.unit, c, w)
/** Tokens a second of all copies, on the devices that the setup names. */
const output: Answer = (w, s) => (w.outputTokensPerSecond * s.devices) / s.unit.devices
const input: Answer = (w, s) => (w.inputTokensPerSecond * s.devices) / s.unit.devices
const total: Answer = (w, s, c) => output(w, s, c) + input(w, s, c)
const joulesPerToken: Answer = (w, s, c) => (power(w, s, c) * s.unit.devices) / w.outputTokensPerSecond
const request: Answer = w => w.requestSeconds
const prompt: Answer = w => w.prefillSeconds
const token: Answer = w => w.tokenSeconds
const scaled =
  (answer: Answer, factor: number): Answer =>
  (w, s, c) =>
    answer(w, s, c) * factor
const perDevice =
  (answer: Answer): Answer =>
  (w, s, c) =>
    answer(w, s, c) / s.devices
const inverse =
  (answer: Answer): Answer =>
  (w, s, c) =>
    1 / answer(w, s, c)

const milliseconds = (answer: Answer): Answer => scaled(answer, 1e3)
const requests: Answer = (w, s, c) => output(w, s, c) / s.workload.output

/** What each key of a row asks for, in the unit of its name. */
const answers: Readonly<Record<string, Answer>> = {
  e2e_latency_ms: milliseconds(request),
  e2e_ms: milliseconds(request),
  total_ms: milliseconds(request),
  latency_ms: milliseconds(request),
  e2e_latency_s: request,
  e2e_s: request,
  latency_s: request,
  prefill_ms: milliseconds(prompt),
  ttft_ms: milliseconds(prompt),
  mean_ttft_ms: milliseconds(prompt),
  median_ttft_ms: milliseconds(prompt),
  ttft_s: prompt,
  prefill_s: prompt,
  decode_ms_per_token: milliseconds(token),
  tpot_ms: milliseconds(token),
  mean_tpot_ms: milliseconds(token),
  median_tpot_ms: milliseconds(token),
  itl_ms: milliseconds(token),
  median_itl_ms: milliseconds(token),
  mean_itl_ms: milliseconds(token),
  tpot_s: token,
  itl_s: token,
  per_user_tok_s: inverse(token),
  output_tokens_per_s_per_user: inverse(token),
  output_tokens_per_s: output,
  tokens_per_s: output,
  output_tokens_per_s_per_gpu: perDevice(output),
  tokens_per_s_per_gpu: perDevice(output),
  output_tokens_per_s_per_node: output,
  total_tokens_per_s: total,
  total_tokens_per_s_per_gpu: perDevice(total),
  input_tokens_per_s: input,
  input_tokens_per_s_per_node: input,
  requests_per_s: requests,
  requests_per_s_per_gpu: perDevice(requests),
  energy_j_per_output_token: joulesPerToken,
  energy_j_per_token: joulesPerToken,
  joules_per_output_token: joulesPerToken,
  energy_mwh_per_output_token: scaled(joulesPerToken, 1 / 3.6),
  energy_wh_per_output_token: scaled(joulesPerToken, 1 / 3600),
  energy_j_per_request: (w, s, c) => joulesPerToken(w, s, c) * s.workload.output,
  energy_wh_per_request: (w, s, c) => (joulesPerToken(w, s, c) * s.workload.output) / 3600,
  avg_power_w: (w, s, c) => power(w, s, c) * s.devices,
  avg_power_watts: (w, s, c) => power(w, s, c) * s.devices,
  power_w_per_gpu: power,
  avg_power_frac_tdp: (w, s, c) => power(w, s, c) / s.unit.ratedPower,
}

const latencyKinds = ['inference-latency', 'inference-throughput']
const energyKeys = /^(energy_|joules_|avg_power|power_w)/

/** Peak throughput and bandwidth, perfectly overlapped, without any overhead. */
const roofline: ServingConstants = {
  ...servingConstants({}, constantKeys([])),
  weightBandwidth: 1,
  cacheBandwidth: 1,
  groupedCache: 1,
  latentCache: 1,
  matmul: 1,
  halfTokens: 0,
  narrowMatmul: 1,
  attentionMatmul: 1,
  rooflineSharpness: 50,
  layerLatency: 0,
  expertLayerLatency: 0,
  quantisedLayerLatency: 0,
  expertMatmul: 1,
  expertTile: 0,
  expertImbalance: 1,
  allReduceLatency: 0,
  betweenNodesLatency: 0,
  linkBandwidth: 1,
  stepOverhead: 0,
  sequenceOverhead: 0,
  eagerLayer: 0,
  samplingPasses: 0,
  activationPasses: 0,
}

function read(
  setup: MeasuredSetup,
  catalogue: Parameters<BacktestFamily['read']>[1],
): Estimable | NotEstimable {
  const answer = answers[setup.key]
  if (answer === undefined) return { reason: `"${setup.key}" is not a quantity of serving` }
  const s = servingSetup(setup, catalogue)
  if ('reason' in s) return s
  const keys = constantKeys(s.scopes)
  const constants = { ...roofline }
  const scratch = servedWorkload()
  const bare = serve(servedWorkload(), { ...s, unit: { ...s.unit, eager: false } }, roofline)
  const what = energyKeys.test(setup.key) ? 'energy' : setup.kind.replace('inference-', '')
  return {
    estimate: values => {
      const c = servingConstants(values, keys, constants)
      return answer(serve(scratch, s, c), s, c)
    },
    strata: [`${what} · ${s.stack} · ${s.family ?? 'other devices'}`, `${what} · ${s.stack}`, what, 'all'],
    baselines: { roofline: answer(bare, s, roofline) },
  }
}

/** Latency, throughput and power of serving language models: one physical model with one set of constants. */
export const servingFamily: BacktestFamily = {
  id: 'serving',
  parameters: servingParameters,
  covers: ({ kind, key }) =>
    answers[key] !== undefined &&
    (latencyKinds.includes(kind) || (kind === 'energy' && energyKeys.test(key))),
  read,
}
