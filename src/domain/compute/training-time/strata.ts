/** The family of models and measurements that constants and errors of training time belong to. */
export const trainingTimeFamilyId = 'training-time'

/**
 * Which measurements an estimate is like, from the narrowest: whole runs apart from benchmarks, then software stack,
 * device family, and whether products are computed in 16 bits.
 */
export function trainingTimeStrata(
  stack: string | undefined,
  family: string | undefined,
  operandBytes: number,
  wholeRun: boolean,
): string[] {
  const what = wholeRun ? 'whole-run' : 'benchmark'
  const device = family ?? 'other-device'
  const format = operandBytes < 2 ? 'narrow' : 'wide'
  return [
    `${what}/${stack ?? 'other-stack'}/${device}/${format}`,
    `${what}/${device}/${format}`,
    `${what}/${format}`,
    what,
    'all',
  ]
}
