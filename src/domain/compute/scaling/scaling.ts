import type { BuiltEstimate, Estimator, Lookup, Warning } from '../../estimate.ts'
import { given } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import { borrowedRates } from '../money/exchange-rate.ts'
import { noPrice, type RentalPriceRequest, writeRentalPrice } from '../money/rental-price.ts'
import { type DeviceThroughputRequest, writeDeviceThroughput } from '../training/device-throughput.ts'
import { throughputWarnings } from '../training/throughput.ts'
import {
  formulas as trainingFormulas,
  quantities as trainingQuantities,
} from '../training/training-formulas.ts'
import { type BudgetRequest, checkBudget, writeBudget } from './budget.ts'
import { type InferenceRequest, writeInference } from './inference.ts'
import { defaultScalingLaw, type ScalingLaw, type ScalingLawName, scalingLaws } from './laws.ts'
import { writeOptimum } from './optimum.ts'
import { writeRepeatedData } from './repeated-data.ts'
import { lawFormulas } from './scaling-formulas.ts'
import { scalingQuantities } from './scaling-quantities.ts'
import {
  noLossWarning,
  nonEmbeddingWarning,
  noParametricLossWarning,
  rangeWarning,
} from './scaling-warnings.ts'

/** What `scaling` is asked: an amount of compute, or a model and its tokens, under a law. */
export interface ScalingRequest
  extends BudgetRequest,
    DeviceThroughputRequest,
    RentalPriceRequest,
    InferenceRequest {
  readonly law?: ScalingLawName
  readonly devices?: number
  readonly uniqueTokens?: number
}

function build(request: ScalingRequest, lookup: Lookup): BuiltEstimate {
  checkBudget(request)
  const name = request.law ?? defaultScalingLaw
  const law: ScalingLaw = scalingLaws[name]
  const sheet = new Sheet()
  const onDevices =
    request.accelerator !== undefined || request.throughput !== undefined || request.price !== undefined
  const throughput = onDevices ? writeDeviceThroughput(sheet, request, lookup) : undefined
  const price = writeRentalPrice(sheet, request, lookup)
  const budget = writeBudget(sheet, request, lookup, throughput, price)
  const { flop, pfDays } = budget
  const optimum = writeOptimum(sheet, law, budget)
  const model = budget.given ?? { parameters: optimum.parameters, tokens: optimum.tokens }
  const perParameter = sheet.derive(scalingQuantities.tokensPerParameter, lawFormulas.tokensPerParameter, [
    model.tokens,
    model.parameters,
  ])

  const results: (Handle | undefined)[] = [
    flop,
    pfDays,
    budget.given?.parameters,
    budget.given?.tokens,
    optimum.parameters,
    optimum.tokens,
    perParameter,
    optimum.loss,
    optimum.optimalLoss,
  ]
  let trainingCost: Handle<'USD'> | undefined
  if (throughput !== undefined) {
    const { effective } = throughput
    const q = trainingQuantities
    const deviceDays = sheet.derive(q.deviceDays, trainingFormulas.deviceDays, [flop, effective])
    results.push(throughput.mfu, effective, deviceDays)
    if (request.devices !== undefined) {
      const devices = sheet.input(q.devices, request.devices, given)
      results.push(sheet.derive(q.wallClockDays, trainingFormulas.wallClockDays, [deviceDays, devices]))
    }
    if (price.perDeviceHour !== undefined) {
      trainingCost = sheet.derive(q.trainingCost, trainingFormulas.cost, [deviceDays, price.perDeviceHour])
      results.push(trainingCost)
    }
  }
  const { loss, constants } = optimum
  const { perDeviceHour } = price
  results.push(
    ...writeInference(
      sheet,
      request,
      { parameters: model.parameters, flop, loss, constants },
      { throughput, perDeviceHour, trainingCost },
    ),
    ...writeRepeatedData(sheet, request.uniqueTokens, budget, constants),
  )

  return {
    sheet,
    results: results.filter(handle => handle !== undefined),
    warnings: values => [
      ...rangeWarning(name, law, values[model.parameters] as number, values[model.tokens] as number),
      ...lawWarnings(name, law, request),
      ...(throughput?.mfu === undefined ||
      throughput.accelerator === undefined ||
      throughput.precision === undefined
        ? []
        : throughputWarnings(
            values[throughput.mfu] as number,
            throughput.accelerator,
            throughput.precision,
            undefined,
            lookup.catalogue,
          )),
      ...(throughput !== undefined && trainingCost === undefined ? [noPrice] : []),
      ...borrowedRates(new Map([...price.borrowed, ...budget.borrowed])),
    ],
    ...(price.behind.length > 0 && { evidence: { [price.behindOf]: price.behind } }),
    // Warnings name the law, the device, the precision and the year of a rate; notes name the day and the commitment.
    context: () =>
      JSON.stringify([
        name,
        throughput?.accelerator?.id,
        throughput?.precision,
        [...price.borrowed.keys(), ...budget.borrowed.keys()],
        [price.asOf, request.commitment],
      ]),
  }
}

function lawWarnings(
  name: ScalingLawName,
  law: ScalingLaw,
  { inferenceTokens, uniqueTokens }: ScalingRequest,
): Warning[] {
  if (law.form === 'frontier') return [noLossWarning(name)]
  if (law.form === 'parametric') return []
  const wanted = inferenceTokens !== undefined || uniqueTokens !== undefined
  return [nonEmbeddingWarning, ...(wanted ? [noParametricLossWarning(name)] : [])]
}

/** The compute-optimal model for a budget in FLOP or money, its expected loss, and what changes when it is served. */
export const scaling: Estimator<ScalingRequest> = {
  id: 'scaling',
  label: { en: 'Scaling laws', zh: '缩放定律' },
  description: {
    en: 'The parameters and tokens that a training budget is best spent on under a named scaling law, and the loss to expect in nats per token of the text that the law was fitted on. The budget is compute, or money on a device at a utilisation and a price; or a model and its tokens are given and the loss is asked. With inferenceTokens: what serving takes (2 FLOP a parameter and token, at a stated utilisation), and the smaller, longer trained model that reaches the same loss at the lowest cost of training and inference together. With uniqueTokens: what repeating data is worth, and the best model when it repeats. Losses of different laws are of different text and cannot be compared.',
    zh: '在给定的缩放定律下，训练预算的最优参数量与 token 数，以及预期损失（奈特/token，针对该定律所拟合的文本）。预算可以是算力，也可以是按设备、利用率与价格折算的金额；或给出模型与 token 数而求损失。给出 inferenceTokens 时：推理成本（每参数每 token 2 次浮点运算，按给定利用率），以及以最低训练与推理总成本达到同等损失的更小、训练更久的模型。给出 uniqueTokens 时：重复数据的价值及数据受限时的最优模型。不同定律的损失针对不同文本，不可相互比较。',
  },
  needs: () => [],
  build,
  illustrations: [
    {
      budget: { amount: 5e6, currency: 'USD' },
      accelerator: { id: 'h100-sxm-80gb' },
      precision: 'bf16',
      priceAsOf: '2025-03-31',
      devices: 1024,
      inferenceTokens: 1e13,
    },
    {
      budget: { amount: 5e6, currency: 'CNY' },
      throughput: { flopPerSecond: 4e14 },
      price: { perDeviceHour: 14, currency: 'CNY' },
    },
    { trainingPfDays: 3640, uniqueTokens: 50e9 },
    { parameters: 175e9, tokens: 300e9, law: 'kaplan-2020' },
    { trainingFlop: 5.76e23, law: 'kaplan-2020' },
    { trainingFlop: 5.76e23, law: 'hoffmann-2022-approach-1' },
    { parameters: 70e9, tokens: 1.4e12, law: 'hoffmann-2022-approach-3', inferenceTokens: 1e12 },
  ],
}
