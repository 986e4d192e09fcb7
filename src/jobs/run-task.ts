import { digest } from '../digest.ts'
import { planAnswer, resolvePlan } from '../domain/compute/plan/plan.ts'
import { planOfTraining } from '../domain/compute/plan/plan-of-training.ts'
import { searchSteps } from '../domain/compute/plan/search.ts'
import { DomainError } from '../domain/errors.ts'
import { type Estimator, engineVersion, estimate, type Lookup } from '../domain/estimate.ts'
import { type EstimatorId, estimatorOf } from '../domain/estimators.ts'
import { simulationAnswer } from '../domain/uncertainty/answers.ts'
import type { NumericMember } from '../domain/uncertainty/numeric-member.ts'
import { prepareSimulation } from '../domain/uncertainty/prepared-simulation.ts'
import { simulate, simulateInStages } from '../domain/uncertainty/simulate.ts'
import { type SimulationRequest, simulationDefaults } from '../domain/uncertainty/simulation-request.ts'
import { type Share, type Stage, workStage } from '../domain/uncertainty/simulation-stages.ts'
import type { JsonObject } from '../store/json.ts'
import type { RunKind, RunPart } from '../store/run-store.ts'
import { sweepSteps } from './sweep-run.ts'

/** Everything that decides the answer of a run. Plain data: it crosses from thread to thread. */
export interface RunTask {
  readonly kind: RunKind
  readonly estimator: string
  readonly inputs: JsonObject
  /** What the kind is asked beside the inputs. */
  readonly parameters: JsonObject
  readonly lookup: Lookup
  /** The numbers that the inputs have or may have, after their schema. */
  readonly members: readonly NumericMember[]
}

/**
 * Work in steps, between which it can be ended: each tells how far it is (0 to 1), hands over some rows, or is a stage
 * that is to be divided, whose shares the next step takes. The result is a body.
 */
export type Work = Generator<number | RunPart | Stage, string, readonly Share[]>

/** Fewer samples are not worth a second thread. */
const leastDivided = 131_072

/** What each kind of run works out. A new kind is a row here, and a word of `RunKind`. */
const kinds: Readonly<Record<RunKind, (estimator: Estimator, task: RunTask, ways: number) => Work>> = {
  // An estimate takes a millisecond: one step.
  // biome-ignore lint/correctness/useYield: a generator because every kind is one
  *estimate(estimator, { inputs, lookup }) {
    return JSON.stringify(estimate(estimator, inputs, lookup, { digest, trace: true }))
  },
  *simulation(estimator, { inputs, parameters, lookup }, ways) {
    const asked = { ...parameters, inputs } as SimulationRequest
    const { samples = simulationDefaults.samples } = asked
    const simulated = ways > 1 && samples >= leastDivided ? simulateInStages : simulate
    return JSON.stringify(simulationAnswer(yield* simulated(estimator, asked, lookup, digest)))
  },
  sweep: sweepSteps,
  *plan(_, { inputs, parameters, lookup }) {
    const resolved = resolvePlan(planOfTraining(inputs, parameters), lookup)
    const search = yield* searchSteps(resolved.problem)
    const versions = { engineVersion, catalogueVersion: lookup.catalogue.version }
    return JSON.stringify({ ...versions, ...planAnswer(resolved, search) })
  },
}

/**
 * Works a run out; where it may be divided `ways` ways, it gives the stages that can be. Equal tasks give equal bytes,
 * in whichever thread or process, and in however many. Refusals point into the run: its inputs or its parameters.
 */
export function* workOut(task: RunTask, ways = 1): Work {
  try {
    return yield* kinds[task.kind](estimatorOf(task.estimator as EstimatorId), task, ways)
  } catch (error) {
    if (!(error instanceof DomainError) || error.pointer === null) throw error
    const { code, message, pointer, facts } = error
    throw new DomainError(code, message, { pointer: pointerIntoRun(task.kind, pointer), facts })
  }
}

/**
 * Estimators point into their inputs, searches for a plan into their parameters, and the others into their request,
 * which has the inputs as a member.
 */
function pointerIntoRun(kind: RunKind, pointer: string): string {
  if (kind === 'estimate') return `/inputs${pointer}`
  if (kind === 'plan') return `/parameters${pointer}`
  return /^\/inputs(\/|$)/.test(pointer) ? pointer : `/parameters${pointer}`
}

/** Whether a step is a stage, and not rows. */
export const isStage = (step: RunPart | Stage): step is Stage => 'pieces' in step

/** Works some pieces of a stage of a simulation out; tells how far it is, from 0 to 1. */
export function* workShare(
  { estimator, inputs, parameters, lookup }: RunTask,
  stage: Stage,
  pieces: readonly number[],
): Generator<number, Share> {
  const asked = { ...parameters, inputs } as SimulationRequest
  const prepared = prepareSimulation(estimatorOf(estimator as EstimatorId), asked, lookup)
  return yield* workStage(prepared, stage, pieces)
}
