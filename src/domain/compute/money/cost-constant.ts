import { DomainError } from '../../errors.ts'
import type { Provenance } from '../../sheet/quantity.ts'
import type { Accelerator, Catalogue } from '../catalogue.ts'

/** A constant as an assumption states it: its value, and where it is from. */
export interface KnownConstant {
  readonly value: number
  readonly provenance: Provenance
}

/**
 * A constant of cost or energy: its one value, or that of the first of `keys` it has. Throws `missing-value` for a
 * catalogue without it.
 */
export function costConstant(
  { costConstants }: Pick<Catalogue, 'costConstants'>,
  id: string,
  ...keys: readonly string[]
): KnownConstant {
  const constant = costConstants.get(id)
  const key = keys.find(candidate => constant?.values?.[candidate] !== undefined)
  const value = key === undefined ? constant?.value : constant?.values?.[key]
  if (constant === undefined || typeof value !== 'number') {
    throw new DomainError(
      'missing-value',
      `The catalogue has no ${id}${keys.length > 0 ? ` for ${keys[0]}` : ''}.`,
      {
        facts: { constant: id, keys },
      },
    )
  }
  const { source, provenance, locator } = constant
  const of = [locator, key].filter(Boolean).join(': ')
  return { value, provenance: { status: 'default', source, provenance, note: { en: of, zh: of } } }
}

const families = ['P100', 'V100', 'A100', 'H100', 'TPU v1', 'TPU v2', 'TPU v3', 'TPU v4'] as const

/** The keys by which constants know a device, the most particular first: `A100`, then `gpu` or `tpu`, then `other`. */
export function familyKeys({ id, kind }: Pick<Accelerator, 'id' | 'kind'>): string[] {
  const words = id.split('-')
  const family = families.find(name => {
    const named = name.toLowerCase().split(' ')
    return named.every((word, place) => words[place] === word)
  })
  return [
    ...(family === undefined ? [] : [family]),
    ...(kind === 'tpu' ? ['TPU other', 'tpu'] : ['gpu']),
    'other',
  ]
}
