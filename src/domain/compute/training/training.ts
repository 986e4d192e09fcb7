import { DomainError } from '../../errors.ts'
import type { BuiltEstimate, Estimator, Lookup } from '../../estimate.ts'
import { byDefault, given } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import type { Accelerator, Precision } from '../catalogue.ts'
import type { EnergyRequest } from '../energy/training-energy.ts'
import type { LayoutRequest } from '../layout/layout-request.ts'
import { fromCatalogue, modelOf, parametersOfChoice } from '../model.ts'
import { borrowedRates } from '../money/exchange-rate.ts'
import type { OwnershipRequest } from '../money/ownership.ts'
import { noPrice, type RentalPriceRequest, writeRentalPrice } from '../money/rental-price.ts'
import type { ReportedMoney } from '../money/reported-money.ts'
import { layoutFormulas, layoutQuantities } from '../training-time/layout-quantities.ts'
import {
  type LayoutThroughput,
  type LayoutThroughputRequest,
  writeLayoutThroughput,
} from '../training-time/layout-sheet.ts'
import { type DeviceThroughputRequest, writeDeviceThroughput } from './device-throughput.ts'
import { throughputWarnings } from './throughput.ts'
import { writeBeyondRental } from './training-beyond-rental.ts'
import { formulas, quantities } from './training-formulas.ts'

/** What `training` is asked. Exactly one of FLOP, PF-days or tokens decides the compute, else the model's own tokens do. */
export interface TrainingRequest
  extends Omit<DeviceThroughputRequest, 'throughput'>,
    LayoutThroughputRequest,
    RentalPriceRequest {
  readonly throughput?: DeviceThroughputRequest['throughput'] | { readonly layout: LayoutRequest }
  readonly trainingFlop?: number
  readonly trainingPfDays?: number
  readonly tokens?: number
  /** Devices of one's own: what they cost to buy, and what of that and of electricity falls on the run. */
  readonly ownership?: OwnershipRequest
  /** Adds energy, carbon and water. */
  readonly energy?: EnergyRequest
  /** Adds costs in a currency, at the prices of a year. */
  readonly reportIn?: ReportedMoney
}

interface Compute {
  readonly parameters: Handle<'parameter'> | undefined
  readonly tokens: Handle<'token'> | undefined
  readonly flop: Handle<'FLOP'>
  readonly pfDays: Handle<'PF-day'>
}

function writeCompute(sheet: Sheet, request: TrainingRequest, lookup: Lookup): Compute {
  const ways = ['trainingFlop', 'trainingPfDays', 'tokens'] as const
  const named = ways.filter(way => request[way] !== undefined)
  if (named.length > 1) {
    throw new DomainError(
      'inconsistent-inputs',
      `${named.map(way => `${way} = ${request[way]}`).join(' and ')} both decide the training compute; keep one of them.`,
      { pointer: `/${named[1]}`, facts: Object.fromEntries(named.map(way => [way, request[way]])) },
    )
  }
  const { model } = request
  const catalogued = model !== undefined && 'id' in model ? modelOf(lookup.catalogue, model.id) : undefined
  let parameters: Handle<'parameter'> | undefined
  if (model !== undefined) {
    const count = parametersOfChoice(lookup.catalogue, model, 'active')
    parameters = sheet.input(quantities.parameters, count.value, count.provenance)
  }

  if (request.trainingPfDays !== undefined) {
    const pfDays = sheet.input(quantities.trainingPfDays, request.trainingPfDays, given)
    const flop = sheet.derive(quantities.trainingFlop, formulas.flopOfPfDays, [pfDays])
    return { parameters, tokens: impliedTokens(sheet, flop, parameters), flop, pfDays }
  }
  if (request.trainingFlop !== undefined) {
    const flop = sheet.input(quantities.trainingFlop, request.trainingFlop, given)
    const pfDays = sheet.derive(quantities.trainingPfDays, formulas.pfDaysOfFlop, [flop])
    return { parameters, tokens: impliedTokens(sheet, flop, parameters), flop, pfDays }
  }
  if (parameters === undefined) {
    throw new DomainError(
      'missing-value',
      'Nothing says how much compute the training takes; give trainingFlop, trainingPfDays, or a model with tokens.',
      { pointer: request.tokens === undefined ? '' : '/model' },
    )
  }
  const own = catalogued?.training?.tokens ?? null
  if (request.tokens === undefined && own === null) {
    throw new DomainError(
      'missing-value',
      catalogued === undefined
        ? 'A model that is not of the catalogue has no training tokens of its own; give tokens, trainingFlop or trainingPfDays.'
        : `The catalogue does not know how many tokens ${catalogued.id} was trained on; give tokens, trainingFlop or trainingPfDays.`,
      { pointer: '/tokens' },
    )
  }
  const tokens =
    request.tokens !== undefined
      ? sheet.input(quantities.trainingTokens, request.tokens, given)
      : sheet.input(quantities.trainingTokens, own?.value ?? 0, own === null ? given : fromCatalogue(own))
  const flop = sheet.derive(quantities.trainingFlop, formulas.flopOfTokens, [parameters, tokens])
  const pfDays = sheet.derive(quantities.trainingPfDays, formulas.pfDaysOfFlop, [flop])
  return { parameters, tokens, flop, pfDays }
}

function impliedTokens(sheet: Sheet, flop: Handle<'FLOP'>, parameters: Handle<'parameter'> | undefined) {
  return parameters === undefined
    ? undefined
    : sheet.derive(quantities.trainingTokens, formulas.impliedTokens, [flop, parameters])
}

interface Throughput {
  readonly effective: Handle<'FLOP/s'>
  readonly mfu: Handle<'1'> | undefined
  readonly accelerator: Accelerator | undefined
  readonly precision: Precision | undefined
  /** What a layout tells beyond it. */
  readonly laidOut: LayoutThroughput | undefined
}

function writeThroughput(
  sheet: Sheet,
  request: TrainingRequest,
  compute: Pick<Compute, 'flop' | 'tokens'>,
  lookup: Lookup,
): Throughput {
  const { throughput, ...rest } = request
  if (throughput !== undefined && 'layout' in throughput) {
    const laidOut = writeLayoutThroughput(sheet, request, throughput.layout, compute, lookup)
    return { ...laidOut, laidOut }
  }
  for (const member of ['cluster', 'goodput'] as const) {
    if (request[member] === undefined) continue
    throw new DomainError(
      'inconsistent-inputs',
      `${member} is of use with throughput.layout alone; give throughput.layout, or leave ${member} out.`,
      { pointer: `/${member}` },
    )
  }
  return {
    ...writeDeviceThroughput(sheet, { ...rest, ...(throughput && { throughput }) }, lookup),
    laidOut: undefined,
  }
}

function writeDeviceTime(
  sheet: Sheet,
  flop: Handle<'FLOP'>,
  effective: Handle<'FLOP/s'>,
  goodput: Handle<'1'> | undefined,
): { readonly deviceDays: Handle<'day'>; readonly deviceYears: Handle<'year'> } {
  if (goodput === undefined) {
    const deviceDays = sheet.derive(quantities.deviceDays, formulas.deviceDays, [flop, effective])
    return {
      deviceDays,
      deviceYears: sheet.derive(quantities.deviceYears, formulas.deviceYears, [flop, effective]),
    }
  }
  const operands = [flop, effective, goodput] as const
  const deviceDays = sheet.derive(quantities.deviceDays, layoutFormulas.deviceDays, operands)
  return {
    deviceDays,
    deviceYears: sheet.derive(quantities.deviceYears, layoutFormulas.deviceYears, operands),
  }
}

function build(request: TrainingRequest, lookup: Lookup): BuiltEstimate {
  const sheet = new Sheet()
  const { parameters, tokens, flop, pfDays } = writeCompute(sheet, request, lookup)
  const { effective, mfu, accelerator, precision, laidOut } = writeThroughput(
    sheet,
    request,
    { flop, tokens },
    lookup,
  )
  const { deviceDays, deviceYears } = writeDeviceTime(sheet, flop, effective, laidOut?.goodput)
  const devices =
    laidOut?.devices ??
    sheet.input(
      quantities.devices,
      request.devices ?? 1,
      request.devices === undefined ? byDefault('one device', '单卡') : given,
    )
  const deviceHours =
    laidOut && sheet.derive(layoutQuantities.deviceHours, layoutFormulas.deviceHours, [deviceDays])
  const wallClock = sheet.derive(quantities.wallClockDays, formulas.wallClockDays, [deviceDays, devices])
  const ofRun = [deviceDays, deviceYears, wallClock, ...(deviceHours === undefined ? [] : [deviceHours])]
  const rental = writeRentalPrice(sheet, request, lookup)
  const { perDeviceHour, behind } = rental
  const cost =
    perDeviceHour === undefined
      ? undefined
      : sheet.derive(quantities.trainingCost, formulas.cost, [deviceDays, perDeviceHour])

  const beyond = writeBeyondRental(sheet, request, { deviceDays, devices, accelerator, cost, rental }, lookup)
  const borrowed = new Map([...rental.borrowed, ...beyond.borrowed])

  const results = [
    ...[parameters, tokens, flop, pfDays, mfu, effective, ...(laidOut?.results ?? [])],
    ...[deviceHours, deviceDays, deviceYears, wallClock, cost],
    ...beyond.results,
  ]
  return {
    sheet,
    results: results.filter(handle => handle !== undefined),
    warnings: values => [
      ...(mfu === undefined || accelerator === undefined || precision === undefined
        ? []
        : throughputWarnings(values[mfu] as number, accelerator, precision, request.model, lookup.catalogue)),
      ...(laidOut?.warnings ?? []),
      ...(cost === undefined ? [noPrice] : []),
      ...beyond.warnings,
      ...borrowedRates(borrowed),
    ],
    evidence: {
      ...(behind.length > 0 && { [rental.behindOf]: behind }),
      ...(beyond.devicePrices.length > 0 && { devicePrice: beyond.devicePrices }),
    },
    ...(laidOut && { errors: laidOut.errors(ofRun) }),
    // Warnings name the model, the device, the precision and the year of a rate; notes name days and the commitment.
    context: () =>
      JSON.stringify([
        request.model,
        accelerator?.id,
        precision,
        [...borrowed.keys()],
        [rental.asOf, request.commitment, request.ownership, request.reportIn],
        laidOut?.context,
      ]),
  }
}

/** Compute, device time and cost of a training run, from FLOP or 6ND and a throughput. */
export const training: Estimator<TrainingRequest> = {
  id: 'training',
  label: { en: 'Training cost', zh: '训练成本' },
  description: {
    en: 'Training compute (given, or 6 FLOP per parameter and token), device time at an effective throughput, a utilisation of the dense peak, or the speed of a parallel layout on a cluster, wall-clock on a number of devices, and the cost of the device-hours. A device-year has 365 days. trainingCost is that of renting the device-hours, on demand, committed or at a discount: no failed runs, storage, network or staff. With throughput.layout: the time of a step with its parts, tokens per second, MFU with attention and HFU, shares of bubble and exposed communication; device time then includes goodput. With ownership: what the cluster costs to buy, and what of its value and of electricity the run uses up. With energy: electricity, emissions with the share of making the devices, and water. With reportIn: the costs at the prices of a year, in dollars or yuan.',
    zh: '训练算力（直接给出，或每参数每 token 6 次浮点运算）、在给定有效算力、峰值利用率或并行布局下的设备时间、多卡训练时长，以及卡时成本。一个卡年为 365 天。trainingCost 仅含租用卡时（按需、承诺期或折扣价），不含失败任务、存储、网络与人员。给出 ownership 时：集群购置成本，以及该任务消耗的设备价值与电费。给出 energy 时：用电、碳排放（含制造分摊）与耗水。给出 reportIn 时：按某年价格、以美元或人民币列示成本。',
  },
  needs: () => [],
  build,
  illustrations: [
    {
      model: { id: 'llama-3.1-405b' },
      accelerator: { id: 'h100-sxm-80gb' },
      throughput: { layout: { tensor: 8, pipeline: 16, data: 128, unevenStages: true, sequence: 8192 } },
      goodput: { deviceMtbfHours: 50_000 },
    },
    {
      model: { id: 'llama-3-8b' },
      tokens: 1e12,
      accelerator: { id: 'h100-sxm-80gb' },
      throughput: { layout: { data: 64, zeroStage: 3, sequence: 8192 } },
    },
    {
      model: { parameters: 175e9 },
      tokens: 300e9,
      throughput: { flopPerSecond: 28e12 },
      devices: 1000,
      price: { perDeviceHour: 3.06, currency: 'USD' },
    },
    {
      model: { id: 'gpt-3-175b' },
      trainingFlop: 3.14e23,
      accelerator: { id: 'v100-sxm2-32gb' },
      precision: 'fp16',
      throughput: { flopPerSecond: 28e12 },
      price: { perDeviceHour: 20.6, currency: 'CNY' },
    },
    {
      model: { id: 'gpt-3-175b' },
      trainingPfDays: 3640,
      accelerator: { id: 'v100-sxm2-32gb' },
      precision: 'fp16',
      throughput: { mfu: 0.2 },
    },
    { model: { id: 'gpt-3-175b' }, accelerator: { id: 'v100-sxm2-32gb' } },
    {
      trainingFlop: 3.14e23,
      accelerator: { id: 'v100-sxm2-32gb' },
      throughput: { flopPerSecond: 24.6e12 },
      devices: 10_000,
      priceAsOf: '2019-10-01',
      commitment: '3-year',
      ownership: { trained: '2019-10-01' },
      energy: {},
      reportIn: { currency: 'CNY', year: 2023 },
    },
    {
      trainingFlop: 1e24,
      throughput: { flopPerSecond: 4e14 },
      accelerator: { id: 'h100-sxm-80gb' },
      price: { perDeviceHour: 2.5 },
      discount: 0.2,
      ownership: {
        acquired: '2023-06-01',
        depreciation: 'straight-line',
        price: { perDevice: 250_000, currency: 'CNY' },
      },
      energy: { powerPerDevice: 1300, embodiedPerDevice: 900 },
    },
  ],
}
