import { describe, expect, it } from 'vitest'
import { countParameters } from '../../../../src/domain/compute/architecture/parameters.ts'
import { deviceOf } from '../../../../src/domain/compute/device.ts'
import {
  brokenLayoutRule,
  layoutDevices,
  type ParallelLayout,
  recomputations,
} from '../../../../src/domain/compute/layout/layout.ts'
import { usableBytes } from '../../../../src/domain/compute/memory/fit.ts'
import { memoryModelOf } from '../../../../src/domain/compute/memory/held-parameters.ts'
import { memoryConstants } from '../../../../src/domain/compute/memory/memory-calibration.ts'
import { trainingMemory } from '../../../../src/domain/compute/memory/training-memory.ts'
import { emptyTrainingMemory } from '../../../../src/domain/compute/memory/training-memory-parts.ts'
import { transformerOfChoice } from '../../../../src/domain/compute/model.ts'
import {
  countLayouts,
  type PlannedLayout,
  type PlanProblem,
  paretoFront,
  searchPlans,
} from '../../../../src/domain/compute/plan/search.ts'
import { type FixedLayout, searchSpace } from '../../../../src/domain/compute/plan/search-space.ts'
import { emptyStepTime, stepTime } from '../../../../src/domain/compute/training-time/step-time.ts'
import { trainingConstants } from '../../../../src/domain/compute/training-time/training-constants.ts'
import { trainingStackOf } from '../../../../src/domain/compute/training-time/training-stack.ts'
import { trainingSystem } from '../../../../src/domain/compute/training-time/training-system.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'

const catalogue = catalogueOfFiles()
const accelerator = catalogue.accelerators.get('h100-sxm-80gb')
if (accelerator === undefined) throw new Error('The catalogue has no H100.')
const system = trainingSystem(deviceOf(accelerator), 'bf16')
const fixed: FixedLayout = {
  ...{ expertTensor: 1, unevenStages: false, globalBatch: 64, sequence: 4096, sequenceParallel: true },
  ...{ flashAttention: true, dropout: false, optimizer: 'adam', precision: 'bf16', gradientBytes: 4 },
}

function problemOf(model: string, devices: readonly number[]): PlanProblem {
  const { t } = transformerOfChoice({ catalogue }, { id: model })
  return {
    ...{ transformer: t, system, usable: usableBytes(accelerator as never), devices, fixed },
    space: searchSpace(t, fixed.sequence, system.devicesPerNode, { virtualStages: [1, 2] }),
    ...{ stack: 'megatron-core', memoryValues: undefined, timeValues: {} },
  }
}

/** Every pair of an element of one list and an element of another, the first list outermost. */
const pairs = <A extends object, B extends object>(outer: readonly A[], inner: readonly B[]): (A & B)[] =>
  outer.flatMap(one => inner.map(other => ({ ...one, ...other })))

/** Every layout of a space on so many devices, over all degrees, that breaks no rule and shards among more than one. */
function everyLayout({ transformer: t, space }: PlanProblem, devices: number): ParallelLayout[] {
  const degrees = pairs(
    [1, 2, 4, 8].map(tensor => ({ tensor })),
    Array.from({ length: t.layers }, (_, index) => ({ pipeline: index + 1 })),
  ).filter(({ tensor, pipeline }) => devices % (tensor * pipeline) === 0)
  const batches = pairs(
    space.microBatch.map(microBatch => ({ microBatch })),
    [1, 2].map(virtualStages => ({ virtualStages })),
  )
  const storage = pairs(
    ([0, 1, 2, 3] as const).map(zeroStage => ({ zeroStage })),
    recomputations.map(recompute => ({ recompute })),
  )
  return pairs(pairs(degrees, batches), storage)
    .map(member => {
      const data = devices / (member.tensor * member.pipeline)
      const rest = { data, context: 1, expert: 1, sequenceParallel: member.tensor > 1 }
      return { ...fixed, ...member, ...rest }
    })
    .filter(
      layout =>
        layoutDevices(layout) === devices &&
        brokenLayoutRule(t, layout, devices) === undefined &&
        (layout.zeroStage === 0 || layout.data > 1),
    )
}

/** Every layout judged one by one without anything being kept between them. */
function byBruteForce(problem: PlanProblem, devices: number): { considered: number; best?: PlannedLayout } {
  const { transformer: t } = problem
  const counts = countParameters(t)
  const model = memoryModelOf(t, counts)
  const stack = trainingStackOf(problem.stack)
  const constants = trainingConstants(problem.timeValues, system.family, stack.id)
  const layouts = everyLayout(problem, devices)
  let best: PlannedLayout | undefined
  for (const layout of layouts) {
    const { total } = trainingMemory(model, layout, memoryConstants(), emptyTrainingMemory())
    if (total > problem.usable) continue
    const time = stepTime(t, counts, layout, stack, system, constants, emptyStepTime())
    if (best === undefined || time.total < best.stepSeconds) {
      best = { devices, layout, stepSeconds: time.total, memoryBytes: total }
    }
  }
  return { considered: layouts.length, ...(best && { best }) }
}

describe('a search for layouts', () => {
  it.each([8, 16, 32])('finds what trying every layout of Llama 3 8B on %i devices finds', devices => {
    const problem = problemOf('llama-3-8b', [devices])
    const { considered, best } = byBruteForce(problem, devices)
    const found = searchPlans(problem)
    expect(found.considered).toBe(considered)
    expect(countLayouts(problem)).toBe(considered)
    expect(found.fastest).toHaveLength(1)
    expect(found.fastest[0]?.stepSeconds).toBe(best?.stepSeconds)
    expect(found.fastest[0]?.layout).toEqual(best?.layout)
  })

  it('has nothing for a model that fits nowhere, and says what came nearest', () => {
    const found = searchPlans(problemOf('llama-3-70b', [8]))
    expect(found.fastest).toEqual([])
    // 70.6 billion parameters at 16 bytes and more on 8 devices are above 141 GB each.
    expect(found.nearest?.memoryBytes).toBeGreaterThan(141e9)
  })

  it('counts what breaks a rule by the rule', () => {
    const problem = problemOf('llama-3-8b', [24])
    const found = searchPlans({ ...problem, space: { ...problem.space, tensor: [3], pipeline: [1] } })
    expect(found.considered).toBe(0)
    expect(Object.keys(found.refused)).toEqual(['tensor-divides-heads'])
    expect(found.refusal).toContain('32 attention heads cannot be divided among 3')
  })
})

describe('the front of time against device-hours', () => {
  const plan = (devices: number, stepSeconds: number): PlannedLayout => ({
    ...{ devices, stepSeconds, memoryBytes: 0 },
    layout: { ...fixed, tensor: 1, pipeline: 1, data: devices, context: 1 } as never,
  })

  it('leaves out what another beats in both', () => {
    // 32 · 3 = 96 device-seconds in 3 s; 64 devices take 2.5 s and 160; 48 take 3.2 s and 153.6: beaten by 32.
    const front = paretoFront([plan(16, 5), plan(32, 3), plan(48, 3.2), plan(64, 2.5)])
    expect(front.map(({ devices }) => devices)).toEqual([16, 32, 64])
  })
})
