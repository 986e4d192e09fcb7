import type { ServedWorkload } from '../../compute/serving/batching.ts'
import type { ServingConstants } from '../../compute/serving/plain-constant.ts'
import { devicePower } from '../../compute/serving/power.ts'
import type { ServedQuantity } from '../../compute/serving/strata.ts'
import type { ServingSetup } from './serving-setup.ts'

/** What a key asks of a workload that was served, in the unit of its name. */
export type ServingAnswer = (w: ServedWorkload, s: ServingSetup, c: ServingConstants) => number

const power: ServingAnswer = (w, s, c) => devicePower(s.unit, c, w)
/** Tokens a second of all copies, on the devices that the setup names. */
const output: ServingAnswer = (w, s) => (w.outputTokensPerSecond * s.devices) / s.unit.devices
const input: ServingAnswer = (w, s) => (w.inputTokensPerSecond * s.devices) / s.unit.devices
const total: ServingAnswer = (w, s, c) => output(w, s, c) + input(w, s, c)
/** Tokens a second while nothing but decoding, or prefilling, is done. */
const decoding: ServingAnswer = (w, s) => ((w.batch / w.decodeSeconds) * s.devices) / s.unit.devices
const prefilling: ServingAnswer = (w, s) =>
  ((w.prefillSequences * s.workload.input) / w.prefillSeconds / s.unit.devices) * s.devices
const requests: ServingAnswer = (w, s, c) => output(w, s, c) / s.workload.output
const joulesPerToken: ServingAnswer = (w, s, c) => (power(w, s, c) * s.unit.devices) / w.outputTokensPerSecond

/** Of several patterns the first that a name has decides. */
type Patterns<T> = readonly (readonly [RegExp, T])[]
const decide = <T>(patterns: Patterns<T>, name: string): T | undefined =>
  patterns.find(([pattern]) => pattern.test(name))?.[1]

const rates: Patterns<ServingAnswer> = [
  [/request|quer|\brps\b|qps/, requests],
  [/user/, w => 1 / w.tokenSeconds],
  [/total/, total],
  [/prefill|prompt|pp\d/, prefilling],
  [/input/, input],
  [/decode|tg\d/, decoding],
  [/tok/, output],
]

const times: Patterns<ServingAnswer> = [
  [/ttft|first_token/, w => w.firstTokenSeconds],
  [/prefill|prompt/, w => w.prefillSeconds],
  [/tpot|itl|per_token|per_output_token|inter_token|tbt|decode/, w => w.tokenSeconds],
  [/e2e|latency|total|request|time|generation/, w => w.requestSeconds],
]

const energies: Patterns<ServingAnswer> = [
  [/request|quer|response|prompt/, (w, s, c) => joulesPerToken(w, s, c) * s.workload.output],
  [/total_token/, (w, s, c) => (power(w, s, c) * s.devices) / total(w, s, c)],
  [/tok/, joulesPerToken],
]

const energyUnits: Patterns<number> = [
  [/kwh/, 1 / 3.6e6],
  [/mwh/, 1 / 3.6],
  [/wh/, 1 / 3600],
  [/(^|_)mj/, 1e3],
  [/(^|_)(j|joules?)(_|$)/, 1],
]
const timeUnits: Patterns<number> = [
  [/_ms(_|$)/, 1e3],
  [/_us(_|$)/, 1e6],
  [/_s(_|$)|_sec/, 1],
]

const scaled =
  (answer: ServingAnswer, factor: number): ServingAnswer =>
  (w, s, c) =>
    answer(w, s, c) * factor

function energyAnswer(key: string): ServingAnswer | undefined {
  if (/frac_tdp/.test(key)) return (w, s, c) => power(w, s, c) / s.unit.ratedPower
  if (/power/.test(key)) {
    return /per_(gpu|device|chip)/.test(key) ? power : (w, s, c) => power(w, s, c) * s.devices
  }
  const unit = decide(energyUnits, key)
  const answer = decide(energies, key)
  if (unit === undefined || answer === undefined || /image|video|train/.test(key)) return undefined
  return scaled(answer, unit)
}

/** What is asked, as measurements are told apart by: errors of a time to first token say little of a throughput. */
export function askedQuantity(key: string): ServedQuantity {
  const name = key.toLowerCase()
  if (isServingEnergy(name)) return /power/.test(name) ? 'power' : 'energy per token'
  if (isRate(name)) return 'throughput'
  const time = decide(times, name)
  return time === times[0]?.[1] || time === times[1]?.[1]
    ? 'time to first token'
    : time === times[2]?.[1]
      ? 'time per token'
      : 'time of requests'
}

const isRate = (name: string): boolean => /per_s(ec(ond)?)?(_|$)|tok_s|_rps|qps|throughput/.test(name)

/** What a key such as `e2e_latency_ms`, `output_tokens_per_s_per_gpu` or `energy_j_per_output_token` asks, or undefined. */
export function servingAnswer(key: string): ServingAnswer | undefined {
  const name = key.toLowerCase()
  if (isServingEnergy(name)) return energyAnswer(name)
  if (isRate(name)) {
    const rate = decide(rates, name) ?? output
    return /per_(gpu|device|chip|accelerator)/.test(name) ? (w, s, c) => rate(w, s, c) / s.devices : rate
  }
  const unit = decide(timeUnits, name)
  const time = decide(times, name)
  return unit === undefined || time === undefined ? undefined : scaled(time, unit)
}

/** Whether a key asks for energy or power of serving; that of images, videos and training runs is asked elsewhere. */
export function isServingEnergy(key: string): boolean {
  return (
    /energy|joule|power|wh_per|(^|_)j_per/.test(key) &&
    energyAnswer(key) !== undefined &&
    !/system_power/.test(key)
  )
}
