import { storageFormats } from '../../compute/memory/storage-format.ts'

/** The first that matches: names of a scheme that says its bits before those of a scheme that is of four unless it does. */
const named: readonly (readonly [RegExp, number])[] = [
  [/nvfp4/, storageFormats.nvfp4],
  [/mxfp4/, storageFormats.mxfp4],
  [/mxfp8/, storageFormats.mxfp8],
  [/nf4.*(dq|double)|(dq|double).*nf4/, storageFormats.nf4],
  [/nf4/, storageFormats['nf4-single']],
  [/gptq.*(int8|w8|8.?bit)/, storageFormats['int8-grouped']],
  [/awq|gptq|int4|w4|q4|4.?bit/, storageFormats.int4],
  [/fp4/, storageFormats.fp4],
  [/fp8|float8|e4m3|e5m2|int8|w8|8.?bit/, 1],
  [/fp16|bf16|bfloat|float16|half/, 2],
  [/fp32|float32|tf32/, 4],
]

/** Bytes of a weight or of a cached number, of the names that publishers use; 16 bits where none is known. */
export function storageBytesOf(name: string | undefined): number {
  const text = (name ?? '').toLowerCase()
  return named.find(([pattern]) => pattern.test(text))?.[1] ?? 2
}
