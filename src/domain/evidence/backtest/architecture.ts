import { countParameters } from '../../compute/architecture/parameters.ts'
import { formulas } from '../../compute/training/training-formulas.ts'
import type { BacktestFamily, MeasuredSetup } from './measurement.ts'
import { architectureOf } from './setup-architecture.ts'

const flopInPfDay = 8.64e19

/** FLOP in one unit of a key. */
function unitOf(key: string): number | undefined {
  const name = key.toLowerCase()
  if (/pf.?days?|petaflop.*days?/.test(name)) return flopInPfDay
  if (/zetta|zflop/.test(name)) return 1e21
  if (/yotta|yflop/.test(name)) return 1e24
  if (/exa|eflop/.test(name)) return 1e18
  return /flop|compute/.test(name) ? 1 : undefined
}

/** Parameters that a token meets: those stated as active, else those counted as active, else those stated. */
function activeParameters(setup: MeasuredSetup): number | undefined {
  if (setup.params_active !== undefined) return setup.params_active
  if (setup.experts === undefined && setup.params !== undefined) return setup.params
  const t = architectureOf(setup)
  return t === undefined ? setup.params : countParameters(t).active
}

/**
 * Training FLOP of a setup: six a parameter and token, of the parameters that a token meets. A setup says with
 * `fraction_active` where that is a part of them, such as half of an encoder-decoder (GPT-3 paper, Table D.1).
 */
function read(setup: MeasuredSetup): ReturnType<BacktestFamily['read']> {
  const unit = unitOf(setup.key)
  if (unit === undefined) return { reason: `"${setup.key}" is no amount of compute` }
  const parameters = activeParameters(setup)
  if (parameters === undefined) return { reason: 'the row tells no parameter count' }
  const tokens = setup.tokens ?? setup.dataset_size
  if (tokens === undefined) return { reason: 'the row tells no training tokens' }
  const share = setup.workload?.fraction_active
  const met = parameters * (typeof share === 'number' && share > 0 && share <= 1 ? share : 1)
  const flop = formulas.flopOfTokens.fn(met, tokens) / unit
  return { estimate: () => flop, strata: ['training-flops'] }
}

/** Training compute of published models. It has no constants to fit. */
export const architectureFamily: BacktestFamily = {
  id: 'architecture',
  parameters: [],
  covers: ({ kind }) => kind === 'training-flops',
  read,
}
