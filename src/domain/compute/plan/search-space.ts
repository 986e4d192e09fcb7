import type { Transformer } from '../architecture/transformer.ts'
import {
  brokenLayoutRule,
  type LayoutRule,
  layoutRules,
  type ParallelLayout,
  recomputations,
  type ZeroStage,
} from '../layout/layout.ts'

/** The values that each member of a layout may take in a search; data parallelism fills the devices. */
export interface SearchSpace {
  readonly tensor: readonly number[]
  readonly pipeline: readonly number[]
  readonly context: readonly number[]
  readonly expert: readonly number[]
  readonly microBatch: readonly number[]
  readonly virtualStages: readonly number[]
  readonly recompute: readonly ParallelLayout['recompute'][]
  readonly zeroStage: readonly ZeroStage[]
}

/** Members of a search space; what is absent is searched in full. */
export type SpaceRequest = Partial<SearchSpace>

/** What all layouts of a search have in common. */
export type FixedLayout = Omit<
  ParallelLayout,
  | 'tensor'
  | 'pipeline'
  | 'data'
  | 'context'
  | 'expert'
  | 'microBatch'
  | 'virtualStages'
  | 'recompute'
  | 'zeroStage'
>

/** A sequence is divided among context-parallel ranks only where each then still has so many tokens. */
const leastSequencePart = 4_096
const longestContext = 16
const largestMicroBatch = 16

const powersUpTo = (most: number): number[] => {
  const powers: number[] = []
  for (let power = 1; power <= most; power *= 2) powers.push(power)
  return powers
}

/** Depths of pipelines: those that share the layers evenly, and powers of two, whose stages differ by a layer. */
const pipelineDepths = (layers: number): number[] => {
  const powers = new Set(powersUpTo(layers))
  return Array.from({ length: layers }, (_, index) => index + 1).filter(
    depth => layers % depth === 0 || powers.has(depth),
  )
}

/**
 * The space that a search goes through: tensor parallelism within a node, pipelines, context parallelism for long
 * sequences, experts in powers of two, and every recomputation and stage of ZeRO; what the request names takes the
 * place of the default.
 */
export function searchSpace(
  t: Transformer,
  sequence: number,
  devicesPerNode: number,
  asked: SpaceRequest,
): SearchSpace {
  const contexts = powersUpTo(Math.max(1, Math.min(longestContext, sequence / leastSequencePart)))
  return {
    tensor: asked.tensor ?? powersUpTo(devicesPerNode),
    pipeline: asked.pipeline ?? pipelineDepths(t.layers),
    context: asked.context ?? contexts,
    expert: asked.expert ?? (t.experts === 0 ? [1] : powersUpTo(t.experts)),
    microBatch: asked.microBatch ?? powersUpTo(largestMicroBatch),
    virtualStages: asked.virtualStages ?? powersUpTo(8),
    recompute: asked.recompute ?? recomputations,
    zeroStage: asked.zeroStage ?? [0, 1, 2, 3],
  }
}

/** Layouts that rules refused: how many by rule, in the order of `layoutRules`, and the first of them in words. */
export interface Refusals {
  readonly counts: Float64Array
  first: string | null
  /** Refusals that are left before a visit ends: what breaks rules takes time too. */
  left: number
}

/** An empty tally of refusals. */
export const noRefusals = (most = Number.POSITIVE_INFINITY): Refusals => ({
  ...{ counts: new Float64Array(layoutRules.length), first: null, left: most },
})

function refuse(
  refusals: Refusals,
  rule: LayoutRule,
  t: Transformer,
  l: ParallelLayout,
  devices: number,
): void {
  const at = layoutRules.indexOf(rule)
  refusals.counts[at] = (refusals.counts[at] ?? 0) + 1
  refusals.left--
  refusals.first ??= rule.refusal(t, l, devices)
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Steps of `visitLayouts`: its combinations of tensor, context and pipeline parallelism. */
export const stepsOf = ({ tensor, context, pipeline }: SearchSpace): number =>
  tensor.length * context.length * pipeline.length

/** Combinations of the members of a space, whatever the rules say: the most that a search goes through. */
export const combinationsOf = ({
  expert,
  microBatch,
  virtualStages,
  recompute,
  zeroStage,
  ...ranks
}: SearchSpace): number =>
  stepsOf({ expert, microBatch, virtualStages, recompute, zeroStage, ...ranks }) *
  (expert.length * microBatch.length * virtualStages.length * recompute.length * zeroStage.length)

/**
 * Visits every layout of a space on a number of devices that breaks no rule, in a fixed order, step by step. One
 * layout object is written anew for each visit, so a visitor must copy what it keeps. What breaks a rule is counted by
 * rule, and ends the visit when none are left of `refused`.
 */
export function* visitLayouts(
  t: Transformer,
  devices: number,
  space: SearchSpace,
  fixed: FixedLayout,
  refused: Refusals,
  visit: (layout: ParallelLayout) => void,
): Generator<void, void> {
  const layout: Mutable<ParallelLayout> = {
    ...fixed,
    ...{ tensor: 1, pipeline: 1, data: 1, context: 1, expert: 1, microBatch: 1, virtualStages: 1 },
    ...{ recompute: 'none', zeroStage: 0 },
  }
  for (const tensor of space.tensor) {
    layout.tensor = tensor
    layout.sequenceParallel = fixed.sequenceParallel && tensor > 1
    for (const context of space.context) {
      layout.context = context
      for (const pipeline of space.pipeline) {
        layout.pipeline = pipeline
        // A number of devices that this does not divide breaks the first rule.
        layout.data = Math.max(1, Math.floor(devices / (tensor * context * pipeline)))
        visitInner(t, devices, space, layout, refused, visit)
        if (refused.left <= 0) return
        yield
      }
    }
  }
}

function visitInner(
  t: Transformer,
  devices: number,
  space: SearchSpace,
  layout: Mutable<ParallelLayout>,
  refused: Refusals,
  visit: (layout: ParallelLayout) => void,
): void {
  for (const expert of space.expert) {
    layout.expert = expert
    for (const microBatch of space.microBatch) {
      layout.microBatch = microBatch
      for (const virtualStages of space.virtualStages) {
        // One stage has nothing to interleave: not a refusal, just no choice.
        if (virtualStages > 1 && layout.pipeline === 1) break
        layout.virtualStages = virtualStages
        const broken = brokenLayoutRule(t, layout, devices)
        if (broken === undefined) {
          visitStorage(space, layout, visit)
          continue
        }
        refuse(refused, broken, t, layout, devices)
        // What breaks the rule of devices does so whatever the rest is.
        if (broken === layoutRules[0] || refused.left <= 0) return
      }
    }
  }
}

/** What is kept and what is computed again, which no rule looks at. */
function visitStorage(
  space: SearchSpace,
  layout: Mutable<ParallelLayout>,
  visit: (layout: ParallelLayout) => void,
): void {
  for (const zeroStage of space.zeroStage) {
    if (zeroStage > 0 && layout.data * layout.context === 1 && space.zeroStage.includes(0)) break
    layout.zeroStage = zeroStage
    for (const recompute of space.recompute) {
      layout.recompute = recompute
      visit(layout)
    }
  }
}
