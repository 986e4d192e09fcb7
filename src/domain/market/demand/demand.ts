import { DomainError } from '../../errors.ts'
import type { BuiltEstimate, Estimator, Lookup } from '../../estimate.ts'
import { Sheet } from '../../sheet/sheet.ts'
import type { Observed } from '../segment-size.ts'
import { type Window, windowOf } from '../window.ts'
import { type Chain, writeChain } from './chain.ts'
import { type DecidedDemand, decidedDemand } from './decided-demand.ts'
import { demandIllustrations } from './demand-illustrations.ts'
import type { DemandRequest } from './demand-request.ts'
import { demandResults } from './demand-results.ts'
import { demandTable } from './demand-table.ts'
import { demandWarnings } from './demand-warnings.ts'

const mostYears = 30

/** The years asked for: up to thirty, as no chain of devices is told further ahead. */
function windowAsked({ baseYear: base, targetYear: target = base }: DecidedDemand): Window {
  if (target >= base && target - base < mostYears) return windowOf(base, target)
  throw new DomainError(
    target < base ? 'inconsistent-inputs' : 'out-of-range',
    `The demand leads from ${base} to ${target}; targetYear must be baseYear or less than ${mostYears} years later.`,
    { pointer: '/targetYear', facts: { baseYear: base, targetYear: target } },
  )
}

function build(asked: DemandRequest, lookup: Lookup): BuiltEstimate {
  const request = decidedDemand(asked)
  const sheet = new Sheet()
  const chain = writeChain(sheet, request, windowAsked(request), lookup)
  const { users, market, operation, borrowed } = chain
  return {
    sheet,
    results: demandResults(chain),
    errors: operation.errors,
    warnings: () => demandWarnings(request, chain),
    tables: { path: demandTable(chain) },
    evidence: evidenceOf(sheet, chain),
    // Warnings and labels name the region, the vendors and datasets; notes the software and the day of prices.
    context: () =>
      JSON.stringify([
        [request.region, request.vendors, users.observed?.dataset.version, market?.observed?.dataset.version],
        [operation.named, [...borrowed.keys()], request.priceAsOf],
      ]),
  }
}

function evidenceOf(
  sheet: Sheet,
  { window, users, market, terms, operation }: Chain,
): Record<string, readonly unknown[]> {
  const row = ({ dataset, observation }: Observed) => {
    const { id, version, scope, scopeId, unit } = dataset
    return [{ dataset: id, version, scope, scopeId, unit, ...observation }]
  }
  const { observed, byYear } = users
  const start = byYear.get(
    observed === undefined ? window.base : Number(observed.observation.period.slice(0, 4)),
  )
  return {
    ...(observed !== undefined && start !== undefined && { [sheet.idOf(start)]: row(observed) }),
    ...(market?.observed !== undefined && { [sheet.idOf(market.published)]: row(market.observed) }),
    ...(terms.behind.length > 0 && { devicePrice: terms.behind }),
    ...(operation.behind.length > 0 && { perDeviceHour: operation.behind }),
  }
}

/** From users to tokens, compute, devices, servers, capital expenditure and what vendors of servers earn, by year. */
export const demand: Estimator<DemandRequest> = {
  id: 'demand',
  label: { en: 'Demand for servers', zh: '算力与服务器需求' },
  description: {
    en: 'The chain from users to vendors by year: users × sessions × requests × tokens, compute, devices as `serving` sizes a fleet (load, queue, spares), servers, capital expenditure and revenue of server vendors by their share; training demand beside it. Cost to serve, rented or owned, against the revenue of subscriptions. Results are of the target year; the same with a year behind, such as `devices.2024`, are of that year, and the path is a table by year. Capital expenditure is what is bought in the year: the servers needed beyond those still in use. Growth of users and of efficiency are the caller’s assumptions; without them both stay as they are. Prices stay those of the base year.',
    zh: '自用户至厂商的逐年链条：用户 × 会话 × 请求 × token → 算力 → 设备（与 `serving` 相同的集群估算：负载、排队、备用）→ 服务器 → 资本开支 → 按份额计的服务器厂商收入，并列训练需求；服务成本（租用或自有）与订阅收入对照。结果为目标年份数值；带年份者（如 `devices.2024`）为该年数值，路径以年度表给出。资本开支为当年购置：所需服务器超出仍在用者的部分。用户与效率增速为调用方假设，缺省不变；价格保持基准年水平。',
  },
  needs: ({ users, market }) => [
    ...new Set([users?.dataset, market?.dataset].filter(dataset => dataset !== undefined)),
  ],
  build,
  illustrations: demandIllustrations,
}
