import type { Warning } from '../../estimate.ts'
import type { Handle } from '../../sheet/sheet.ts'
import type { PriceObservation } from '../catalogue.ts'
import { formulas } from './serving-formulas.ts'

/** Where the figures stand that the warnings name. */
export interface ServingFigures {
  readonly parameters: Handle<'parameter'>
  readonly bytes: Handle<'byte/parameter'>
  readonly weights: Handle<'byte'>
  readonly room: Handle<'byte'>
  readonly devices: Handle<'device'>
  /** Undefined when no price is known. */
  readonly cost: Handle<'USD'> | undefined
}

/** Bytes of a 16-bit number: what the weights of language models are published and served in. */
const sixteenBit = 2

const short = (value: number): string => String(Number(value.toPrecision(4)))

const memoryFloor: Warning = {
  code: 'memory-floor',
  message: {
    en: 'devicesForWeights and hardwareCost are the least hardware that holds the weights, not what serving takes or costs to run: KV cache, activations, throughput, the number of users at once, servers, network and power are not in them.',
    zh: 'devicesForWeights 与 hardwareCost 为容纳权重的最低硬件，并非推理所需或运行成本：未计 KV 缓存、激活值、吞吐、并发用户数、服务器、网络与电力。',
  },
}

const noPrice: Warning = {
  code: 'no-price',
  message: {
    en: 'No purchase price was given and the catalogue has none for this device and date, so the hardware cost is left out. Give purchase.perDevice to have it.',
    zh: '未给出购置价格，且目录中没有该设备在该日期的购置价格，因此不给出硬件成本。请提供 purchase.perDevice。',
  },
}

/** What a reader must know of a serving estimate; the first, that it is a floor, always. */
export function servingWarnings(
  values: Float64Array,
  figures: ServingFigures,
  prices: readonly PriceObservation[],
): Warning[] {
  return [
    memoryFloor,
    ...wideWeights(values, figures),
    ...mixedPrices(prices),
    ...(figures.cost === undefined ? [noPrice] : []),
  ]
}

/** Four bytes a parameter is how weights were once counted; served in 16 bits they take half. Names both. */
function wideWeights(
  values: Float64Array,
  { parameters, bytes, weights, room, devices }: ServingFigures,
): Warning[] {
  const of = (handle: Handle): number => values[handle] as number
  if (of(bytes) <= sixteenBit) return []
  const narrowBytes = formulas.weightBytes.fn(of(parameters), sixteenBit)
  const narrowDevices = formulas.devicesForWeights.fn(narrowBytes, of(room))
  const wide = { memory: short(of(weights) / 1e9), devices: of(devices), bytes: short(of(bytes)) }
  const narrow = { memory: short(narrowBytes / 1e9), devices: narrowDevices }
  return [
    {
      code: 'weights-wider-than-16-bit',
      message: {
        en: `At ${wide.bytes} bytes a parameter the weights take ${wide.memory} GB on ${wide.devices} devices. Models are commonly trained and served in 16 bits: at 2 bytes they take ${narrow.memory} GB on ${narrow.devices}.`,
        zh: `按每参数 ${wide.bytes} 字节，权重占用 ${wide.memory} GB，需 ${wide.devices} 张卡。模型通常以 16 位训练与推理：按 2 字节仅需 ${narrow.memory} GB、${narrow.devices} 张卡。`,
      },
    },
  ]
}

/** A share of a whole server's price holds more than the device; the median then mixes two kinds of price. */
function mixedPrices(prices: readonly PriceObservation[]): Warning[] {
  const ofServers = prices.filter(({ basis }) => basis === 'server-share').length
  if (ofServers === 0) return []
  return [
    {
      code: 'price-of-whole-servers',
      message: {
        en: `${ofServers} of the ${prices.length} purchase prices behind the median are shares of a whole server's price, with processors, memory and network in them.`,
        zh: `中位数所依据的 ${prices.length} 个购置价格中，有 ${ofServers} 个是整机价格按卡分摊，包含处理器、内存与网络。`,
      },
    },
  ]
}
