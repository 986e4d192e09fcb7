import { sumFormula } from '../../sheet/formula.ts'
import type { Provenance, QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'
import { formulas, quantities, shapeQuantities as shape } from './architecture-quantities.ts'
import { valueHeadDim } from './flop.ts'
import { parameterFormulas } from './parameters.ts'
import type { Transformer } from './transformer.ts'

/** Counts of parameters on a sheet. */
export interface WrittenParameters {
  readonly hidden: Handle<'1'>
  readonly head: Handle<'parameter'>
  readonly total: Handle<'parameter'>
  readonly active: Handle<'parameter'>
  readonly matmul: Handle<'parameter'>
  /** The parts, in the order in which answers give them. */
  readonly parts: readonly Handle<'parameter'>[]
}

type Input = <U extends Unit>(definition: QuantityDefinition<U>, value: number) => Handle<U>

/** Writes the parameters of a transformer, part by part, from the numbers that it is given by. */
export function writeParameters(sheet: Sheet, t: Transformer, from: Provenance): WrittenParameters {
  const input: Input = (definition, value) => sheet.input(definition, value, from)
  const hidden = input(shape.hidden, t.hidden)
  const vocab = input(shape.vocab, t.vocab)
  const parts: Handle<'parameter'>[] = []
  const terms: Handle<'parameter'>[] = []
  const add = (
    definition: QuantityDefinition<'count'>,
    layers: number,
    part: Handle<'parameter'>,
    sum: QuantityDefinition<'parameter'>,
  ): void => {
    parts.push(part)
    terms.push(sheet.derive(sum, formulas.ofLayers, [input(definition, layers), part]))
  }
  const all = (definition: QuantityDefinition<'parameter'>): QuantityDefinition<'parameter'> => ({
    ...definition,
    id: `all.${definition.id}`,
  })

  if (t.attentionLayers > 0) {
    const attention = writeAttention(sheet, t, hidden, input)
    add(
      shape.attentionLayers,
      t.attentionLayers + t.crossAttentionLayers,
      attention,
      all(quantities.attentionParameters),
    )
    if (t.relativePositionProjection) {
      const one = sheet.derive(quantities.relativeParameters, formulas.relative, [hidden])
      const layers = { ...shape.attentionLayers, id: 'relativeLayers' }
      add(layers, t.attentionLayers, one, all(quantities.relativeParameters))
    }
  }
  if (t.layers > t.attentionLayers) {
    const state = sheet.derive(quantities.stateSpaceParameters, parameterFormulas.stateSpace, [
      hidden,
      input(shape.stateSpaceInner, t.stateSpaceInner),
      input(shape.stateSize, t.stateSize),
    ])
    add(shape.stateSpaceLayers, t.layers - t.attentionLayers, state, all(quantities.stateSpaceParameters))
  }
  if (t.denseLayers > 0) {
    const dense = sheet.derive(quantities.denseParameters, parameterFormulas.feedForward, [
      input(shape.denseMatrices, t.denseMatrices),
      hidden,
      input(shape.denseFfn, t.denseFfn),
    ])
    add(shape.denseLayers, t.denseLayers, dense, all(quantities.denseParameters))
  }
  const layers = sheet.derive(quantities.layerParameters, sumFormula('parameter', terms.length), terms)
  const embeddings = sheet.derive(quantities.embeddingParameters, parameterFormulas.embeddings, [
    vocab,
    hidden,
    input(shape.embeddingCopies, t.tiedEmbeddings ? 1 : 2),
    input(shape.learnedPositions, t.learnedPositions),
  ])
  const head = sheet.derive(quantities.headParameters, formulas.head, [vocab, hidden])
  parts.push(embeddings)
  return { hidden, head, parts, ...writeTotals(sheet, t, hidden, { layers, embeddings, head }, parts, input) }
}

function writeAttention(
  sheet: Sheet,
  t: Transformer,
  hidden: Handle<'1'>,
  input: Input,
): Handle<'parameter'> {
  const heads = input(shape.heads, t.heads)
  const { latent } = t
  const definition = quantities.attentionParameters
  if (latent === null) {
    const headDim = input(shape.headDim, t.headDim)
    const kvHeads = input(shape.kvHeads, t.kvHeads)
    return sheet.derive(definition, parameterFormulas.attention, [hidden, heads, headDim, kvHeads])
  }
  const ranks = [
    input(shape.nopeHeadDim, latent.nopeHeadDim),
    input(shape.ropeHeadDim, latent.ropeHeadDim),
    input(shape.keyValueRank, latent.keyValueRank),
    input(shape.valueHeadDim, valueHeadDim(t)),
  ] as const
  if (latent.queryRank === 0) {
    return sheet.derive(definition, parameterFormulas.latentAttentionFullQueries, [hidden, heads, ...ranks])
  }
  const queryRank = input(shape.queryRank, latent.queryRank)
  return sheet.derive(definition, parameterFormulas.latentAttention, [hidden, queryRank, heads, ...ranks])
}

function writeTotals(
  sheet: Sheet,
  t: Transformer,
  hidden: Handle<'1'>,
  sums: Readonly<Record<'layers' | 'embeddings' | 'head', Handle<'parameter'>>>,
  parts: Handle<'parameter'>[],
  input: Input,
): Pick<WrittenParameters, 'total' | 'active' | 'matmul'> {
  const { layers, embeddings, head } = sums
  if (t.expertLayers === 0) {
    const of = (definition: QuantityDefinition<'parameter'>, last: Handle<'parameter'>) =>
      sheet.derive(definition, formulas.withoutExperts, [layers, last])
    return {
      total: of(quantities.parameters, embeddings),
      active: of(quantities.activeParameters, embeddings),
      matmul: of(quantities.matmulParameters, head),
    }
  }
  const expertLayers = input(shape.expertLayers, t.expertLayers)
  const routed = input(shape.experts, t.experts)
  const rest = [
    input(shape.sharedExperts, t.sharedExperts),
    input(shape.expertMatrices, t.expertMatrices),
    hidden,
    input(shape.expertFfn, t.expertFfn),
    routed,
  ] as const
  const every = sheet.derive(quantities.expertParameters, parameterFormulas.experts, [routed, ...rest])
  const chosen = input(shape.topK, t.topK)
  const passed = sheet.derive(quantities.activeExpertParameters, parameterFormulas.experts, [chosen, ...rest])
  parts.push(every, passed)
  const whole = (
    definition: QuantityDefinition<'parameter'>,
    experts: Handle<'parameter'>,
    last: Handle<'parameter'>,
  ) => sheet.derive(definition, formulas.whole, [layers, expertLayers, experts, last])
  return {
    total: whole(quantities.parameters, every, embeddings),
    active: whole(quantities.activeParameters, passed, embeddings),
    matmul: whole(quantities.matmulParameters, passed, head),
  }
}
