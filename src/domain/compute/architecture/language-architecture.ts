import type { BuiltEstimate, Lookup } from '../../estimate.ts'
import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import { type ModelChoice, transformerOfChoice } from '../model.ts'
import { conventionQuantities, formulas, shapeQuantities } from './architecture-quantities.ts'
import { type WrittenParameters, writeParameters } from './architecture-sheet.ts'
import {
  type FlopConventionName,
  flopConventionNames,
  flopConventions,
  flopFormulas,
  mixingFlopPerToken,
  valueHeadDim,
} from './flop.ts'
import type { Transformer } from './transformer.ts'

/** A language model that is to be counted. */
export interface LanguageArchitectureRequest {
  readonly model: ModelChoice
  readonly sequence?: number
  readonly convention?: FlopConventionName
}

/** Tokens of a sequence when nobody says. */
const usualSequence = 2_048

/** Quantities of each convention, made once. */
const byConvention = new Map(flopConventionNames.map(name => [name, conventionQuantities(name)] as const))

const counted: Provenance = {
  status: 'derived',
  source: 'kaplan-2020',
  provenance: 'derived',
  note: { en: 'counted from the architecture and the sequence', zh: '由模型结构与序列长度计算' },
}

/** What attention cores are computed from, where no layer is windowed and none keeps a state. */
interface Cores {
  readonly layers: Handle<'count'>
  readonly heads: Handle<'count'>
  readonly keyDim: Handle<'1'>
  readonly valueDim: Handle<'1'>
  readonly full: Handle<'token'>
  readonly causal: Handle<'token'>
}

function writeCores(
  sheet: Sheet,
  t: Transformer,
  full: Handle<'token'>,
  from: Provenance,
): Cores | undefined {
  if (t.windowedLayers > 0 || t.attentionLayers < t.layers) return undefined
  const known = <H extends Handle>(id: string): H | undefined => sheet.find(id) as H | undefined
  return {
    full,
    layers:
      known<Handle<'count'>>('attentionLayers') ??
      sheet.input(shapeQuantities.attentionLayers, t.attentionLayers, from),
    heads: known<Handle<'count'>>('heads') ?? sheet.input(shapeQuantities.heads, t.heads, from),
    keyDim: known<Handle<'1'>>('headDim') ?? sheet.input(shapeQuantities.headDim, t.headDim, from),
    valueDim:
      known<Handle<'1'>>('valueHeadDim') ?? sheet.input(shapeQuantities.valueHeadDim, valueHeadDim(t), from),
    causal: sheet.derive(shapeQuantities.causalContext, flopFormulas.causalContext, [full]),
  }
}

interface WrittenFlop {
  readonly forward: Handle<'FLOP/token'>
  readonly training: Handle<'FLOP/token'>
}

function writeConvention(
  sheet: Sheet,
  t: Transformer,
  sequence: number,
  name: FlopConventionName,
  { matmul, head }: WrittenParameters,
  cores: Cores | undefined,
): WrittenFlop {
  const { attention, logits } = flopConventions[name]
  const own = byConvention.get(name) ?? conventionQuantities(name)
  const parameters = logits ? matmul : sheet.derive(own.counted, formulas.withoutHead, [matmul, head])
  const mixing =
    cores === undefined || attention === 'none'
      ? sheet.input(own.mixing, mixingFlopPerToken(t, sequence, attention), counted)
      : sheet.derive(own.mixing, formulas.mixing, [
          cores.layers,
          cores.heads,
          cores.keyDim,
          cores.valueDim,
          cores[attention],
        ])
  const forward = sheet.derive(own.forward, flopFormulas.forward, [parameters, mixing])
  return { forward, training: sheet.derive(own.training, flopFormulas.training, [forward]) }
}

/** Writes the parameters of a transformer and its FLOP a token under every convention. Throws what `transformerOfChoice` throws. */
export function buildLanguageArchitecture(
  request: LanguageArchitectureRequest,
  lookup: Lookup,
): BuiltEstimate {
  const sheet = new Sheet()
  const { t, provenance } = transformerOfChoice(lookup, request.model)
  const written = writeParameters(sheet, t, provenance)
  const length = request.sequence ?? usualSequence
  const sequence = sheet.input(
    shapeQuantities.sequence,
    length,
    request.sequence === undefined ? byDefault('2,048 tokens', '2,048 token') : given,
  )
  const asked = request.convention ?? 'causal'
  const cores = writeCores(sheet, t, sequence, provenance)
  const flop = new Map(
    flopConventionNames.map(name => [name, writeConvention(sheet, t, length, name, written, cores)] as const),
  )
  const chosen = flop.get(asked) as WrittenFlop
  const rows = flopConventionNames.map(name => {
    const { forward, training } = flop.get(name) as WrittenFlop
    const own = byConvention.get(name) ?? conventionQuantities(name)
    const ratio = sheet.derive(own.ratio, formulas.ratio, [training, chosen.training])
    return { key: name, cells: [forward, training, ratio] }
  })
  const { forward, training, ratio } = conventionQuantities(asked)
  return {
    sheet,
    results: [
      written.total,
      written.active,
      written.matmul,
      ...written.parts,
      chosen.forward,
      chosen.training,
    ],
    warnings: () => [],
    tables: {
      conventions: {
        columns: [
          { id: 'forward', label: forward.label, unit: 'FLOP/token' },
          { id: 'training', label: training.label, unit: 'FLOP/token' },
          { id: 'ratio', label: ratio.label, unit: '1' },
        ],
        rows,
      },
    },
    context: () => JSON.stringify([request.model, asked]),
  }
}
