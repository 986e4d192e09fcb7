import { DomainError } from '../errors.ts'
import { given, type Provenance } from '../sheet/quantity.ts'
import { unknownId } from './accelerator.ts'
import { countParameters } from './architecture/parameters.ts'
import { type ArchitectureDescription, type Transformer, transformerOf } from './architecture/transformer.ts'
import type { Catalogue, CatalogueModel, Datum } from './catalogue.ts'

/** A model as a request names it: from the catalogue, by its parameter count alone, or by its architecture. */
export type ModelChoice =
  | { readonly id: string }
  | { readonly parameters: number }
  | { readonly architecture: ArchitectureDescription }

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
function parameterCount(model: CatalogueModel, which: 'total' | 'active'): ParameterCount {
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

const fromArchitecture = { en: 'counted from the architecture', zh: '由模型结构计算' }

function counted(model: CatalogueModel, value: number): ParameterCount {
  const source = model.architectureSource
  return {
    value,
    provenance: {
      status: 'derived',
      source: source?.source ?? null,
      provenance: 'derived',
      note: fromArchitecture,
    },
  }
}

/** The parameter count of a model as a request names it; throws `unknown-model` or `missing-value`. */
export function parametersOfChoice(
  catalogue: Catalogue,
  model: ModelChoice,
  which: 'total' | 'active',
): ParameterCount {
  if ('id' in model) return parameterCount(modelOf(catalogue, model.id), which)
  if ('parameters' in model) return { value: model.parameters, provenance: given }
  return {
    value: countParameters(transformerOf(model.architecture))[which],
    provenance: { status: 'derived', source: null, provenance: 'derived', note: fromArchitecture },
  }
}

/** A transformer, and where its architecture is from. */
export interface ChosenTransformer {
  readonly t: Transformer
  readonly provenance: Provenance
}

const transformers = new WeakMap<CatalogueModel, ChosenTransformer>()

/**
 * The transformer of a model as a request names it: of the catalogue by id, or described in the request. Throws
 * `unknown-model`, `missing-value` where no architecture is known (a parameter count tells none), and what
 * `transformerOf` throws.
 */
export function transformerOfChoice(
  { catalogue }: { readonly catalogue: Catalogue },
  model: ModelChoice,
): ChosenTransformer {
  if ('architecture' in model) return { t: transformerOf(model.architecture), provenance: given }
  if ('parameters' in model) {
    throw new DomainError(
      'missing-value',
      `A count of ${model.parameters} parameters does not tell layers, width and heads; give model.architecture, or the id of a catalogue model in place of model.parameters.`,
      { pointer: '/model/parameters', facts: { parameters: model.parameters } },
    )
  }
  const found = modelOf(catalogue, model.id)
  let chosen = transformers.get(found)
  if (chosen === undefined) {
    const { architectureSource: source } = found
    const t = describedTransformer(found)
    const provenance: Provenance =
      source === null
        ? { status: 'catalogue', source: null, provenance: null, note: null }
        : fromCatalogue(source)
    chosen = { t, provenance }
    transformers.set(found, chosen)
  }
  return chosen
}

function describedTransformer({ id, architecture }: CatalogueModel): Transformer {
  let why = ''
  if (architecture !== null) {
    try {
      return transformerOf(architecture)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      why = ` that can be counted from (${error.message})`
    }
  }
  throw new DomainError(
    'missing-value',
    `The catalogue has no architecture${why} for ${id}; give model.architecture in place of model.id.`,
    { pointer: '/model/id', facts: { model: id } },
  )
}
