import type { Precision } from '../catalogue.ts'
import type { Device } from '../device.ts'

/** How weights are stored and in what format they are multiplied. */
export interface NumberFormat {
  /** Bytes of a weight of a layer, scales included. */
  readonly weightBytes: number
  readonly compute: Precision
  /** Whether activations are rounded to a narrow format before each product. */
  readonly quantisedActivations: boolean
  /** Whether blocks of weights are unpacked by calls of their own from Python, as bitsandbytes does. */
  readonly blockwise?: boolean
}

/** Block scales of 8 bits for 16 values (NVFP4, MXFP4 nearly) and of 16 bits for 128 (GPTQ, AWQ). */
const fourBitFloat = 0.5 + 1 / 16
const fourBitInteger = 0.5 + 2 / 128

/**
 * Bits of a weight in the formats of GGUF files, block scales and the wider matrices of a mixture included: sizes of
 * Llama 3 70B over its size in 16 bits (`ms-xdai-gpu-benchmarks`, table of perplexities).
 */
const ggufBits: Readonly<Record<string, number>> = {
  q2_k: 2.99,
  q3_k_s: 3.5,
  q3_k_m: 3.88,
  q3_k_l: 4.21,
  iq4_xs: 4.3,
  iq4_nl: 4.54,
  q4_k_s: 4.57,
  q4_k_m: 4.82,
  q5_k_s: 5.52,
  q5_k_m: 5.66,
  q6_k: 6.56,
  q8_0: 8.5,
}

/**
 * The format that a text such as `fp16/bf16`, `bfloat16`, `nvfp4`, `w8a8`, `awq` or `q4_k_m` names, on a device. A
 * format that the device has no matrix peak for is stored as named and multiplied in 16 bits, with sums in 32 bits
 * unless `halfSums`.
 */
export function numberFormat(text: string | undefined, device: Device, halfSums = false): NumberFormat {
  const name = (text ?? '').toLowerCase()
  const wide: Precision = device.peak.bf16 === undefined || halfSums ? 'fp16' : 'bf16'
  const bits = ggufBits[name.replaceAll('-', '_')]
  if (bits !== undefined) return { weightBytes: bits / 8, compute: wide, quantisedActivations: false }
  const computes = (format: Precision, weightBytes: number): NumberFormat =>
    device.peak[format] === undefined
      ? { weightBytes, compute: wide, quantisedActivations: false }
      : { weightBytes, compute: format, quantisedActivations: true }
  if (/nf4|bitsandbytes|\bbnb\b/.test(name)) {
    const weightBytes = /8[- ]?bit|int8/.test(name) ? 1 : fourBitInteger
    return { weightBytes, compute: wide, quantisedActivations: false, blockwise: true }
  }
  if (/w4a16|int4|awq|gptq|q4/.test(name))
    return { weightBytes: fourBitInteger, compute: wide, quantisedActivations: false }
  if (/w8a16|q8/.test(name)) return { weightBytes: 1, compute: wide, quantisedActivations: false }
  if (/fp4/.test(name)) return computes('fp4', fourBitFloat)
  if (/fp8|e4m3|float8|mxfp8/.test(name)) return computes('fp8', 1)
  if (/int8|w8a8|smoothquant/.test(name)) return computes('int8', 1)
  if (/fp32|float32/.test(name) && !/16/.test(name)) {
    return { weightBytes: 4, compute: 'fp32', quantisedActivations: false }
  }
  return { weightBytes: 2, compute: wide, quantisedActivations: false }
}

/** Bytes of an element of the KV cache: as named, else narrow where the stack does so for narrow weights, else 2. */
export function cacheBytes(
  text: string | undefined,
  { weightBytes }: NumberFormat,
  eightBitCache: boolean,
): number {
  const name = (text ?? '').toLowerCase()
  if (/fp8|int8|e4m3|e5m2/.test(name)) return 1
  if (/fp4|int4/.test(name)) return 0.5
  if (/16/.test(name)) return 2
  return eightBitCache && weightBytes <= 1 ? 1 : 2
}

/** FLOP/s that a format is multiplied at, from the best that was measured where known; null without any peak. */
export function matmulPeak(device: Device, format: Precision): number | null {
  const peak = device.peak[format] ?? device.peak.bf16 ?? device.peak.fp16
  if (peak === undefined) return null
  return peak * (device.matmulCeiling ?? ceilingOf(device))
}

/** Median of the measured ceilings of the catalogue, for devices that nobody measured. */
const typicalCeiling = 0.8

/** Matrix over 32-bit vector throughput at which products that nobody measured lose as much as they reach. */
const halvingRatio = 60

/**
 * The highest share of its matrix peak that a device reaches, where nobody measured it: of devices with much of it over
 * that of their vector units as much as others reach; nearly all of it where vector units keep up with it.
 */
function ceilingOf({ kind, peak }: Device): number {
  const wide = peak.bf16 ?? peak.fp16
  if (kind !== 'gpu' || peak.fp32 === undefined || wide === undefined) return typicalCeiling
  return Math.max(typicalCeiling, 1 / (1 + wide / peak.fp32 / halvingRatio))
}
