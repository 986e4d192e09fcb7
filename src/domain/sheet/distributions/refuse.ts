import { DomainError, type DomainErrorCode } from '../../errors.ts'

/** Refuses parameters of a distribution at a member below it. */
export function refuse(
  code: DomainErrorCode,
  pointer: string,
  message: string,
  facts: Readonly<Record<string, unknown>>,
): never {
  throw new DomainError(code, message, { pointer, facts })
}

/** Refuses two numbers that are not in order: the second must be greater than the first. */
export function refuseUnlessRising(
  pointer: string,
  [lowName, low]: readonly [string, number],
  [highName, high]: readonly [string, number],
  orEqual = false,
): void {
  if (orEqual ? low <= high : low < high) return
  refuse(
    'inconsistent-inputs',
    `${pointer}/${highName}`,
    `${highName} is ${high} but ${lowName} is ${low}; ${highName} must be ${orEqual ? 'at least' : 'greater than'} ${lowName}.`,
    { [lowName]: low, [highName]: high },
  )
}
