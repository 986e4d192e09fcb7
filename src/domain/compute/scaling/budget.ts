import { DomainError } from '../../errors.ts'
import type { Lookup } from '../../estimate.ts'
import { given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { ExchangeRate } from '../catalogue.ts'
import type { RentalPrice, RentalPriceRequest } from '../money/rental-price.ts'
import { writeCnyPerUsd } from '../money/yuan-price.ts'
import type { DeviceThroughput } from '../training/device-throughput.ts'
import {
  formulas as trainingFormulas,
  quantities as trainingQuantities,
} from '../training/training-formulas.ts'
import { budgetFormulas } from './scaling-formulas.ts'
import { scalingQuantities } from './scaling-quantities.ts'

/** The compute that there is: exactly one of FLOP, PF-days, money, or a model with its tokens. */
export interface BudgetRequest {
  readonly trainingFlop?: number
  readonly trainingPfDays?: number
  readonly budget?: { readonly amount: number; readonly currency?: 'USD' | 'CNY' }
  readonly parameters?: number
  readonly tokens?: number
  readonly price?: NonNullable<RentalPriceRequest['price']>
  readonly priceAsOf?: string
}

/** The compute on a sheet; with a model given, its parameters and tokens too. */
export interface Budget {
  readonly flop: Handle<'FLOP'>
  readonly pfDays: Handle<'PF-day'>
  readonly given: { readonly parameters: Handle<'parameter'>; readonly tokens: Handle<'token'> } | undefined
  readonly borrowed: ReadonlyMap<number, ExchangeRate>
}

/**
 * Refuses a request that names no compute (`missing-value`), that names it twice, or that spends money on devices
 * that cost nothing (`inconsistent-inputs`).
 */
export function checkBudget(request: BudgetRequest): void {
  const ways = (['trainingFlop', 'trainingPfDays', 'budget', 'parameters'] as const).filter(
    way => request[way] !== undefined,
  )
  const shown = (way: (typeof ways)[number]): string =>
    `${way} = ${way === 'budget' ? request.budget?.amount : request[way]}`
  if (ways.length > 1) {
    throw new DomainError(
      'inconsistent-inputs',
      `${ways.map(shown).join(' and ')} each decide the compute; keep one of them.`,
      { pointer: `/${ways[1]}`, facts: Object.fromEntries(ways.map(way => [way, request[way]])) },
    )
  }
  if (request.tokens !== undefined && request.parameters === undefined) {
    throw new DomainError(
      'missing-value',
      `tokens = ${request.tokens} goes with a model; give parameters too, or a budget instead.`,
      { pointer: '/parameters' },
    )
  }
  if (request.parameters !== undefined && request.tokens === undefined) {
    throw new DomainError(
      'missing-value',
      `parameters = ${request.parameters} says nothing about training without tokens; give tokens too, or a budget instead.`,
      { pointer: '/tokens' },
    )
  }
  if (ways.length === 0) {
    throw new DomainError(
      'missing-value',
      'Nothing says how much compute there is; give trainingFlop, trainingPfDays, budget, or parameters with tokens.',
      { pointer: '' },
    )
  }
  if (request.budget !== undefined && request.price?.perDeviceHour === 0) {
    throw new DomainError(
      'inconsistent-inputs',
      `budget = ${request.budget.amount} buys no end of device-hours at price.perDeviceHour = 0; give a price above 0, or trainingFlop in place of the budget.`,
      { pointer: '/price/perDeviceHour', facts: { budget: request.budget.amount, perDeviceHour: 0 } },
    )
  }
}

/** Writes the compute that a request names. Money needs a throughput and a price; throws `missing-value` without. */
export function writeBudget(
  sheet: Sheet,
  request: BudgetRequest,
  { catalogue }: Lookup,
  throughput: DeviceThroughput | undefined,
  price: RentalPrice,
): Budget {
  const none: Pick<Budget, 'given' | 'borrowed'> = { given: undefined, borrowed: new Map() }
  const inPfDays = (flop: Handle<'FLOP'>) =>
    sheet.derive(trainingQuantities.trainingPfDays, trainingFormulas.pfDaysOfFlop, [flop])
  if (request.trainingPfDays !== undefined) {
    const pfDays = sheet.input(trainingQuantities.trainingPfDays, request.trainingPfDays, given)
    const flop = sheet.derive(trainingQuantities.trainingFlop, trainingFormulas.flopOfPfDays, [pfDays])
    return { ...none, flop, pfDays }
  }
  if (request.trainingFlop !== undefined) {
    const flop = sheet.input(trainingQuantities.trainingFlop, request.trainingFlop, given)
    return { ...none, flop, pfDays: inPfDays(flop) }
  }
  if (request.budget === undefined) {
    const parameters = sheet.input(scalingQuantities.parameters, request.parameters ?? Number.NaN, given)
    const tokens = sheet.input(trainingQuantities.trainingTokens, request.tokens ?? Number.NaN, given)
    const flop = sheet.derive(trainingQuantities.trainingFlop, trainingFormulas.flopOfTokens, [
      parameters,
      tokens,
    ])
    return { ...none, flop, pfDays: inPfDays(flop), given: { parameters, tokens } }
  }
  if (throughput === undefined || price.perDeviceHour === undefined) {
    throw new DomainError(
      'missing-value',
      throughput === undefined
        ? 'What a budget in money buys depends on the device; give accelerator, or throughput.flopPerSecond with price.'
        : 'What a budget in money buys depends on the price of a device-hour, which the catalogue does not have; give price, or another priceAsOf.',
      { pointer: throughput === undefined ? '/accelerator' : '/price' },
    )
  }
  const { amount, currency } = request.budget
  let money: Handle<'USD'>
  let { borrowed } = none
  if (currency === 'CNY') {
    const rate = writeCnyPerUsd(sheet, catalogue, { asOf: request.priceAsOf, pointer: '/budget/currency' })
    borrowed = rate.borrowed
    const yuan = sheet.input(scalingQuantities.budgetCny, amount, given)
    money = sheet.derive(scalingQuantities.budget, budgetFormulas.dollars, [yuan, rate.perUsd])
  } else {
    money = sheet.input(scalingQuantities.budget, amount, given)
  }
  const flop = sheet.derive(trainingQuantities.trainingFlop, budgetFormulas.flopOfMoney, [
    money,
    price.perDeviceHour,
    throughput.effective,
  ])
  return { ...none, flop, pfDays: inPfDays(flop), borrowed }
}
