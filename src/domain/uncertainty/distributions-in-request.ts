import { DomainError } from '../errors.ts'
import type { Distribution } from '../sheet/distributions/distribution.ts'
import { isDistribution, readDistribution } from '../sheet/distributions/read-distribution.ts'
import { type DistributionSpecification, distributionKinds } from '../sheet/distributions/specification.ts'
import { replacedAt } from './pointer.ts'

/** A distribution in the place of a number. */
export interface PlacedDistribution {
  /** JSON Pointer into the request. */
  readonly pointer: string
  readonly specification: DistributionSpecification
  readonly distribution: Distribution
  readonly median: number
}

/** A request with its distributions taken out. */
export interface PlainRequest<Request = unknown> {
  /** The request with the median in the place of each distribution; itself when it has none. */
  readonly request: Request
  readonly distributions: readonly PlacedDistribution[]
}

/**
 * Takes the distributions out of a request, and puts their medians in. Throws what `readDistribution` refuses,
 * with pointers from the request on.
 */
export function atMedians<Request>(request: Request): PlainRequest<Request> {
  if (typeof request !== 'object' || request === null || !holdsDistribution(request))
    return { request, distributions: none }
  const found: PlacedDistribution[] = []
  collect(request, '', found)
  let plain: unknown = request
  for (const { pointer, median } of found) plain = replacedAt(plain, pointer, median)
  return { request: plain as Request, distributions: found }
}

const none: readonly never[] = []
const kinds: ReadonlySet<string> = new Set(distributionKinds)

/** Whether there is a distribution anywhere: most requests have none, and finding places costs more than looking. */
function holdsDistribution(node: object): boolean {
  const values = Object.values(node)
  for (let index = 0; index < values.length; index++) {
    const value: unknown = values[index]
    if (typeof value === 'object' && value !== null && holdsDistribution(value)) return true
  }
  return values.length === 1 && kinds.has(Object.keys(node)[0] as string)
}

function collect(node: unknown, pointer: string, found: PlacedDistribution[]): void {
  if (node === null || typeof node !== 'object') return
  if (isDistribution(node)) {
    const distribution = placedUnder(pointer, () => readDistribution(node))
    found.push({ pointer, specification: node, distribution, median: distribution.quantile(0.5) })
    return
  }
  for (const member in node) {
    const value = (node as Record<string, unknown>)[member]
    if (value !== null && typeof value === 'object')
      collect(value, `${pointer}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`, found)
  }
}

/** A refusal whose pointer leads on from another. */
function under(error: DomainError, pointer: string): DomainError {
  return new DomainError(error.code, error.message, {
    ...(error.pointer !== null && { pointer: `${pointer}${error.pointer}` }),
    facts: error.facts,
  })
}

/** Does something with a part of a larger request: refusals then point into that part, from the whole on. */
export function placedUnder<T>(pointer: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof DomainError ? under(error, pointer) : error
  }
}
