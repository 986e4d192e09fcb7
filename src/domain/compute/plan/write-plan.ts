import { evaluate, explain } from '../../sheet/evaluate.ts'
import { given, type Provenance } from '../../sheet/quantity.ts'
import { type Handle, Sheet } from '../../sheet/sheet.ts'
import { mfuConvention, trainingFlopPerToken } from '../architecture/flop.ts'
import type { Plan, ResolvedPlan } from './plan.ts'
import { formulas, quantities } from './plan-figures.ts'
import type { PlannedLayout } from './search.ts'

/** A plan with the sheet of its figures. */
export interface WrittenPlan {
  readonly plan: PlannedLayout
  readonly sheet: Sheet
  readonly results: readonly Handle[]
}

const searched: Provenance = {
  status: 'derived',
  source: null,
  provenance: 'derived',
  note: { en: 'found by the search', zh: '由搜索得出' },
}

/** Writes what a layout that was found takes, in the figures of the answer. */
export function writePlan(resolved: ResolvedPlan, plan: PlannedLayout): WrittenPlan {
  const { transformer, problem, tokens, price } = resolved
  const sheet = new Sheet()
  const from = problem.devices.length > 1 ? searched : given
  const devices = sheet.input(quantities.devices, plan.devices, from)
  const stepTime = sheet.input(quantities.stepTime, plan.stepSeconds, searched)
  const bytes = sheet.input(quantities.totalBytesPerDevice, plan.memoryBytes, searched)
  const usable = sheet.input(
    quantities.usableBytesPerDevice,
    resolved.usable.value,
    resolved.usable.provenance,
  )
  const share = sheet.derive(quantities.memoryShare, formulas.memoryShare, [bytes, usable])
  const { value: batch, provenance } = resolved.globalBatch
  const ofStep = sheet.input(quantities.stepTokens, batch, provenance)
  const rate = sheet.derive(quantities.tokensPerSecond, formulas.tokensPerSecond, [ofStep, stepTime])
  const flop = sheet.input(
    quantities.flopPerToken,
    trainingFlopPerToken(transformer, problem.fixed.sequence, mfuConvention),
    { ...searched, note: { en: 'counted from the architecture', zh: '由模型结构计算' } },
  )
  const peak = sheet.input(quantities.peakFlopPerSecond, resolved.peak.value, resolved.peak.provenance)
  const mfu = sheet.derive(quantities.mfu, formulas.mfu, [rate, flop, devices, peak])
  const results: Handle[] = [devices, stepTime, rate, mfu, bytes, share]
  if (tokens !== undefined) {
    const all = sheet.input(quantities.trainingTokens, tokens.value, tokens.provenance)
    const time = sheet.derive(quantities.trainingDays, formulas.trainingTime, [all, rate])
    const hours = sheet.derive(quantities.deviceHours, formulas.deviceHours, [time, devices])
    results.push(time, hours)
    if (price !== undefined) {
      const perHour = sheet.input(quantities.perDeviceHour, price.value, price.provenance)
      results.push(sheet.derive(quantities.trainingCost, formulas.cost, [hours, perHour]))
    }
  }
  return { plan, sheet, results }
}

/** A plan as the answer shows it. */
export function shownPlan({ plan, sheet, results }: WrittenPlan): Plan {
  const values = evaluate(sheet)
  return {
    layout: plan.layout,
    results: Object.fromEntries(results.map(handle => [sheet.idOf(handle), explain(sheet, values, handle)])),
  }
}
