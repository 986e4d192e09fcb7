import { DomainError } from '../errors.ts'
import type { Provenance } from '../sheet/quantity.ts'
import { unknownId } from './accelerator.ts'
import type { Catalogue, CatalogueModel, Datum } from './catalogue.ts'

/** A model as a request names it: from the catalogue, or by its parameter count alone. */
export type ModelChoice = { readonly id: string } | { readonly parameters: number }

/** A model of the catalogue; throws `unknown-model` and names near ids. */
export function modelOf(catalogue: Catalogue, id: string): CatalogueModel {
  const found = catalogue.models.get(id)
  if (found !== undefined) return found
  throw new DomainError('unknown-model', unknownId('model', id, catalogue.models.keys()), {
    pointer: '/model/id',
    facts: { id },
  })
}

const provenances = new WeakMap<object, Provenance>()

/** A catalogue value's provenance, as an assumption states it; one object a value, as the value never changes. */
export function fromCatalogue(datum: Pick<Datum, 'source' | 'provenance' | 'locator'>): Provenance {
  let known = provenances.get(datum)
  if (known === undefined) {
    const { source, provenance, locator: at } = datum
    known = { status: 'catalogue', source, provenance, note: at === null ? null : { en: at, zh: at } }
    provenances.set(datum, known)
  }
  return known
}

/** A model's parameter count with where it is from: as stated by its publishers, else counted from its architecture. */
export interface ParameterCount {
  readonly value: number
  readonly provenance: Provenance
}

/** All parameters of a model (`total`), or those that one token passes through (`active`); throws `missing-value`. */
export function parameterCount(model: CatalogueModel, which: 'total' | 'active'): ParameterCount {
  const stated = which === 'total' ? model.parameters : (model.activeParameters ?? model.parameters)
  if (
    which === 'active' &&
    model.activeParameters === null &&
    model.counted &&
    model.counted.active < model.counted.total
  ) {
    return counted(model, model.counted.active)
  }
  if (stated !== null) return { value: stated.value, provenance: fromCatalogue(stated) }
  if (model.counted !== null) return counted(model, model.counted[which])
  throw new DomainError(
    'missing-value',
    `The catalogue knows neither a parameter count nor an architecture for ${model.id}; give model.parameters instead of model.id.`,
    { pointer: '/model/id', facts: { model: model.id } },
  )
}

function counted(model: CatalogueModel, value: number): ParameterCount {
  const source = model.architectureSource
  return {
    value,
    provenance: {
      status: 'derived',
      source: source?.source ?? null,
      provenance: 'derived',
      note: { en: 'counted from the architecture', zh: '由模型结构计算' },
    },
  }
}
