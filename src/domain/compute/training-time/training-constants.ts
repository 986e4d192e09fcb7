import type { CalibrationParameter, CalibrationValues } from '../calibration/parameter.ts'
import { computingConstants } from './computing-constants.ts'
import type { ConstantRow, TrainingConstants } from './constant-row.ts'
import { exchangeConstants } from './exchange-constants.ts'
import { trainingStackIds } from './training-stack.ts'

export type { TrainingConstants } from './constant-row.ts'

const plain: readonly ConstantRow[] = [...computingConstants, ...exchangeConstants]

/** Constants that differ between device architectures, with how far: their kernels and power limits are others. */
const byFamily: Partial<Record<keyof TrainingConstants, number>> = {
  matmul: 0.07,
  attention: 0.1,
  intraNode: 0.15,
}
const families = [
  'nvidia-volta',
  'nvidia-ampere',
  'nvidia-ada',
  'nvidia-hopper',
  'nvidia-blackwell',
  'amd-cdna2',
  'amd-cdna3',
  'tpu',
  'huawei-ascend',
  'intel-gaudi',
  'aws-neuron',
]

/** How far products differ on devices of which no published measurement says what they reach at most. */
const unmeasuredMatmul = 0.2
const unmeasured = ['huawei-ascend', 'intel-gaudi', 'aws-neuron']

/** Constants that differ between software stacks, with how far. */
const byStack: Partial<Record<keyof TrainingConstants, number>> = {
  elementwise: 0.2,
  tensorExposed: 0.2,
  interNode: 0.5,
  attention: 0.15,
  slack: 0.15,
}

/** Constants that differ between stacks on one architecture: kernels for a new device mature with releases. */
const byStackOnFamily: Partial<Record<keyof TrainingConstants, number>> = { slack: 0.12 }
const stacksOnFamilies = trainingStackIds.flatMap(stack =>
  ['nvidia-ampere', 'nvidia-hopper', 'nvidia-blackwell', 'tpu', 'huawei-ascend'].map(
    family => `${stack}/${family}`,
  ),
)

const scoped = (
  scopes: readonly string[],
  spreads: Partial<Record<keyof TrainingConstants, number>>,
): CalibrationParameter[] =>
  plain.flatMap(([id, , , , en, zh, reason]) =>
    spreads[id] === undefined
      ? []
      : scopes.map(scope => ({
          id: `${id}:${scope}`,
          unit: '1' as const,
          label: { en: `${en} (${scope})`, zh: `${zh}（${scope}）` },
          median: 1,
          spread: spreads[id] ?? 0,
          reason,
          source: null,
        })),
  )

/** All constants of training time, with what is known of each before any measurement. */
export const trainingParameters: readonly CalibrationParameter[] = [
  ...plain.map(([id, unit, median, spread, en, zh, reason, source]) => ({
    ...{ id, unit, label: { en, zh }, median, spread, reason, source: source ?? null },
  })),
  ...scoped(
    families.filter(family => !unmeasured.includes(family)),
    byFamily,
  ),
  ...scoped(unmeasured, { ...byFamily, matmul: unmeasuredMatmul }),
  ...scoped(trainingStackIds, byStack),
  ...scoped(stacksOnFamilies, byStackOnFamily),
]

const resolved = new WeakMap<CalibrationValues, Map<string, TrainingConstants>>()

/**
 * The constants for a device family and a software stack; what `values` do not tell stands at its median. Resolved
 * once for each profile, family and stack.
 */
export function trainingConstants(
  values: CalibrationValues,
  family: string | undefined,
  stack: string | undefined,
): TrainingConstants {
  let known = resolved.get(values)
  if (known === undefined) {
    known = new Map()
    resolved.set(values, known)
  }
  const key = `${stack}/${family}`
  let constants = known.get(key)
  if (constants === undefined) {
    constants = resolve(values, family, stack)
    known.set(key, constants)
  }
  return constants
}

/**
 * Whether what is known of a stack holds on a family: under the same name, the ports of GPU stacks to accelerators of
 * other vendors run kernels and collectives of that vendor's library.
 */
function hasKernelsOf(stack: string, family: string | undefined): boolean {
  return stack === 'xla' || family === undefined || /^(nvidia|amd)/.test(family)
}

function resolve(
  values: CalibrationValues,
  family: string | undefined,
  stack: string | undefined,
): TrainingConstants {
  const constants: Record<string, number> = {}
  for (const [id, , median] of plain) constants[id] = values[id] ?? median
  const multiply = (ids: object, scope: string | undefined): void => {
    if (scope === undefined) return
    for (const id in ids) constants[id] = (constants[id] as number) * (values[`${id}:${scope}`] ?? 1)
  }
  multiply(byFamily, family)
  if (stack === undefined || !hasKernelsOf(stack, family)) return constants as unknown as TrainingConstants
  multiply(byStack, stack)
  multiply(byStackOnFamily, `${stack}/${family}`)
  return constants as unknown as TrainingConstants
}
