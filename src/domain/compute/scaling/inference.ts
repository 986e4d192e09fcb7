import { byDefault, given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { DeviceThroughput } from '../training/device-throughput.ts'
import { formulas as trainingFormulas } from '../training/training-formulas.ts'
import type { Optimum } from './optimum.ts'
import { inferenceFormulas } from './scaling-formulas.ts'
import { scalingQuantities } from './scaling-quantities.ts'

/** What a model will process over its lifetime, and how well devices do it. */
export interface InferenceRequest {
  readonly inferenceTokens?: number
  readonly inferenceUtilisation?: number
}

/**
 * DeepSeek's published day: 266 B prompt tokens that no cache had and 168 B answered ones, at 2 FLOP for each of
 * 37 B active parameters, on 226.75 nodes of 8 H800 with a dense fp8 peak of 1,979 TFLOP/s:
 * 3.21e22 / (1,814 · 86,400 s · 1.979e15) = 0.104.
 */
const publishedUtilisation = 0.104

interface Model {
  readonly parameters: Handle<'parameter'>
  readonly flop: Handle<'FLOP'>
  readonly loss: Handle<'nat/token'> | undefined
  readonly constants: Optimum['constants']
}

interface Devices {
  readonly throughput: DeviceThroughput | undefined
  readonly perDeviceHour: Handle<'USD/(device·hour)'> | undefined
  readonly trainingCost: Handle<'USD'> | undefined
}

/** Writes what the model takes to serve, and which model would reach its loss for less. Gives the results. */
export function writeInference(
  sheet: Sheet,
  request: InferenceRequest,
  model: Model,
  { throughput, perDeviceHour, trainingCost }: Devices,
): Handle[] {
  if (request.inferenceTokens === undefined) return []
  const q = scalingQuantities
  const f = inferenceFormulas
  const tokens = sheet.input(q.inferenceTokens, request.inferenceTokens, given)
  const inference = sheet.derive(q.inferenceFlop, f.inferenceFlop, [model.parameters, tokens])
  const lifetime = sheet.derive(q.lifetimeFlop, f.lifetimeFlop, [model.flop, inference])
  const results: Handle[] = [inference, lifetime]

  const peak = throughput?.peak
  let ratio: Handle<'1'>
  if (throughput === undefined || peak === undefined) {
    const same = byDefault('a FLOP counts the same in both', '训练与推理的每 FLOP 等价')
    ratio = sheet.input(q.inferenceCostRatio, 1, same)
  } else {
    const utilisation = sheet.input(
      q.inferenceUtilisation,
      request.inferenceUtilisation ?? publishedUtilisation,
      request.inferenceUtilisation === undefined
        ? byDefault(
            "derived from DeepSeek's published day of serving on H800, as a share of their fp8 peak",
            '由 DeepSeek 公布的 H800 一日推理数据推算，相对 fp8 峰值',
            'ms-deepseek-open-infra',
          )
        : given,
    )
    ratio = sheet.derive(q.inferenceCostRatio, f.costRatio, [throughput.effective, utilisation, peak])
    const days = sheet.derive(q.inferenceDeviceDays, f.deviceDays, [inference, utilisation, peak])
    results.push(days)
    if (perDeviceHour !== undefined && trainingCost !== undefined) {
      const serving = sheet.derive(q.servingCost, f.cost, [days, perDeviceHour])
      results.push(serving, sheet.derive(q.lifetimeCost, f.lifetimeCost, [trainingCost, serving]))
    }
  }

  const { loss, constants } = model
  if (loss === undefined || constants === undefined) return results
  const { floor, a, alpha, b, beta } = constants
  const parameters = sheet.derive(q.inferenceAwareParameters, f.parameters, [
    loss,
    floor,
    a,
    alpha,
    b,
    beta,
    tokens,
    ratio,
  ])
  const trained = sheet.derive(q.inferenceAwareTokens, f.tokensForLoss, [
    loss,
    floor,
    a,
    parameters,
    alpha,
    b,
    beta,
  ])
  const flop = sheet.derive(q.inferenceAwareTrainingFlop, trainingFormulas.flopOfTokens, [
    parameters,
    trained,
  ])
  const served = sheet.derive(q.inferenceAwareInferenceFlop, f.inferenceFlop, [parameters, tokens])
  const both = sheet.derive(q.inferenceAwareLifetimeFlop, f.lifetimeFlop, [flop, served])
  results.push(parameters, trained, flop, both)
  if (throughput !== undefined && peak !== undefined && perDeviceHour !== undefined) {
    results.push(
      sheet.derive(q.inferenceAwareLifetimeCost, f.lifetimeCostOfFlop, [
        flop,
        ratio,
        served,
        throughput.effective,
        perDeviceHour,
      ]),
    )
  }
  return results
}
