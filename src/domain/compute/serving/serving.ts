import type { BuiltEstimate, Estimator, Lookup } from '../../estimate.ts'
import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import { acceleratorOf } from '../accelerator.ts'
import type { Accelerator, ExchangeRate, PriceObservation } from '../catalogue.ts'
import { writeDeviceMemory, writeUsable } from '../memory/fit.ts'
import { fromCatalogue } from '../model.ts'
import { borrowedRates } from '../money/exchange-rate.ts'
import { originOf, purchasePrice } from '../money/price.ts'
import { writeYuanPrice } from '../money/yuan-price.ts'
import { memoryReserve, writeOperation } from './operation.ts'
import type { PerformanceRequest } from './performance-request.ts'
import { formulas, quantities } from './serving-formulas.ts'
import { servingWarnings } from './serving-warnings.ts'
import { type WeightsRequest, writeFormat, writeParameters } from './weights.ts'

/**
 * What `serving` is asked. The format of the weights is a precision or its bytes; prices are per device. Speed, cost and
 * fleet are answered for a model whose architecture is known.
 */
export interface ServingRequest extends PerformanceRequest, WeightsRequest {
  readonly accelerator: { readonly id: string }
  /** Share of each device's memory that weights may not take: 0 ≤ r < 1. */
  readonly memoryReserve?: number
  readonly purchase?: { readonly perDevice: number; readonly currency?: 'USD' | 'CNY' }
  readonly priceAsOf?: string
}

interface Purchase {
  readonly perDevice: Handle<'USD/device'> | undefined
  readonly behind: readonly PriceObservation[]
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
}

const unpriced: Purchase = { perDevice: undefined, behind: [], borrowed: new Map() }

function writePurchase(
  sheet: Sheet,
  { purchase, priceAsOf }: ServingRequest,
  accelerator: Accelerator,
  lookup: Lookup,
): Purchase {
  if (purchase !== undefined) {
    const { perDevice, currency = 'USD' } = purchase
    if (currency === 'USD')
      return { ...unpriced, perDevice: sheet.input(quantities.perDevice, perDevice, given) }
    const price = { value: perDevice, asOf: priceAsOf, pointer: '/purchase/currency' }
    const { handle, borrowed } = writeYuanPrice(
      sheet,
      lookup.catalogue,
      price,
      quantities.perDeviceCny,
      quantities.perDevice,
    )
    return { ...unpriced, perDevice: handle, borrowed }
  }
  const found = purchasePrice(lookup.catalogue, accelerator.id, priceAsOf)
  if (found !== undefined) {
    const vendors = found.observations.length
    const provenance: Provenance = {
      status: 'catalogue',
      ...originOf(found.observations),
      note: {
        en: `median of ${vendors} vendors' latest purchase prices in the twelve months to ${found.until}`,
        zh: `截至 ${found.until} 的十二个月内 ${vendors} 家厂商最新购置价格的中位数`,
      },
    }
    return {
      ...unpriced,
      perDevice: sheet.input(quantities.perDevice, found.value, provenance),
      behind: found.observations,
    }
  }
  const { releasePrice, releaseDate } = accelerator
  // Dates are text, so that they compare as such; a month or year comes before its days.
  const released = priceAsOf === undefined || (releaseDate !== null && releaseDate.value <= priceAsOf)
  if (releasePrice === null || !released) return unpriced
  const provenance: Provenance = {
    ...fromCatalogue(releasePrice),
    note: {
      en: `price at release, as no purchase price is known for the time${releasePrice.locator === null ? '' : ` (${releasePrice.locator})`}`,
      zh: `发布时价格；该时段没有已知的购置价格${releasePrice.locator === null ? '' : `（${releasePrice.locator}）`}`,
    },
  }
  return { ...unpriced, perDevice: sheet.input(quantities.perDevice, releasePrice.value, provenance) }
}

function build(request: ServingRequest, lookup: Lookup): BuiltEstimate {
  const sheet = new Sheet()
  const accelerator = acceleratorOf(lookup.catalogue, request.accelerator.id)
  const parameters = writeParameters(sheet, request, lookup)
  const bytes = writeFormat(sheet, request, accelerator)
  const weights = sheet.derive(quantities.weightBytes, formulas.weightBytes, [parameters, bytes])
  const memory = writeDeviceMemory(sheet, accelerator)
  const reserve = sheet.input(
    quantities.memoryReserve,
    memoryReserve(request),
    request.memoryReserve === undefined
      ? byDefault(
          'what the software leaves free: the runtime, activations and the KV cache need memory too and are not counted here',
          '软件默认预留：运行时、激活值与 KV 缓存也占显存，此处未计入',
        )
      : given,
  )
  const room = sheet.derive(quantities.weightRoomPerDevice, formulas.usableBytes, [memory, reserve])
  const devices = sheet.derive(quantities.devicesForWeights, formulas.devicesForWeights, [weights, room])
  const { perDevice, behind, borrowed } = writePurchase(sheet, request, accelerator, lookup)
  const cost =
    perDevice === undefined
      ? undefined
      : sheet.derive(quantities.hardwareCost, formulas.hardwareCost, [devices, perDevice])
  const operation = writeOperation(sheet, request, accelerator, bytes, perDevice, lookup)
  const results = [
    parameters,
    bytes,
    weights,
    room,
    devices,
    perDevice,
    cost,
    ...(operation === undefined ? [] : [writeUsable(sheet, memory), ...operation.results]),
  ]
  const rates = new Map([...borrowed, ...(operation?.borrowed ?? [])])
  const evidence = {
    ...(behind.length > 0 && { perDevice: behind }),
    ...(operation !== undefined && operation.behind.length > 0 && { perDeviceHour: operation.behind }),
  }
  return {
    sheet,
    results: results.filter(handle => handle !== undefined),
    warnings: values => [
      ...servingWarnings(values, { parameters, bytes, weights, room, devices, cost }, behind),
      ...borrowedRates(rates),
    ],
    // Warnings name the year of a borrowed rate; notes and intervals the day of prices, the software and the devices.
    context: () => JSON.stringify([[...rates.keys()], operation?.named]),
    ...(operation !== undefined && { errors: operation.errors }),
    ...(Object.keys(evidence).length > 0 && { evidence }),
  }
}

/** Memory of a model's weights, the devices that hold them, and what those cost to buy. */
export const serving: Estimator<ServingRequest> = {
  id: 'serving',
  label: { en: 'Serving', zh: '推理服务' },
  description: {
    en: 'What serving a model takes. Memory of the weights and the devices that hold them (of a mixture of experts all experts count), which is a floor. For a model whose architecture is known also the KV cache, time to first token and per output token, throughput, power and cost of input and output tokens on a layout that is given or chosen (the fewest devices that keep slo), part by part from bytes, products, collectives and launches, with constants fitted to published measurements; with fleet the devices for daily users, with a queue; with apiPrice the utilisation from which own devices cost less.',
    zh: '模型推理所需。权重显存及容纳权重的设备数（混合专家模型计入全部专家），此为下限。已知结构的模型还给出 KV 缓存、首 token 延迟与每输出 token 用时、吞吐、功耗及输入输出 token 成本：并行布局可给定或自动选取（满足 slo 的最少设备数），逐项由字节、矩阵乘法、集合通信与启动开销得出，常数由公开测量拟合；给出 fleet 时按排队模型估算日活用户所需设备；给出 apiPrice 时给出自建更便宜的利用率。',
  },
  needs: () => [],
  build,
  illustrations: [
    {
      model: { parameters: 175e9 },
      bytesPerParameter: 4,
      accelerator: { id: 'v100-sxm2-32gb' },
      memoryReserve: 0,
      purchase: { perDevice: 9000, currency: 'USD' },
    },
    {
      model: { id: 'gpt-3-175b' },
      accelerator: { id: 'v100-sxm2-32gb' },
      purchase: { perDevice: 60_000, currency: 'CNY' },
    },
    { model: { id: 'gpt-3-175b' }, precision: 'fp16', accelerator: { id: 'h100-sxm-80gb' } },
    {
      model: { id: 'llama-3-70b' },
      precision: 'fp8',
      accelerator: { id: 'h100-sxm-80gb' },
      workload: { inputTokens: 2000, outputTokens: 500, speculative: { draftTokens: 4, acceptance: 0.7 } },
      parallel: { tensor: 8 },
      slo: { timePerOutputToken: 0.05 },
      price: { perDeviceHour: 20, currency: 'CNY' },
      apiPrice: { perMillionInputTokens: 0.6, perMillionOutputTokens: 0.9 },
      fleet: { dailyUsers: 1e6 },
      purchase: { perDevice: 25_000 },
    },
    {
      model: { id: 'deepseek-v3' },
      precision: 'fp8',
      accelerator: { id: 'h800-sxm-80gb' },
      workload: { concurrency: 4096 },
      parallel: { tensor: 1, expert: 64 },
      disaggregated: true,
      price: { perDeviceHour: 2 },
    },
    {
      model: { id: 'mixtral-8x7b' },
      accelerator: { id: 'mi300x-192gb' },
      framework: 'vLLM 0.2',
      workload: { requestsPerSecond: 1 },
      parallel: { tensor: 8, expert: 8 },
    },
    {
      model: { id: 'llama-3-70b' },
      accelerator: { id: 'a100-sxm-80gb' },
      parallel: { tensor: 16 },
    },
    {
      model: { id: 'mixtral-8x7b' },
      accelerator: { id: 'h100-sxm-80gb' },
      parallel: { tensor: 2, expert: 4 },
    },
  ],
}
