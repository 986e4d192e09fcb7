import type { QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle } from '../../sheet/sheet.ts'
import { collectiveFormulas } from './collective.ts'
import { operationFormulas } from './operation-formulas.ts'
import { stepFormulas as f } from './step-formulas.ts'
import { type StepKind, type StepQuantities, stepQuantities } from './step-quantities.ts'
import type { UnitSheet } from './unit-sheet.ts'

/** What a step works on, for one replica of the attention. */
export interface StepLoad {
  /** Tokens that pass the layers, and those of them for which a token is chosen. */
  readonly tokens: Handle<'token'>
  readonly chosen: Handle<'token'>
  /** Sequences that decode, the bytes of one's cache, its context, and new tokens of each. */
  readonly decoding?: {
    readonly sequences: Handle<'count'>
    readonly cache: Handle<'byte'>
    readonly context: Handle<'token'>
    readonly each: Handle<'token'>
  }
  readonly prompts?: { readonly tokens: Handle<'token'>; readonly context: Handle<'token'> }
}

/** A step's time on the sheet. */
export interface StepHandles {
  readonly seconds: Handle<'s'>
  readonly busy: Handle<'s'>
}

/** Writes the time of a step part by part: the same formulas, in the same order, as `stepSeconds` computes. */
export function writeStep(us: UnitSheet, kind: StepKind, load: StepLoad): StepHandles {
  const { sheet, unit } = us
  const q = stepQuantities[kind]
  const { tokens, chosen } = load
  const bandwidth = us.of('deviceBandwidth')
  const streaming = us.constant('weightBandwidth')
  const sharpness = us.constant('rooflineSharpness')
  const encoded = us.encodes ? load.prompts?.tokens : undefined
  // Of a prompt that an encoder reads, a decoder takes but the token that starts the answer.
  const passing = us.encodes ? chosen : tokens
  const layers = us.of(encoded === undefined ? 'layers' : 'allLayers')
  const parts: Handle<'s'>[] = [
    writeMatrices(us, q.matrixSeconds, us.of('denseBytes'), us.of('denseFlop'), passing),
    sheet.derive(q.headSeconds, f.head, [
      us.of('headBytes'),
      bandwidth,
      streaming,
      us.of('headFlop'),
      chosen,
      us.of('widePeak'),
      us.constant('headMatmul'),
      sharpness,
      us.of('vocabulary'),
      us.constant('samplingPasses'),
    ]),
    sheet.derive(q.activationSeconds, f.activations, [
      passing,
      us.of('layers'),
      us.of('hiddenWidth'),
      us.constant('activationPasses'),
      bandwidth,
      streaming,
    ]),
  ]
  if (encoded !== undefined) parts.push(...writeEncoder(us, q, encoded))
  if (unit.model.expertLayers > 0) parts.push(writeExperts(us, kind, tokens))
  if (load.decoding !== undefined) parts.push(writeDecodeAttention(us, kind, load.decoding))
  if (load.prompts !== undefined) parts.push(writePromptAttention(us, kind, load.prompts))
  parts.push(
    sheet.derive(q.latencySeconds, f.latencies, [
      layers,
      us.constant<'s'>('layerLatency'),
      us.of('expertLayers'),
      us.constant<'s'>('expertLayerLatency'),
    ]),
  )
  if (unit.layout.pipeline > 1) {
    parts.push(
      sheet.derive(q.handingSeconds, f.handing, [us.of('pipelineStages'), us.constant<'s'>('stageLatency')]),
    )
  }
  if (unit.ranks > 1) parts.push(writeCollectives(us, kind, passing))
  const compute = us.sum(q.computeSeconds, parts)
  const exchanges = unit.layout.attentionReplicas > 1 && unit.model.expertLayers > 0
  const busy = exchanges
    ? sheet.derive(q.busySeconds, f.hidden, [compute, writeExchanges(us, kind, tokens)])
    : compute
  const done = us.captures(load.decoding !== undefined)
    ? busy
    : sheet.derive(q.deviceSeconds, f.launched, [
        busy,
        layers,
        us.constant<'s'>('eagerLayer'),
        us.of('calledCollectives'),
        us.constant<'s'>('eagerCollective'),
      ])
  const host = sheet.derive(q.hostSeconds, f.host, [
    us.constant<'s'>('stepOverhead'),
    us.constant<'s'>('sequenceOverhead'),
    chosen,
  ])
  return { busy, seconds: sheet.derive(q.seconds, operationFormulas.sum, [done, host]) }
}

function writeMatrices(
  us: UnitSheet,
  definition: QuantityDefinition<'s'>,
  bytes: Handle<'byte'>,
  flop: Handle<'FLOP/token'>,
  tokens: Handle<'token'>,
): Handle<'s'> {
  return us.sheet.derive(definition, f.matrices, [
    bytes,
    us.of('deviceBandwidth'),
    us.share('weightShare'),
    flop,
    tokens,
    us.constant<'token'>('halfTokens'),
    us.constant<'token'>('fewTokens'),
    us.of('matmulPeak'),
    us.share('matmulShare'),
    us.constant('rooflineSharpness'),
  ])
}

/** What prompts pass before a decoder. */
function writeEncoder(us: UnitSheet, q: StepQuantities, tokens: Handle<'token'>): Handle<'s'>[] {
  const { sheet, unit } = us
  const parts = [
    writeMatrices(us, q.encoderMatrixSeconds, us.of('encoderBytes'), us.of('encoderFlop'), tokens),
    sheet.derive(q.encoderActivationSeconds, f.activations, [
      tokens,
      us.of('encoderLayers'),
      us.of('hiddenWidth'),
      us.constant('activationPasses'),
      us.of('deviceBandwidth'),
      us.constant('weightBandwidth'),
    ]),
  ]
  if (unit.ranks === 1) return parts
  const one = writeAllReduce(us, q.encoderMessageBytes, q.encoderAllReduceSeconds, tokens)
  const all = sheet.derive(q.encoderCollectiveSeconds, operationFormulas.timesLayers, [
    us.of('encoderAllReduces'),
    one,
  ])
  return [...parts, all]
}

function writeExperts(us: UnitSheet, kind: StepKind, tokens: Handle<'token'>): Handle<'s'> {
  const { sheet } = us
  const q = stepQuantities[kind]
  const all = sheet.derive(q.expertTokens, operationFormulas.replicaTokens, [
    tokens,
    us.of('attentionReplicas'),
  ])
  const topK = us.of('expertsPerToken')
  const experts = us.of('routedExperts')
  const touched = sheet.derive(q.expertsTouched, f.touched, [topK, experts, all])
  return sheet.derive(q.expertSeconds, f.experts, [
    us.constant('expertImbalance'),
    us.constant('expertMatmul'),
    us.of('expertBytes'),
    touched,
    us.of('deviceBandwidth'),
    us.share('weightShare'),
    us.of('expertFlop'),
    all,
    topK,
    experts,
    us.constant<'token'>('expertTile'),
    us.of('matmulPeak'),
    us.share('expertMatmulShare'),
    us.constant('rooflineSharpness'),
  ])
}

function writeDecodeAttention(
  us: UnitSheet,
  kind: StepKind,
  { sequences, cache, context, each }: NonNullable<StepLoad['decoding']>,
): Handle<'s'> {
  const { sheet } = us
  const q = stepQuantities[kind]
  const flop = us.windowed
    ? sheet.derive(q.attentionFlop, f.flopOverContext, [
        us.of('decodePairFlop'),
        context,
        us.of('windowedDecodeFlop'),
        us.of('attentionWindow'),
      ])
    : sheet.derive(q.attentionFlop, f.flopOverWholeContext, [us.of('decodePairFlop'), context])
  return sheet.derive(q.attentionSeconds, f.decodeAttention, [
    sequences,
    cache,
    us.of('deviceBandwidth'),
    us.share('cacheShare'),
    each,
    flop,
    us.of('widePeak'),
    us.share('decodeAttentionShare'),
    us.constant('rooflineSharpness'),
  ])
}

function writePromptAttention(
  us: UnitSheet,
  kind: StepKind,
  { tokens, context }: NonNullable<StepLoad['prompts']>,
): Handle<'s'> {
  const { sheet } = us
  const q = stepQuantities[kind]
  const flop = us.windowed
    ? sheet.derive(q.promptFlop, f.flopOverContext, [
        us.of('promptPairFlop'),
        context,
        us.of('windowedPromptFlop'),
        us.of('attentionWindow'),
      ])
    : sheet.derive(q.promptFlop, f.flopOverWholeContext, [us.of('promptPairFlop'), context])
  return sheet.derive(q.promptAttentionSeconds, f.promptAttention, [
    tokens,
    flop,
    us.of('widePeak'),
    us.share('promptAttentionShare'),
  ])
}

function writeCollectives(us: UnitSheet, kind: StepKind, tokens: Handle<'token'>): Handle<'s'> {
  const { sheet } = us
  const q = stepQuantities[kind]
  const one = writeAllReduce(us, q.messageBytes, q.allReduceSeconds, tokens)
  return sheet.derive(q.collectiveSeconds, operationFormulas.timesLayers, [us.of('allReduces'), one])
}

function writeAllReduce(
  us: UnitSheet,
  size: QuantityDefinition<'byte'>,
  time: QuantityDefinition<'s'>,
  tokens: Handle<'token'>,
): Handle<'s'> {
  const { sheet } = us
  const message = sheet.derive(size, collectiveFormulas.hiddenState, [tokens, us.of('hiddenWidth')])
  return sheet.derive(time, collectiveFormulas.allReduce, [
    us.constant<'s'>('allReduceLatency'),
    us.of('ranksWithin'),
    message,
    us.of('deviceLink'),
    us.constant('linkBandwidth'),
    us.constant<'s'>('betweenNodesLatency'),
    us.of('rankNodes'),
    us.of('deviceNetwork'),
  ])
}

function writeExchanges(us: UnitSheet, kind: StepKind, tokens: Handle<'token'>): Handle<'s'> {
  const { sheet, unit } = us
  const q = stepQuantities[kind]
  const each = sheet.derive(q.exchangedTokens, operationFormulas.replicaShare, [
    tokens,
    us.of('tensorParallel'),
  ])
  const width = us.of('exchangeWidth')
  const inside = sheet.derive(q.exchangeWithinSeconds, collectiveFormulas.exchangeWithin, [
    us.constant<'s'>('allReduceLatency'),
    us.of('expertsPerToken'),
    us.of('expertsWithin'),
    each,
    us.of('hiddenWidth'),
    width,
    us.of('deviceLink'),
    us.constant('linkBandwidth'),
  ])
  if (unit.expertSpread.nodes <= 1) {
    return sheet.derive(q.exchangeSeconds, operationFormulas.timesLayers, [us.of('expertLayers'), inside])
  }
  const between = sheet.derive(q.exchangeBetweenSeconds, collectiveFormulas.exchangeBetween, [
    us.constant<'s'>('betweenNodesLatency'),
    us.of('expertNodes'),
    us.of('expertsPerToken'),
    each,
    us.of('hiddenWidth'),
    width,
    us.of('deviceNetwork'),
    us.constant('linkBandwidth'),
  ])
  return sheet.derive(q.exchangeSeconds, operationFormulas.timesLongest, [
    us.of('expertLayers'),
    inside,
    between,
  ])
}
