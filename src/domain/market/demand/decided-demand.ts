import { byDefault, type Provenance } from '../../sheet/quantity.ts'
import type { DemandRequest } from './demand-request.ts'

/** What a chain is of, where the request need not say it. */
const service = {
  baseYear: 2023,
  users: { value: 1300, unit: '万人' },
  model: { id: 'gpt-3-175b' },
  accelerator: { id: 'a100-sxm-80gb' },
  subscription: { pricePerMonth: 20 },
} as const satisfies DemandRequest

type Decided = keyof typeof service

/** A request in which users, model, devices, year and subscription are decided. */
export interface DecidedDemand extends Omit<DemandRequest, Decided>, Required<Pick<DemandRequest, Decided>> {
  /** The members that the request left to the defaults. */
  readonly assumed: ReadonlySet<Decided>
}

/**
 * A request with the service that the founding report describes in the place of what it leaves open: ChatGPT of
 * January 2023, as a model of the size of GPT-3 on the devices of its time. The year is that of the users, if they have one.
 */
export function decidedDemand(request: DemandRequest): DecidedDemand {
  const { users = service.users } = request
  const ofUsers = request.users?.year ?? (request.users?.period && Number(request.users.period.slice(0, 4)))
  const { model = service.model, accelerator = service.accelerator } = request
  const { subscription = service.subscription, baseYear = ofUsers || service.baseYear } = request
  const members = Object.keys(service) as Decided[]
  const assumed = new Set(members.filter(member => request[member] === undefined))
  return { ...request, baseYear, users, model, accelerator, subscription, assumed }
}

/** Where the numbers among these defaults are from. */
export const reportedService = {
  users: byDefault(
    'daily visitors of ChatGPT in January 2023, section 1.2, claim N034: a round number, as a lower bound',
    '2023 年 1 月 ChatGPT 日均访客，1.2 节，论断 N034：约数，为下限',
    'galaxy-2023',
  ),
  subscription: byDefault(
    'ChatGPT Plus, section 1.2, claim N035',
    'ChatGPT Plus，1.2 节，论断 N035',
    'galaxy-2023',
  ),
} as const satisfies Partial<Record<Decided, Provenance>>
