import type { Provenance } from '../../sheet/quantity.ts'
import type { Handle } from '../../sheet/sheet.ts'
import { deviceUseFormulas as use } from './device-use-formulas.ts'
import { operationQuantities as q } from './operation-quantities.ts'
import type { Drafts, MixedStep } from './performance.ts'
import { powerFormulas } from './power.ts'
import type { UnitSheet } from './unit-sheet.ts'

const ofLayout: Provenance = {
  status: 'derived',
  source: null,
  provenance: 'derived',
  note: { en: 'from the layout and the batch', zh: '由并行布局与批量得出' },
}

/** Output that no copy can exceed: a step cannot be shorter than reading what it must at all of the bandwidth. */
export function writeBound(
  us: UnitSheet,
  sequences: Handle<'count'>,
  { accepted }: Drafts,
  perRank: Handle<'count'>,
  cache: Handle<'byte'>,
): Handle<'token/s'> {
  const { sheet } = us
  const touched = sheet.find('decode.expertsTouched') as Handle<'1'> | undefined
  const read = [us.of('denseBytes'), us.of('headBytes')] as const
  const bytes =
    touched === undefined
      ? sheet.derive(q.leastBytes, use.leastBytes, [...read, perRank, cache])
      : sheet.derive(q.leastBytes, use.leastBytesOfExperts, [
          ...read,
          touched,
          us.of('expertBytes'),
          perRank,
          cache,
        ])
  return sheet.derive(q.bandwidthBound, use.bandwidthBound, [
    sequences,
    accepted,
    us.of('deviceBandwidth'),
    bytes,
  ])
}

/** Power of a device and energy of a token. */
export function writePower(
  us: UnitSheet,
  parts: number,
  { verified }: Drafts,
  load: MixedStep & {
    readonly perRank: Handle<'count'>
    readonly cache: Handle<'byte'>
    readonly ratePerDevice: Handle<'token/s'>
  },
): Handle[] {
  const { sheet, unit } = us
  const { handles, perRank, cache, tokens, chosen: all, promptTokens } = load
  const touched = sheet.find('step.expertsTouched') as Handle<'1'> | undefined
  const everywhere = sheet.find('step.expertTokens') as Handle<'token'> | undefined
  const pair = sheet.find('step.attentionFlop') as Handle<'FLOP/token'>
  const prompt = sheet.find('step.promptFlop') as Handle<'FLOP/token'>
  // Of a prompt that an encoder reads, a decoder takes but the token that starts the answer.
  const passing = us.encodes ? all : tokens
  const moved = [
    us.of('denseBytes'),
    us.of('headBytes'),
    all,
    us.of('vocabulary'),
    us.constant('samplingPasses'),
    passing,
    us.of('layers'),
    us.of('hiddenWidth'),
    us.constant('activationPasses'),
    perRank,
    cache,
  ] as const
  const done = [
    us.of('denseFlop'),
    passing,
    us.of('headFlop'),
    all,
    perRank,
    verified,
    pair,
    promptTokens,
    prompt,
  ] as const
  const dense = touched === undefined || everywhere === undefined
  const moving = dense
    ? sheet.derive(q.stepBytes, use.stepBytes, moved)
    : sheet.derive(q.stepBytes, use.stepBytesOfExperts, [...moved, touched, us.of('expertBytes')])
  const doing = dense
    ? sheet.derive(q.stepFlop, use.stepFlop, done)
    : sheet.derive(q.stepFlop, use.stepFlopOfExperts, [
        ...done,
        us.of('expertFlop'),
        everywhere,
        us.of('expertsPerToken'),
        touched,
        us.of('routedExperts'),
        us.constant<'token'>('expertTile'),
      ])
  const bytes = us.encodes
    ? sheet.derive(q.stepBytesEncoding, use.stepBytesEncoding, [
        moving,
        us.of('encoderBytes'),
        promptTokens,
        us.of('encoderLayers'),
        us.of('hiddenWidth'),
        us.constant('activationPasses'),
      ])
    : moving
  const flop = us.encodes
    ? sheet.derive(q.stepFlopEncoding, use.stepFlopEncoding, [doing, us.of('encoderFlop'), promptTokens])
    : doing
  const fill = sheet.input(q.pipelineFill, parts / unit.layout.pipeline, ofLayout)
  const { seconds, busy } = handles
  const bandwidthUse = sheet.derive(q.bandwidthUse, use.bandwidthUse, [
    fill,
    bytes,
    seconds,
    us.of('deviceBandwidth'),
  ])
  const computeUse = sheet.derive(q.computeUse, use.computeUse, [fill, flop, seconds, us.of('matmulPeak')])
  const busyShare = sheet.derive(q.busyShare, use.busyShare, [fill, busy, seconds])
  const share = sheet.derive(q.powerShare, powerFormulas.load, [
    us.constant('idlePower'),
    us.constant('activePower'),
    busyShare,
    us.constant('memoryPower'),
    bandwidthUse,
    us.constant('computePower'),
    computeUse,
  ])
  const power = sheet.derive(q.devicePower, powerFormulas.limited, [us.of('ratedPower'), share])
  return [power, sheet.derive(q.energyPerOutputToken, use.energyPerToken, [power, load.ratePerDevice])]
}
