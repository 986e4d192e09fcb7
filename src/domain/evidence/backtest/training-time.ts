import { flopConventions, trainingFlopPerToken } from '../../compute/architecture/flop.ts'
import type { CalibrationValues } from '../../compute/calibration/parameter.ts'
import { wholeRunShare } from '../../compute/training-time/goodput.ts'
import { emptyStepTime, stepTime } from '../../compute/training-time/step-time.ts'
import { trainingTimeFamilyId, trainingTimeStrata } from '../../compute/training-time/strata.ts'
import { trainingConstants, trainingParameters } from '../../compute/training-time/training-constants.ts'
import type { BacktestFamily } from './measurement.ts'
import { countedFlopPerToken, runTokens, trainingSetup } from './training-setup.ts'

/** What a key asks for: how it follows from seconds a step, and whether it is of a whole run. */
interface Asked {
  /** `step`: from the time of a step alone; `run`: from the device time of a whole run. */
  readonly of: 'step' | 'run'
  readonly value: (at: StepFigures) => number
}

interface StepFigures {
  readonly seconds: number
  readonly tokens: number
  readonly sequences: number
  readonly devices: number
  readonly peak: number
  /** FLOP a token as the row counts them, without and with recomputation. */
  readonly flop: number
  readonly hardwareFlop: number
  /** Seconds of the whole run, goodput included; NaN where nothing tells its tokens. */
  readonly runSeconds: number
}

const perDevice = (at: StepFigures): number => at.tokens / (at.seconds * at.devices)
const step = (value: Asked['value']): Asked => ({ of: 'step', value })
const run = (value: Asked['value']): Asked => ({ of: 'run', value })

const keys: readonly (readonly [RegExp, Asked])[] = [
  [/^(step|iteration|iter|batch)_time_ms|^ms_per_(step|iter)/, step(at => at.seconds * 1e3)],
  [/^(step|iteration|iter|batch)_time|^s(ec|econds)?_per_(step|iter)/, step(at => at.seconds)],
  [/tokens_per_s(ec)?_per_(gpu|chip|device)|tokens_per_(gpu|chip|device)_per_s/, step(perDevice)],
  [/tokens_per_day/, step(at => (at.tokens / at.seconds) * 86_400)],
  [/tokens_per_s/, step(at => at.tokens / at.seconds)],
  [/^(samples|sequences)_per_s/, step(at => at.sequences / at.seconds)],
  [/^(hw|hardware)_tflops/, step(at => (perDevice(at) * at.hardwareFlop) / 1e12)],
  [/^(model_)?tflops/, step(at => (perDevice(at) * at.flop) / 1e12)],
  [/pflops$/, step(at => (perDevice(at) * at.devices * at.flop) / 1e15)],
  [/^hfu.*(pct|percent)/, step(at => (100 * perDevice(at) * at.hardwareFlop) / at.peak)],
  [/^hfu/, step(at => (perDevice(at) * at.hardwareFlop) / at.peak)],
  [/^mfu.*(pct|percent)|^pct_peak/, step(at => (100 * perDevice(at) * at.flop) / at.peak)],
  [/^mfu/, step(at => (perDevice(at) * at.flop) / at.peak)],
  [/(gpu|chip|device|tpu|accelerator)_hours/, run(at => (at.runSeconds * at.devices) / 3600)],
  [/(gpu|chip|device|tpu|accelerator)_days/, run(at => (at.runSeconds * at.devices) / 86_400)],
  [/(gpu|chip|device|tpu|accelerator)_years/, run(at => (at.runSeconds * at.devices) / 31_536_000)],
  [/^((wall|training)_)?hours/, run(at => at.runSeconds / 3600)],
  [/^((wall|training)_)?days/, run(at => at.runSeconds / 86_400)],
]

const askedOf = (key: string): Asked | undefined => keys.find(([pattern]) => pattern.test(key))?.[1]

/** `days_for_300B_tokens`: time for so many tokens at the benchmarked speed. */
const tokensInKey = /for_([\d.]+)([BT])_tokens/i

/** What simpler methods take all training to reach: the median of Epoch AI's published runs. */
const constantMfu = 0.375

/** Step time, throughput and utilisation of benchmarks, and device time of whole runs. */
export const trainingTimeFamily: BacktestFamily = {
  id: trainingTimeFamilyId,
  parameters: trainingParameters,
  covers: ({ kind, key }) => (kind === 'mfu' || kind === 'training-time') && askedOf(key) !== undefined,
  read: (setup, catalogue) => {
    const asked = askedOf(setup.key)
    if (asked === undefined) return { reason: `nothing here estimates "${setup.key}"` }
    const read = trainingSetup(setup, catalogue)
    if ('reason' in read) return read
    const named = tokensInKey.exec(setup.key)
    const runOf =
      named === null ? runTokens(setup) : Number(named[1]) * (named[2]?.toUpperCase() === 'T' ? 1e12 : 1e9)
    if (asked.of === 'run' && runOf === undefined) return { reason: 'nothing tells the tokens of the run' }
    // A time for so many tokens is what a benchmark says, not what a run took.
    const whole = asked.of === 'run' && named === null
    const { t, counts, system, stack, layout, devices } = read
    const tokens = layout.globalBatch * layout.sequence
    const flop = countedFlopPerToken(setup, read, false)
    const hardwareFlop = countedFlopPerToken(setup, read, true)
    const at = (seconds: number, goodput: number): number =>
      asked.value({
        ...{ seconds, tokens, sequences: layout.globalBatch, devices, peak: system.peak, flop, hardwareFlop },
        runSeconds: ((runOf ?? Number.NaN) / tokens) * (seconds / goodput),
      })
    const out = emptyStepTime()
    const estimate = (values: CalibrationValues): number => {
      const constants = trainingConstants(values, system.family, stack.id)
      stepTime(t, counts, layout, stack, system, constants, out)
      const seconds = read.tuned ? out.total : out.total * constants.untuned
      return at(seconds, whole ? wholeRunShare(counts.active, constants) : 1)
    }
    const full = trainingFlopPerToken(t, layout.sequence, flopConventions.full, counts)
    const causal = trainingFlopPerToken(t, layout.sequence, flopConventions.causal, counts)
    const secondsAt = (flopPerToken: number, share: number): number =>
      (tokens * flopPerToken) / (devices * system.peak * share)
    return {
      estimate,
      strata: trainingTimeStrata(stack.id, system.family, system.operandBytes, whole),
      baselines: { constantMfu: at(secondsAt(full, constantMfu), 1), roofline: at(secondsAt(causal, 1), 1) },
    }
  },
}
