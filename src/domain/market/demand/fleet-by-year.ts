import { flopFormulas } from '../../compute/architecture/flop.ts'
import { parametersOfChoice } from '../../compute/model.ts'
import { type Fleet, fleetAssumptions, sizeFleet } from '../../compute/serving/fleet.ts'
import type { Operation } from '../../compute/serving/operation.ts'
import { operationQuantities } from '../../compute/serving/operation-quantities.ts'
import { stepFormulas } from '../../compute/serving/step-formulas.ts'
import type { Lookup } from '../../estimate.ts'
import { byDefault, given, type Provenance, type QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'
import type { Window } from '../window.ts'
import type { DecidedDemand } from './decided-demand.ts'
import { demandFormulas as f } from './demand-formulas.ts'
import { computeQuantities as q } from './demand-quantities.ts'
import { at, ofYear, type Yearly, yearly } from './yearly.ts'

/** Compute and devices of each year, on a sheet. */
export interface FleetByYear {
  readonly activeParameters: Handle<'parameter'>
  readonly requestFlop: Handle<'FLOP'>
  readonly meanFlop: Yearly<'FLOP/s'>
  readonly requiredFlop: Yearly<'FLOP/s'>
  readonly devices: Yearly<'device'>
  /** The fleet of the target year. */
  readonly fleet: Fleet
  readonly flopUtilisation: Handle<'1'>
}

const ofArchitecture: Provenance = {
  status: 'derived',
  source: null,
  provenance: 'derived',
  note: { en: 'counted from the architecture', zh: '由模型结构计算' },
}

/** Writes the compute of a request: two FLOP a parameter, and attention over what a token sees. */
function writeRequestFlop(
  sheet: Sheet,
  request: DecidedDemand,
  { plan, performance }: Operation,
  lookup: Lookup,
): Pick<FleetByYear, 'activeParameters' | 'requestFlop'> {
  const { value, provenance } = parametersOfChoice(lookup.catalogue, request.model, 'active')
  const activeParameters = sheet.input(q.activeParameters, value, provenance)
  const { model } = plan.unit
  const attention = (
    as: QuantityDefinition<'FLOP/token'>,
    pair: Handle<'FLOP/token'>,
    windowed: readonly [QuantityDefinition<'FLOP/token'>, number],
    context: Handle<'token'>,
  ): Handle<'FLOP/token'> => {
    if (model.windowedCacheElements === 0)
      return sheet.derive(as, stepFormulas.flopOverWholeContext, [pair, context])
    return sheet.derive(as, stepFormulas.flopOverContext, [
      ...([pair, context, sheet.input(windowed[0], windowed[1], ofArchitecture)] as const),
      sheet.find('attentionWindow') as Handle<'token'>,
    ])
  }
  const onSheet = (definition: QuantityDefinition<'token'>): Handle<'token'> =>
    sheet.find(definition.id) as Handle<'token'>
  const perInput = sheet.derive(q.inputFlop, flopFormulas.forward, [
    activeParameters,
    attention(
      q.inputAttention,
      sheet.input(q.promptPair, model.promptCore, ofArchitecture),
      [q.windowedPromptPair, model.windowedPromptCore],
      onSheet(operationQuantities.promptContext),
    ),
  ])
  const perOutput = sheet.derive(q.outputFlop, flopFormulas.forward, [
    activeParameters,
    attention(
      q.outputAttention,
      sheet.input(q.decodePair, model.decodeCore, ofArchitecture),
      [q.windowedDecodePair, model.windowedDecodeCore],
      onSheet(operationQuantities.meanContext),
    ),
  ])
  const requestFlop = sheet.derive(q.requestFlop, f.requestFlop, [
    ...([onSheet(operationQuantities.freshTokens), perInput, performance.output, perOutput] as const),
  ])
  return { activeParameters, requestFlop }
}

/** The devices of a fleet are what a chain from users to servers is asked for by that name. */
function renamed<U extends Unit>(definition: QuantityDefinition<U>): QuantityDefinition<U> {
  const { fleetDevices } = operationQuantities
  return definition.id === fleetDevices.id
    ? { ...fleetDevices, ...q.devices, unit: definition.unit }
    : definition
}

/** Writes the devices of each year, as `serving` sizes a fleet, with what they deliver growing by the gain assumed. */
export function writeFleetByYear(
  sheet: Sheet,
  request: DecidedDemand,
  operation: Operation,
  mean: Yearly<'1/s'>,
  window: Window,
  lookup: Lookup,
): FleetByYear {
  const { performance } = operation
  const compute = writeRequestFlop(sheet, request, operation, lookup)
  const own = fleetAssumptions(sheet, request.fleet ?? {})
  const gain = sheet.input(
    q.efficiencyGain,
    request.efficiencyGain ?? 0,
    request.efficiencyGain === undefined
      ? byDefault('none: devices deliver what they do in the base year', '无：单卡效率保持基准年水平')
      : given,
  )
  const efficiency = yearly(window, q.efficiency, (as, year) =>
    sheet.derive(as, f.grown(year - window.base), [gain]),
  )
  const devices = new Map<number, Handle<'device'>>()
  const meanFlop = new Map<number, Handle<'FLOP/s'>>()
  const requiredFlop = new Map<number, Handle<'FLOP/s'>>()
  let fleet: Fleet | undefined
  for (const year of window.years) {
    const named = <U extends Unit>(definition: QuantityDefinition<U>): QuantityDefinition<U> =>
      ofYear(renamed(definition), year, window)
    const factor = at(efficiency, year)
    const copy = {
      ...performance,
      rate: sheet.derive(named(q.rate), f.fasterRate, [performance.rate, factor]),
      request: sheet.derive(named(q.requestTime), f.shorterTime, [performance.request, factor]),
    }
    fleet = sizeFleet(sheet, at(mean, year), copy, own, named)
    devices.set(year, fleet.devices)
    const perRequest = compute.requestFlop
    meanFlop.set(year, sheet.derive(named(q.meanFlop), f.flopPerSecond, [at(mean, year), perRequest]))
    requiredFlop.set(year, sheet.derive(named(q.requiredFlop), f.flopPerSecond, [fleet.peak, perRequest]))
  }
  const last = fleet as Fleet
  const flopUtilisation = sheet.derive(q.flopUtilisation, f.flopUtilisation, [
    at(requiredFlop, window.target),
    last.devices,
    sheet.find('matmulPeak') as Handle<'FLOP/s'>,
  ])
  return { ...compute, meanFlop, requiredFlop, devices, fleet: last, flopUtilisation }
}
