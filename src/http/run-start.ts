import type { FastifyRequest } from 'fastify'
import { digest } from '../digest.ts'
import { DomainError } from '../domain/errors.ts'
import { type EstimatorId, estimatorOf } from '../domain/estimators.ts'
import { type SimulationRequest, simulate, simulationDefaults } from '../domain/uncertainty/simulate.ts'
import { mostSamples } from '../domain/uncertainty/simulation-plan.ts'
import type { JsonObject } from '../store/json.ts'
import type { RunKind, RunStart } from '../store/store.ts'
import type { HttpDeps } from './deps.ts'
import { HttpProblem } from './problem.ts'

/** What a caller says when starting a run. */
export interface AskedRun {
  readonly scenarioVersion?: number
  readonly kind?: RunKind
  readonly simulation?: Omit<SimulationRequest, 'inputs' | 'alternatives'>
}

/** What a run is to work out. Refuses parameters of another kind, and what the kind would refuse at its first step. */
export function runAsked(deps: HttpDeps) {
  return async (
    { viewer }: FastifyRequest,
    scenarioId: string,
    { kind = 'estimate', scenarioVersion, simulation }: AskedRun,
  ): Promise<Pick<RunStart, 'kind' | 'parameters' | 'priority'>> => {
    if (kind === 'estimate') {
      if (simulation === undefined) return { kind }
      throw problemAt(
        '/simulation',
        'simulation is given, but the kind of the run is estimate; give "kind": "simulation", or leave simulation out.',
      )
    }
    const { scenarios, documents } = deps.store
    const scenario =
      scenarioVersion === undefined
        ? await scenarios.read(viewer, scenarioId)
        : await scenarios.readVersion(viewer, scenarioId, scenarioVersion)
    // What is not there is refused where the run is written.
    if (scenario !== null) {
      const estimator = estimatorOf(scenario.estimator as EstimatorId)
      const { inputs } = scenario
      const datasets = await documents.datasets(viewer, estimator.needs(inputs))
      const lookup = { catalogue: deps.catalogue(), datasets }
      refuseEarly(() => simulate(estimator, { ...simulation, inputs }, lookup, digest).next())
    }
    return {
      kind,
      parameters: (simulation ?? {}) as JsonObject,
      priority: (simulation?.samples ?? simulationDefaults.samples) > mostSamples ? 'batch' : 'interactive',
    }
  }
}

/** Refusals of a simulation point into its request; here that is the scenario, and a member of the body. */
function refuseEarly(firstStep: () => unknown): void {
  try {
    firstStep()
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const { code, message, pointer, facts } = error
    if (pointer === null || pointer.startsWith('/inputs'))
      throw new DomainError(code, `In the scenario: ${message}`, {
        ...(pointer !== null && { pointer }),
        facts,
      })
    throw new DomainError(code, message, { pointer: `/simulation${pointer}`, facts })
  }
}

const problemAt = (pointer: string, detail: string): HttpProblem =>
  new HttpProblem('inconsistent-inputs', detail, { errors: [{ pointer, code: 'not-allowed', detail }] })
