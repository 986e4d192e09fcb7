import { bytesPerParameter } from '../catalogue.ts'

/**
 * Bytes that a number takes in memory, with the scales of its block. Sources: OCP Microscaling 1.0 (mx: one byte to 32
 * numbers), NVIDIA's NVFP4 (one byte to 16), AWQ and GPTQ (a 16-bit scale and a zero of the format's width to 128),
 * QLoRA (NF4 with doubly quantised scales: 0.127 bit a number; `nf4-single`: with 32-bit scales to 64, as bitsandbytes
 * does unless told otherwise).
 */
export const storageFormats = {
  ...bytesPerParameter,
  mxfp8: 1 + 1 / 32,
  mxfp4: 0.5 + 1 / 32,
  nvfp4: 0.5 + 1 / 16,
  int4: 0.5 + 2.5 / 128,
  'int8-grouped': 1 + 3 / 128,
  nf4: 0.5 + 0.127 / 8,
  'nf4-single': 0.5 + 4 / 64,
} as const satisfies Record<string, number>

export type StorageFormat = keyof typeof storageFormats
export const storageFormatNames = Object.keys(storageFormats) as StorageFormat[]

/** Bytes of a number that block formats leave alone: embeddings, norms and the output head stay in 16 bits. */
export const unquantisedBytes = 2
