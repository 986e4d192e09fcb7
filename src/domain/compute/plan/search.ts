import { countParameters } from '../architecture/parameters.ts'
import type { Transformer } from '../architecture/transformer.ts'
import type { CalibrationValues } from '../calibration/parameter.ts'
import { layoutRules, type ParallelLayout } from '../layout/layout.ts'
import { memoryModelOf } from '../memory/held-parameters.ts'
import { memoryConstants, memoryTraits } from '../memory/memory-calibration.ts'
import { trainingMemory } from '../memory/training-memory.ts'
import { emptyTrainingMemory } from '../memory/training-memory-parts.ts'
import { type LayerTimes, layerTimes } from '../training-time/layer-time.ts'
import { emptyStepTime, stepOfLayers } from '../training-time/step-time.ts'
import { trainingConstants } from '../training-time/training-constants.ts'
import { type TrainingStackName, trainingStackOf } from '../training-time/training-stack.ts'
import type { TrainingSystem } from '../training-time/training-system.ts'
import {
  combinationsOf,
  type FixedLayout,
  noRefusals,
  type SearchSpace,
  stepsOf,
  visitLayouts,
} from './search-space.ts'

/** A search for layouts, in plain numbers: it crosses to a worker thread as it is. */
export interface PlanProblem {
  readonly transformer: Transformer
  readonly system: TrainingSystem
  /** Bytes of a device that a layout may take. */
  readonly usable: number
  /** Numbers of devices that are tried, ascending. */
  readonly devices: readonly number[]
  readonly space: SearchSpace
  readonly fixed: FixedLayout
  readonly stack: TrainingStackName | undefined
  readonly memoryValues: CalibrationValues | undefined
  readonly timeValues: CalibrationValues
}

/** A layout with what it takes. */
export interface PlannedLayout {
  readonly devices: number
  readonly layout: ParallelLayout
  readonly stepSeconds: number
  readonly memoryBytes: number
}

/** What a search found. */
export interface PlanSearch {
  /** For each number of devices on which something fits, the fastest layout, fewest devices first. */
  readonly fastest: readonly PlannedLayout[]
  /** Layouts that break no rule, and those of them that fit. */
  readonly considered: number
  readonly fitting: number
  /** Layouts that rules refused, by rule, and the first of these refusals in words. */
  readonly refused: Readonly<Record<string, number>>
  readonly refusal: string | null
  /** The layout that came nearest to fitting, when none did. */
  readonly nearest: PlannedLayout | null
}

/** Layouts that a search may consider while a caller waits: seconds of one core. Nor may more be refused. */
export const mostLayouts = 1_000_000
/** Combinations of a space and its numbers of devices that a run may go through: minutes of one core. */
export const mostCombinations = 1_000_000_000
/** Times of layers that are kept, of layouts that differ in what they do not depend on. */
const mostLayersKept = 50_000

/** Combinations that a search goes through at most. */
export const combinationsIn = ({ devices, space }: PlanProblem): number =>
  devices.length * combinationsOf(space)

/** How many layouts a search would consider or refuse, whichever are more; counting stops past `mostLayouts`. */
export function countLayouts(problem: PlanProblem): number {
  const refused = noRefusals(mostLayouts + 1)
  let count = 0
  for (const devices of problem.devices) {
    const { transformer, space, fixed } = problem
    const steps = visitLayouts(transformer, devices, space, fixed, refused, () => {
      if (++count > mostLayouts) refused.left = 0
    })
    while (!steps.next().done);
    if (refused.left <= 0) break
  }
  return Math.max(count, mostLayouts + 1 - refused.left)
}

/** A search from its beginning to its end: see `searchSteps`. */
export function searchPlans(problem: PlanProblem): PlanSearch {
  const steps = searchSteps(problem)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/**
 * Tries every layout of a problem: what breaks a rule is counted, what does not fit is left out, and of the rest the
 * fastest for each number of devices is kept. Each step tells how far the search is, from 0 to 1.
 */
export function* searchSteps(problem: PlanProblem): Generator<number, PlanSearch> {
  const { transformer: t, system, usable } = problem
  const counts = countParameters(t)
  const model = memoryModelOf(t, counts)
  const stack = trainingStackOf(problem.stack)
  const memory = memoryConstants(problem.memoryValues, memoryTraits(problem.stack))
  const constants = trainingConstants(problem.timeValues, system.family, stack.id)
  const held = emptyTrainingMemory()
  const time = emptyStepTime()
  const layers = new Map<string, LayerTimes>()
  const refused = noRefusals()
  const fastest: PlannedLayout[] = []
  let considered = 0
  let fitting = 0
  let nearest: PlannedLayout | null = null

  const timesOf = (layout: ParallelLayout): LayerTimes => {
    const { tensor, context, expert, microBatch, recompute, data } = layout
    // The exchange of experts alone sees how many ranks there are beside it.
    const key = `${tensor} ${context} ${expert} ${microBatch} ${recompute} ${expert > 1 ? data : 0}`
    let times = layers.get(key)
    if (times === undefined) {
      if (layers.size >= mostLayersKept) layers.clear()
      times = { forward: 0, backward: 0, again: 0, tensor: 0, expert: 0, context: 0, head: 0 }
      layerTimes(t, counts, layout, stack, system, constants, times)
      layers.set(key, times)
    }
    return times
  }

  const all = problem.devices.length * stepsOf(problem.space)
  let done = 0
  for (const devices of problem.devices) {
    let best: PlannedLayout | undefined
    const steps = visitLayouts(t, devices, problem.space, problem.fixed, refused, layout => {
      considered++
      const { total } = trainingMemory(model, layout, memory, held)
      if (total > usable) {
        if (fitting === 0 && total < (nearest?.memoryBytes ?? Number.POSITIVE_INFINITY)) {
          nearest = { devices, layout: { ...layout }, stepSeconds: 0, memoryBytes: total }
        }
        return
      }
      fitting++
      stepOfLayers(t, counts, layout, timesOf(layout), stack, system, constants, time)
      if (best === undefined || time.total < best.stepSeconds) {
        best = { devices, layout: { ...layout }, stepSeconds: time.total, memoryBytes: total }
      }
    })
    while (!steps.next().done) yield ++done / all
    if (best !== undefined) fastest.push(best)
  }
  return {
    fastest,
    considered,
    fitting,
    refused: Object.fromEntries(
      layoutRules
        .map(({ id }, rule) => [id, refused.counts[rule] ?? 0] as const)
        .filter(([, times]) => times > 0),
    ),
    refusal: refused.first,
    nearest: fitting === 0 ? nearest : null,
  }
}

/** Of layouts, those that no other beats in both time and device time, fewest devices first. */
export function paretoFront(plans: readonly PlannedLayout[]): PlannedLayout[] {
  const deviceTime = ({ devices, stepSeconds }: PlannedLayout): number => devices * stepSeconds
  return plans.filter(
    plan =>
      !plans.some(
        other =>
          other !== plan &&
          other.stepSeconds <= plan.stepSeconds &&
          deviceTime(other) <= deviceTime(plan) &&
          (other.stepSeconds < plan.stepSeconds || deviceTime(other) < deviceTime(plan)),
      ),
  )
}
