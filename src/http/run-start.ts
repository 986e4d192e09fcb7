import type { FastifyInstance } from 'fastify'
import { refuseEndless, resolvePlan } from '../domain/compute/plan/plan.ts'
import { type PlanParameters, planOfTraining } from '../domain/compute/plan/plan-of-training.ts'
import { combinationsIn } from '../domain/compute/plan/search.ts'
import { DomainError } from '../domain/errors.ts'
import { engineVersion, type Lookup } from '../domain/estimate.ts'
import { datasetsOf, type EstimatorId, estimatorOf } from '../domain/estimators.ts'
import { atMedians, placedUnder } from '../domain/uncertainty/distributions-in-request.ts'
import { prepareSimulation } from '../domain/uncertainty/prepared-simulation.ts'
import { mostSamples } from '../domain/uncertainty/simulation-plan.ts'
import { type SimulationRequest, simulationDefaults } from '../domain/uncertainty/simulation-request.ts'
import { datasetsOfSweep, type SweepRequest } from '../domain/uncertainty/sweep.ts'
import type { JsonObject } from '../store/json.ts'
import type { RunKind, RunPriority, RunStart, RunStartOutcome, StoredRun } from '../store/run-store.ts'
import type { Viewer, WriteOutcome } from '../store/store.ts'
import type { HttpDeps } from './deps.ts'
import { checkedSweep, lookups } from './estimator-request.ts'
import { HttpProblem } from './problem.ts'

/** What a caller says when starting a run: its kind, and what that kind is asked. */
export interface AskedRun {
  readonly kind?: RunKind
  readonly simulation?: Omit<SimulationRequest, 'inputs' | 'alternatives'>
  readonly sweep?: Omit<SweepRequest, 'inputs'>
  readonly plan?: PlanParameters
}

/** What a run works on. */
export interface AskedSubject {
  readonly estimator: EstimatorId
  readonly inputs: JsonObject
}

/** Rows and layouts beyond which nobody waits for a run: about two seconds of one core. */
const mostForInteractive = { rows: 50_000, combinations: 2_000_000 } as const

/** What a kind of run is asked on a subject, refusing what its first step would refuse, with pointers into the body. */
type Prepare = (
  subject: AskedSubject,
  asked: AskedRun,
  lookupFor: (needed: readonly string[]) => Promise<Lookup>,
) => Promise<{ readonly parameters: object; readonly priority: RunPriority }>

const prepareOf = (app: FastifyInstance): Readonly<Record<RunKind, Prepare>> => ({
  estimate: async ({ estimator, inputs }, _, lookupFor) => {
    const { needs, build } = estimatorOf(estimator)
    const lookup = await lookupFor(needs(inputs))
    placedUnder('/inputs', () => build(atMedians<unknown>(inputs).request, lookup))
    return { parameters: {}, priority: 'interactive' }
  },
  simulation: async ({ estimator, inputs }, { simulation = {} }, lookupFor) => {
    const { needs } = estimatorOf(estimator)
    const lookup = await lookupFor(needs(inputs))
    await inMember('simulation', () =>
      prepareSimulation(estimatorOf(estimator), { ...simulation, inputs }, lookup),
    )
    const { samples = simulationDefaults.samples } = simulation
    return { parameters: simulation, priority: samples > mostSamples ? 'batch' : 'interactive' }
  },
  sweep: async ({ estimator, inputs }, { sweep }, lookupFor) => {
    if (sweep === undefined)
      throw refusedAt('/sweep', 'Nothing says what is varied; give sweep with over.', 'missing-value')
    const { swept } = await inMember('sweep', () =>
      checkedSweep(app, lookupFor, estimatorOf(estimator), { ...sweep, inputs }),
    )
    const priority = swept.rows > mostForInteractive.rows ? 'batch' : 'interactive'
    return { parameters: sweep, priority }
  },
  plan: async ({ estimator, inputs }, { plan = {} }, lookupFor) => {
    if (estimator !== 'training')
      throw refusedAt(
        '/kind',
        `A plan is the layout of a training, and the inputs are for the estimator ${estimator}; take a training, or another kind.`,
      )
    const lookup = await lookupFor([])
    const { problem } = placedUnder('/plan', () => {
      const resolved = resolvePlan(planOfTraining(inputs, plan), lookup)
      refuseEndless(resolved)
      return resolved
    })
    const long = combinationsIn(problem) > mostForInteractive.combinations
    return { parameters: plan, priority: long ? 'batch' : 'interactive' }
  },
})

/** The member of a body that each kind is asked in. */
const memberOf: Readonly<Record<RunKind, Exclude<keyof AskedRun, 'kind'> | null>> = {
  estimate: null,
  simulation: 'simulation',
  sweep: 'sweep',
  plan: 'plan',
}

/**
 * Makes what a run is started with. Refuses parameters of another kind, and what the kind would refuse at its first
 * step: pointers lead into the body, or into the inputs.
 */
export function runStarts(app: FastifyInstance, deps: HttpDeps) {
  const prepare = prepareOf(app)
  const lookup = lookups(deps)
  return async (viewer: Viewer, subject: AskedSubject | null, asked: AskedRun): Promise<RunStart> => {
    const { kind = 'estimate' } = asked
    refuseOtherKinds(kind, asked)
    // A subject that is not there is refused where the run is written.
    const prepared =
      subject === null
        ? { parameters: {} }
        : await prepare[kind](subject, asked, needed => lookup(viewer, needed))
    const { sweep } = asked
    return {
      runId: deps.newId('run'),
      kind,
      ...(prepared as { readonly parameters: JsonObject; readonly priority: RunPriority }),
      engineVersion,
      catalogueVersion: deps.catalogue().version,
      datasetsOf:
        sweep === undefined
          ? datasetsOf
          : (estimator, inputs) =>
              datasetsOfSweep(estimatorOf(estimator as EstimatorId), { ...sweep, inputs }),
      mostQueued: deps.mostQueued,
      now: deps.clock(),
    }
  }
}

function refuseOtherKinds(kind: RunKind, asked: AskedRun): void {
  const own = memberOf[kind]
  for (const other of Object.values(memberOf)) {
    if (other === null || other === own || asked[other] === undefined) continue
    throw refusedAt(
      `/${other}`,
      `${other} is given, but the kind of the run is ${kind}; give "kind": "${other}", or leave ${other} out.`,
    )
  }
}

/**
 * Does something with a request that is a member of the body: what is refused in it is pointed to there. Its inputs
 * are a member of the body themselves.
 */
async function inMember<T>(member: string, work: () => T | Promise<T>): Promise<T> {
  const place = (pointer: string): string =>
    /^\/inputs(\/|$)/.test(pointer) ? pointer : `/${member}${pointer}`
  try {
    return await work()
  } catch (error) {
    if (error instanceof DomainError && error.pointer !== null) {
      const { code, message, pointer, facts } = error
      throw new DomainError(code, message, { pointer: place(pointer), facts })
    }
    if (!(error instanceof HttpProblem)) throw error
    throw new HttpProblem(error.code, error.message, {
      errors: error.errors.map(({ pointer = '', ...rest }) => ({ ...rest, pointer: place(pointer) })),
    })
  }
}

/** Refuses a run where too many wait already. */
export function notFull(outcome: RunStartOutcome): WriteOutcome<StoredRun> {
  if (!('refused' in outcome) || outcome.refused !== 'queue-full') return outcome
  throw new HttpProblem(
    'queue-full',
    `${outcome.waiting} runs wait for a worker already, which is as many as may; start this one when some have finished.`,
    { headers: { 'retry-after': '5' } },
  )
}

/** A problem at one place of the body. */
export const refusedAt = (
  pointer: string,
  detail: string,
  code: 'not-allowed' | 'missing-value' = 'not-allowed',
): HttpProblem => new HttpProblem('inconsistent-inputs', detail, { errors: [{ pointer, code, detail }] })
