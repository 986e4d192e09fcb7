/** The family of models and measurements that constants and errors of serving belong to. */
export const servingFamilyId = 'serving'

/** What of serving is measured, as measurements are told apart by. */
export type ServedQuantity =
  | 'throughput'
  | 'time to first token'
  | 'time per token'
  | 'time of requests'
  | 'energy per token'
  | 'power'

/** What stands for a quantity where nobody else measured it: energy is power over throughput. */
const wider: Partial<Record<ServedQuantity, string>> = { 'energy per token': 'energy', power: 'energy' }

/** Which measurements an estimate is like, from the narrowest: of a quantity on a stack and a device family. */
export function servingStrata(what: ServedQuantity, stack: string, family: string | undefined): string[] {
  const also = wider[what]
  return [
    `${what} · ${stack} · ${family ?? 'other devices'}`,
    `${what} · ${stack}`,
    what,
    ...(also === undefined ? [] : [also]),
    'all',
  ]
}
