import { DomainError } from '../errors.ts'
import type { SamplingMethod } from '../sheet/random/sampler.ts'
import type { Alternative } from './alternatives.ts'
import { quantityNamed } from './quantities.ts'

/** Replicates that the samples fall into: enough for a standard error that is itself within about a fifth. */
export const replicates = 16

/** Samples that a request may ask for at once. */
export const mostSamples = 65_536
export const leastSamples = 256

/** Throws `out-of-range` for a number of samples that does not fit the method. */
export function checkSamples(samples: number, sampling: SamplingMethod): void {
  const unit = sampling === 'sobol' ? 'a power of two' : `a multiple of ${replicates}`
  const fits = sampling === 'sobol' ? Number.isInteger(Math.log2(samples)) : samples % replicates === 0
  if (fits) return
  const below = sampling === 'sobol' ? 2 ** Math.floor(Math.log2(samples)) : samples - (samples % replicates)
  const above = sampling === 'sobol' ? 2 * below : below + replicates
  throw new DomainError(
    'out-of-range',
    `samples is ${samples}; ${sampling} sampling takes ${unit}, such as ${below} or ${above}.`,
    { pointer: '/samples', facts: { samples, below, above } },
  )
}

/** The quantities to answer with; throws `unknown-quantity` for one that is not there, or not among them. */
export function outputsOf(
  alternatives: readonly Alternative[],
  {
    outputs,
    exceeding = [],
  }: {
    readonly outputs?: readonly string[]
    readonly exceeding?: readonly { readonly quantity: string }[]
  },
): readonly string[] {
  const [first] = alternatives as readonly [Alternative]
  for (const { built } of alternatives) {
    for (const [index, id] of (outputs ?? []).entries()) quantityNamed(built, id, `/outputs/${index}`)
  }
  const all = outputs ?? defaultOutputs(alternatives)
  for (const [index, { quantity }] of exceeding.entries()) {
    quantityNamed(first.built, quantity, `/exceeding/${index}/quantity`)
    if (!all.includes(quantity)) {
      throw new DomainError(
        'unknown-quantity',
        `${quantity} is not among the outputs, ${all.join(', ')}; add it to outputs.`,
        { pointer: `/exceeding/${index}/quantity`, facts: { quantity } },
      )
    }
  }
  return [...new Set(all)]
}

/** The results that every alternative has, and that a distribution or the alternatives themselves move. */
function defaultOutputs(alternatives: readonly Alternative[]): string[] {
  const [{ built }] = alternatives as readonly [Alternative]
  return built.results
    .map(handle => built.sheet.idOf(handle))
    .filter(id => alternatives.every(other => other.built.sheet.find(id) !== undefined))
    .filter(id => alternatives.length > 1 || dependsOn(alternatives[0] as Alternative, id))
}

function dependsOn({ built: { sheet }, inputs }: Alternative, id: string): boolean {
  const uncertain = new Set(inputs.flatMap(({ feeds }) => feeds.map(({ handle }) => handle)))
  for (const [handle, operands] of sheet.operands.entries())
    if (operands?.some(operand => uncertain.has(operand))) uncertain.add(handle)
  return uncertain.has(sheet.find(id) as number)
}
