import { digest } from '../digest.ts'
import { DomainError } from '../domain/errors.ts'
import { type Estimator, estimate, type Lookup } from '../domain/estimate.ts'
import { type EstimatorId, estimatorOf } from '../domain/estimators.ts'
import { simulationAnswer } from '../domain/uncertainty/answers.ts'
import { type SimulationRequest, simulate } from '../domain/uncertainty/simulate.ts'
import type { JsonObject } from '../store/json.ts'
import type { RunKind } from '../store/store.ts'

/** Everything that decides the answer of a run. Plain data: it crosses from thread to thread. */
export interface RunTask {
  readonly kind: RunKind
  readonly estimator: string
  readonly inputs: JsonObject
  /** What the kind is asked beside the inputs. */
  readonly parameters: JsonObject
  readonly lookup: Lookup
}

/** Work in steps, between which it can tell how far it is (0 to 1) and be ended; the result is a body. */
type Work = Generator<number, string>

/** What each kind of run works out. A new kind is a row here, and a word of `RunKind`. */
const kinds: Readonly<Record<RunKind, (estimator: Estimator, task: RunTask) => Work>> = {
  // An estimate takes a millisecond: one step.
  // biome-ignore lint/correctness/useYield: a generator because every kind is one
  *estimate(estimator, { inputs, lookup }) {
    return JSON.stringify(estimate(estimator, inputs, lookup, { digest, trace: true }))
  },
  *simulation(estimator, { inputs, parameters, lookup }) {
    const asked = { ...parameters, inputs } as SimulationRequest
    return JSON.stringify(simulationAnswer(yield* simulate(estimator, asked, lookup, digest)))
  },
}

/**
 * Works a run out. Equal tasks give equal bytes, in whichever thread or process. Refusals point into the run: its
 * inputs or its parameters.
 */
export function* workOut(task: RunTask): Work {
  try {
    return yield* kinds[task.kind](estimatorOf(task.estimator as EstimatorId), task)
  } catch (error) {
    if (!(error instanceof DomainError) || error.pointer === null) throw error
    const { code, message, pointer, facts } = error
    throw new DomainError(code, message, { pointer: pointerIntoRun(task.kind, pointer), facts })
  }
}

/** Estimators point into their inputs, simulations into their request, which has the inputs as a member. */
function pointerIntoRun(kind: RunKind, pointer: string): string {
  if (kind === 'estimate') return `/inputs${pointer}`
  return /^\/inputs(\/|$)/.test(pointer) ? pointer : `/parameters${pointer}`
}
