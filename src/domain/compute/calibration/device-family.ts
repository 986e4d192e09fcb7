/**
 * Devices that share an architecture, and so the efficiency that kernels reach on them. By the start of the
 * catalogue's id; a device of no family here gets the constants that hold everywhere.
 */
const families: readonly (readonly [RegExp, string])[] = [
  [/^p100/, 'nvidia-pascal'],
  [/^v100/, 'nvidia-volta'],
  [/^(t4|rtx-20)/, 'nvidia-turing'],
  [/^(a100|a800|a40|a10|a30|rtx-a|rtx-30)/, 'nvidia-ampere'],
  [/^(l4|l20|l40|rtx-40|rtx-[456]000-ada)/, 'nvidia-ada'],
  [/^(h100|h800|h20|h200|gh200)/, 'nvidia-hopper'],
  [/^(b100|b200|b300|gb200|gb300|rtx-50|rtx-pro)/, 'nvidia-blackwell'],
  [/^(mi100|mi2)/, 'amd-cdna2'],
  [/^(mi300|mi308|mi325)/, 'amd-cdna3'],
  [/^mi35/, 'amd-cdna4'],
  [/^rx-7/, 'amd-rdna3'],
  [/^tpu/, 'tpu'],
  [/^gaudi/, 'intel-gaudi'],
  [/^(trainium|inferentia)/, 'aws-neuron'],
  [/^ascend/, 'huawei-ascend'],
  [/^apple-m/, 'apple'],
]

/** The family of a device by its catalogue id, such as `nvidia-hopper`, or undefined. */
export function deviceFamily(id: string): string | undefined {
  return families.find(([pattern]) => pattern.test(id))?.[1]
}
