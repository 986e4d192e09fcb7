import type { Provenance } from '../../sheet/quantity.ts'
import type { CalibrationParameter } from './parameter.ts'

/** Where a fitted constant is from, as an assumption states it: its reason, and the source of its median. */
export function constantProvenance(parameters: readonly CalibrationParameter[], id: string): Provenance {
  const found = parameters.find(parameter => parameter.id === id)
  return {
    status: 'catalogue',
    source: found?.source ?? null,
    provenance: 'derived',
    note:
      found === undefined
        ? null
        : { en: `fitted to measurements: ${found.reason}`, zh: `由公开测量拟合：${found.label.zh}` },
  }
}
