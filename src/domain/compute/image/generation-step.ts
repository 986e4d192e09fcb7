import { DomainError } from '../../errors.ts'
import type { Lookup } from '../../estimate.ts'
import { byDefault, type Provenance, quantity } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'
import { defaultPrecision, peakOf } from '../accelerator.ts'
import { medians } from '../calibration/parameter.ts'
import type { Accelerator, Precision } from '../catalogue.ts'
import { generationParameters, generationScopes } from '../energy/generation.ts'
import { generationFormulas } from '../energy/generation-formulas.ts'
import { powerQuantities } from '../energy/power.ts'
import { fromCatalogue } from '../model.ts'
import { imageQuantities } from './image-quantities.ts'

/** The work of a batch, on a sheet. */
export interface GenerationWork {
  readonly matmul: Handle<'FLOP'>
  readonly attention: Handle<'FLOP'>
  readonly elements: Handle<'count'>
  readonly layers: Handle<'count'>
  readonly steps: Handle<'count'>
  readonly passes: Handle<'count'>
  readonly batch: Handle<'count'>
  readonly devices: Handle<'device'>
}

/** What a batch takes, on a sheet. */
export interface GenerationHandles {
  readonly batchSeconds: Handle<'s'>
  readonly power: Handle<'W'>
  readonly energy: Handle<'J'>
}

/** The constants that generation is calculated with on a device, as fitted; else as they are known before a fit. */
function writeConstants(sheet: Sheet, accelerator: string, { catalogue }: Lookup) {
  const profile = catalogue.calibration.get('generation')
  const values = profile?.values ?? medians(generationParameters)
  const why: Provenance =
    profile === undefined
      ? byDefault('before any fit', '拟合之前')
      : byDefault(
          `fitted on ${profile.rows} measurements of ${profile.groups.length} publishers`,
          `由 ${profile.groups.length} 家发布者的 ${profile.rows} 个实测拟合`,
        )
  const scopes = generationScopes(accelerator)
  return <U extends Unit>(id: string, unit: U): Handle<U> => {
    const label = generationParameters.find(parameter => parameter.id === id)?.label
    const scoped = scopes.reduce((factor, scope) => factor * (values[`${id}:${scope}`] ?? 1), 1)
    const definition = quantity(id, unit, label?.en ?? id, label?.zh ?? id)
    return sheet.input(definition, (values[id] ?? Number.NaN) * scoped, why)
  }
}

/** Writes time, power and energy of a batch: what `generationEstimate` computes, line by line. */
export function writeGenerationStep(
  sheet: Sheet,
  work: GenerationWork,
  accelerator: Accelerator,
  asked: Precision | undefined,
  lookup: Lookup,
): GenerationHandles {
  const { matmul, attention, elements, layers, steps, passes, batch, devices } = work
  const q = imageQuantities
  const f = generationFormulas
  const precision = asked ?? defaultPrecision(accelerator)
  const peakDatum = peakOf(accelerator, precision)
  const peak = sheet.input(q.peakFlopPerSecond, peakDatum.value, fromCatalogue(peakDatum))
  const { memoryBandwidth } = accelerator
  const bandwidth = sheet.input(q.memoryBandwidth, memoryBandwidth.value, fromCatalogue(memoryBandwidth))
  const tdp = writeTdp(sheet, accelerator)
  const constant = writeConstants(sheet, accelerator.id, lookup)

  const shared = sheet.derive(q.sharedWork, f.sharedWork, [constant('parallelWork', '1'), devices])
  const samples = sheet.derive(q.passesInFlight, f.passesInFlight, [batch, passes, shared])
  const compute = sheet.derive(q.computeSeconds, f.computeSeconds, [
    samples,
    matmul,
    constant('matmulEfficiency', '1'),
    attention,
    constant('attentionEfficiency', '1'),
    devices,
    peak,
  ])
  const bytes = sheet.derive(q.trafficBytes, f.trafficBytes, [
    samples,
    elements,
    constant('elementBytes', 'byte'),
  ])
  const traffic = sheet.derive(q.trafficSeconds, f.trafficSeconds, [
    bytes,
    devices,
    bandwidth,
    constant('bandwidthEfficiency', '1'),
  ])
  const issue = sheet.derive(q.issueSeconds, f.issueSeconds, [
    layers,
    constant('hostTimePerLayer', 's'),
    devices,
    constant('hostTimePerExchange', 's'),
  ])
  const dynamic = sheet.derive(q.dynamicEnergy, f.dynamicEnergy, [
    samples,
    matmul,
    attention,
    constant('energyPerFlop', 'J/FLOP'),
    bytes,
    constant('energyPerByte', 'J/byte'),
  ])
  const idle = sheet.derive(q.staticPower, f.staticPower, [constant('staticShare', '1'), tdp])
  const limit = sheet.derive(q.powerLimitSeconds, f.powerLimitSeconds, [dynamic, devices, tdp, idle])
  const step = sheet.derive(q.stepSeconds, f.stepSeconds, [compute, traffic, issue, limit])
  const stepEnergy = sheet.derive(q.stepEnergy, f.stepEnergy, [dynamic, devices, idle, step])
  const batchSeconds = sheet.derive(q.batchSeconds, f.batchSeconds, [steps, step])
  const power = sheet.derive(q.meanPower, f.meanPower, [stepEnergy, step])
  const energy = sheet.derive(q.energyPerSample, f.energyPerSample, [steps, stepEnergy, batch])
  return { batchSeconds, power, energy }
}

/** The thermal design power of a device; throws `missing-value` when the catalogue has none. */
function writeTdp(sheet: Sheet, { id, tdp }: Accelerator): Handle<'W'> {
  if (tdp === null) {
    throw new DomainError(
      'missing-value',
      `The catalogue does not know the thermal design power of ${id}; choose another accelerator.`,
      { pointer: '/accelerator/id', facts: { accelerator: id } },
    )
  }
  return sheet.input(powerQuantities.thermalDesignPower, tdp.value, fromCatalogue(tdp))
}
