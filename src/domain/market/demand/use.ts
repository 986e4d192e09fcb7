import { operationQuantities } from '../../compute/serving/operation-quantities.ts'
import { DomainError } from '../../errors.ts'
import { sumFormula } from '../../sheet/formula.ts'
import { byDefault, given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Window } from '../window.ts'
import type { DecidedDemand } from './decided-demand.ts'
import { demandFormulas as f } from './demand-formulas.ts'
import { useQuantities as q } from './demand-quantities.ts'
import type { UserPath } from './user-path.ts'
import { at, type Yearly, yearly } from './yearly.ts'

const defaultSessions = 2
const defaultRequests = 5
/** Requests a day beyond which a queue of copies can no longer be counted in whole numbers. */
const mostRequests = 1e13

/** What users ask in each year, on a sheet. */
export interface Use {
  readonly dailyUsers: Yearly<'person'>
  readonly sessions: Yearly<'count'>
  readonly requests: Yearly<'count'>
  readonly mean: Yearly<'1/s'>
  readonly inputTokens: Yearly<'token'>
  readonly outputTokens: Yearly<'token'>
  readonly tokens: Yearly<'token'>
}

/** Writes sessions, requests and tokens a day of each year. Throws `out-of-range` for requests that nothing could serve. */
export function writeUse(
  sheet: Sheet,
  request: DecidedDemand,
  { byYear: users, most }: UserPath,
  perRequest: { readonly input: Handle<'token'>; readonly output: Handle<'token'> },
  window: Window,
): Use {
  checkRequests(request, most, window)
  const { dailyShare, sessionsPerUser, requestsPerSession, usageGrowth } = request
  const whole = byDefault('the users are those of a day', '用户数即日活')
  const still = byDefault('a user comes as often every year', '人均使用频次不变')
  const usual = byDefault(
    'ten requests a day, as many as serving takes, in two sessions',
    '每日十次请求（与推理估算的默认值相同），分两次会话',
  )
  const share = sheet.input(q.dailyShare, dailyShare ?? 1, dailyShare === undefined ? whole : given)
  const each = sheet.input(
    q.sessionsPerUser,
    sessionsPerUser ?? defaultSessions,
    sessionsPerUser === undefined ? usual : given,
  )
  const inSession = sheet.input(
    q.requestsPerSession,
    requestsPerSession ?? defaultRequests,
    requestsPerSession === undefined ? usual : given,
  )
  const growth = sheet.input(q.usageGrowth, usageGrowth ?? 0, usageGrowth === undefined ? still : given)
  const dailyUsers = yearly(window, q.dailyUsers, (as, year) =>
    sheet.derive(as, f.dailyUsers, [at(users, year), share]),
  )
  const usage = yearly(window, q.usage, (as, year) => sheet.derive(as, f.grown(year - window.base), [growth]))
  const sessions = yearly(window, q.sessionsPerDay, (as, year) =>
    sheet.derive(as, f.sessions, [at(dailyUsers, year), each, at(usage, year)]),
  )
  const requests = yearly(window, q.requestsPerDay, (as, year) =>
    sheet.derive(as, f.requests, [at(sessions, year), inSession]),
  )
  const mean = yearly(window, operationQuantities.meanRequestsPerSecond, (as, year) =>
    sheet.derive(as, f.perSecond, [at(requests, year)]),
  )
  const inputTokens = yearly(window, q.dailyInputTokens, (as, year) =>
    sheet.derive(as, f.tokens, [at(requests, year), perRequest.input]),
  )
  const outputTokens = yearly(window, q.dailyOutputTokens, (as, year) =>
    sheet.derive(as, f.tokens, [at(requests, year), perRequest.output]),
  )
  const tokens = yearly(window, q.dailyTokens, (as, year) =>
    sheet.derive(as, sumFormula('token', 2), [at(inputTokens, year), at(outputTokens, year)]),
  )
  return { dailyUsers, sessions, requests, mean, inputTokens, outputTokens, tokens }
}

/** Refuses more requests a day than can be served, with both numbers. */
function checkRequests(request: DecidedDemand, mostUsers: number, { base, target }: Window): void {
  const { dailyShare = 1, usageGrowth = 0 } = request
  const { sessionsPerUser = defaultSessions, requestsPerSession = defaultRequests } = request
  const growth = Math.max(1, f.grown(target - base).fn(usageGrowth))
  const count = mostUsers * dailyShare * sessionsPerUser * requestsPerSession * growth
  if (count <= mostRequests) return
  const member = usageGrowth > 0 ? 'usageGrowth' : 'sessionsPerUser'
  throw new DomainError(
    'out-of-range',
    `The users send up to ${count.toPrecision(4)} requests a day, and at most ${mostRequests} can be served; lower ${member}, requestsPerSession or the users.`,
    { pointer: `/${member}`, facts: { requests: count, most: mostRequests } },
  )
}
