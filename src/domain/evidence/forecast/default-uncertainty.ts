import type { Label } from '../../units.ts'
import { type ScoredForecast, z95 } from './scored-forecast.ts'

/** What past errors say of a new forecast. */
export interface DefaultUncertainty {
  /** What it rests on, in words: whose errors these are. */
  readonly basis: Label
  /** Ids of the past forecasts. */
  readonly forecasts: readonly string[]
  /** Root mean square of their logarithmic errors: a bias counts as spread. */
  readonly logSd: number
  /** Their mean: above 0 when forecasts were too high. */
  readonly meanLogError: number
  /** What a forecast is multiplied with for its 5th and 95th percentile. */
  readonly p5Factor: number
  readonly p95Factor: number
}

/** Fewer errors than this give no spread: one of them would decide it. */
const fewest = 5

/**
 * The spread of past errors, as the default uncertainty of a new forecast of a kind and horizon: of those of the
 * same kind and horizon, else of the kind, else of the horizon, else of all; undefined when even these are too few.
 */
export function defaultUncertainty(
  rows: readonly ScoredForecast[],
  kind: string | undefined,
  horizon: number | undefined,
): DefaultUncertainty | undefined {
  const usable = rows.filter(({ logError }) => logError !== null)
  const ofKind = (row: ScoredForecast) => row.kind === kind
  const ofHorizon = (row: ScoredForecast) => row.horizon === horizon
  const strata: readonly [boolean, (row: ScoredForecast) => boolean, Label][] = [
    [
      kind !== undefined && horizon !== undefined,
      row => ofKind(row) && ofHorizon(row),
      {
        en: `of the kind ${kind} over ${horizon} years`,
        zh: `${kind} 类、期限 ${horizon} 年`,
      },
    ],
    [kind !== undefined, ofKind, { en: `of the kind ${kind} over any horizon`, zh: `${kind} 类、任意期限` }],
    [
      horizon !== undefined,
      ofHorizon,
      { en: `of any kind over ${horizon} years`, zh: `任意类别、期限 ${horizon} 年` },
    ],
    [true, () => true, { en: 'of any kind over any horizon', zh: '任意类别、任意期限' }],
  ]
  for (const [asked, belongs, words] of strata) {
    const members = asked ? usable.filter(belongs) : []
    if (members.length >= fewest) return spreadOf(members, words, horizon)
  }
  return undefined
}

/** A spread of forecasts that did not look as far is too narrow, and says so. */
function shorterThan(rows: readonly ScoredForecast[], horizon: number | undefined): Label {
  const shorter = rows.filter(row => row.horizon !== null && row.horizon < (horizon ?? 0)).length
  if (shorter === 0) return { en: '', zh: '' }
  return {
    en: ` ${shorter} of them looked less than ${horizon} years ahead, so it is likely too narrow.`,
    zh: `其中 ${shorter} 个期限不足 ${horizon} 年，离散度可能偏小。`,
  }
}

function spreadOf(
  rows: readonly ScoredForecast[],
  words: Label,
  horizon: number | undefined,
): DefaultUncertainty {
  const shorter = shorterThan(rows, horizon)
  const errors = rows.map(({ logError }) => logError ?? 0)
  const logSd = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length)
  return {
    basis: {
      en: `The spread of the errors of ${rows.length} past forecasts ${words.en}: a default, not a statement of whoever makes the new one.${shorter.en}`,
      zh: `${rows.length} 个既往预测（${words.zh}）误差的离散度：为默认值，并非新预测者自己的判断。${shorter.zh}`,
    },
    forecasts: rows.map(({ id }) => id),
    logSd,
    meanLogError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    p5Factor: Math.exp(-z95 * logSd),
    p95Factor: Math.exp(z95 * logSd),
  }
}
