import { borrowedRates } from '../../compute/money/exchange-rate.ts'
import type { Warning } from '../../estimate.ts'
import type { Chain } from './chain.ts'
import type { DecidedDemand } from './decided-demand.ts'

const warning = (code: string, en: string, zh: string): Warning => ({ code, message: { en, zh } })

/** What a reader must know of a chain: what it keeps still, whose shares it takes, and what it leaves out. */
export function demandWarnings(request: DecidedDemand, chain: Chain): Warning[] {
  const { window, terms, economy, borrowed } = chain
  return [
    ...serviceAssumed(request),
    ...useAssumed(request),
    ...payersOfADay(request),
    ...keptStill(request, chain),
    ...(terms.price === undefined ? [noServerPrice] : []),
    ...(terms.price !== undefined && window.years.length > 1 ? [pricesOfBaseYear] : []),
    ...(economy.rent === undefined && economy.cost !== undefined ? [ownedCost] : []),
    ...(economy.cost === undefined ? [noCost] : []),
    ...reportedSharesOf(request, chain),
    ...marketOfAnotherYear(chain),
    ...borrowedRates(borrowed),
  ]
}

function serviceAssumed({ assumed, model, accelerator, users }: DecidedDemand): Warning[] {
  const told = [
    ...(assumed.has('users') ? [`${users.value} ${users.unit}`] : []),
    ...(assumed.has('model') && 'id' in model ? [model.id] : []),
    ...(assumed.has('accelerator') ? [accelerator.id] : []),
  ]
  if (told.length === 0) return []
  return [
    warning(
      'service-assumed',
      `The request does not say who is served by what, so that is as the founding report has it of ChatGPT in January 2023: ${told.join(', ')}. The size of its model was never published; GPT-3 is the largest that the report thinks of.`,
      `请求未指明用户、模型或设备，取报告所述 2023 年 1 月的 ChatGPT：${told.join('、')}。其模型规模从未公布，GPT-3 为报告设想的上限。`,
    ),
  ]
}

function useAssumed({ sessionsPerUser, requestsPerSession, workload = {} }: DecidedDemand): Warning[] {
  const { inputTokens, outputTokens } = workload
  const asked = { sessionsPerUser, requestsPerSession, inputTokens, outputTokens }
  const left = Object.entries(asked).flatMap(([member, value]) => (value === undefined ? [member] : []))
  if (left.length === 0) return []
  return [
    warning(
      'use-assumed',
      `How much users ask is assumed (${left.join(', ')}), and compute, devices and money are nearly in proportion to it; give what is known, or a distribution.`,
      `用户用量为假设值（${left.join('、')}），算力、设备与金额几乎与之成正比；请给出已知数值或分布。`,
    ),
  ]
}

function payersOfADay({ dailyShare, assumed }: DecidedDemand): Warning[] {
  if (dailyShare !== undefined || assumed.has('subscription')) return []
  return [
    warning(
      'payers-among-daily-users',
      'The users are counted by the day, so shares of payers are of those who come on a day; a service with subscribers counts them by the month: give its monthly users and dailyShare.',
      '用户按日计，付费率因此为日活用户中的比例；订阅服务通常按月计用户：请给出月活用户与 dailyShare。',
    ),
  ]
}

function keptStill({ efficiencyGain }: DecidedDemand, { window, users }: Chain): Warning[] {
  if (window.years.length === 1) return []
  return [
    ...(users.constant
      ? [
          warning(
            'users-without-growth',
            'Nothing says how the users grow, so every year has as many; give growth.',
            '未给出用户增速，各年用户数相同；请给出 growth。',
          ),
        ]
      : []),
    ...(efficiencyGain === undefined
      ? [
          warning(
            'efficiency-without-gain',
            'No gain of efficiency is assumed: a device delivers in every year what it does in the base year. Software has delivered more from year to year, so later years take fewer devices than this; give efficiencyGain.',
            '未假设效率提升：各年单卡产出与基准年相同。软件效率通常逐年提高，后续年份所需设备会少于此数；请给出 efficiencyGain。',
          ),
        ]
      : []),
  ]
}

const noServerPrice = warning(
  'no-purchase-price',
  'Neither the request nor the catalogue has a purchase price of this device, so capital expenditure and revenue of vendors are left out; give server.price or server.devicePrice.',
  '请求与目录均无该设备的购置价格，因此不给出资本开支与厂商收入；请给出 server.price 或 server.devicePrice。',
)

const pricesOfBaseYear = warning(
  'prices-of-base-year',
  'Servers are bought at one price in every year, that of the base year unless it is given; so are devices rented.',
  '各年服务器均按同一价格购置（未给出时为基准年价格），租金亦然。',
)

const ownedCost = warning(
  'cost-of-own-servers',
  'No price per device-hour is given or known for the time, so costToServe is that of servers of one’s own: depreciation and electricity, without buildings, staff or financing.',
  '未给出且目录中没有该时段的每卡时价格，因此 costToServe 为自有服务器成本：折旧与电费，不含机房、人员与融资。',
)

const noCost = warning(
  'no-price',
  'Neither rent nor purchase price of the device is known, so the cost of serving is left out; give price, or server.price.',
  '租金与购置价格均未知，因此不给出服务成本；请给出 price 或 server.price。',
)

function reportedSharesOf({ region }: DecidedDemand, { vendors }: Chain): Warning[] {
  return vendors.flatMap(({ label, reported }) =>
    reported === undefined
      ? []
      : [
          warning(
            'share-of-another-market',
            `The share of ${label.en}, ${reported.value}, is what the founding report prints of ${reported.market.en}; here it is taken of the servers that these users need${region === undefined ? '' : ` in ${region}`}, whoever buys them.`,
            `${label.zh}份额 ${reported.value} 为报告所载口径（${reported.market.zh}）；此处用于这些用户所需的服务器${region === undefined ? '' : `（${region}）`}，不论由谁采购。`,
          ),
        ],
  )
}

function marketOfAnotherYear({ market }: Chain): Warning[] {
  if (market === undefined || market.year === market.spendingYear) return []
  return [
    warning(
      'market-of-another-year',
      `The server market is that of ${market.year}, and the spending held against it that of ${market.spendingYear}.`,
      `服务器市场为 ${market.year} 年规模，与之对照的支出为 ${market.spendingYear} 年。`,
    ),
  ]
}
