import { DomainError } from '../../errors.ts'
import { atMedians } from '../../uncertainty/distributions-in-request.ts'
import type { TrainingRequest } from '../training/training.ts'
import type { PlanRequest } from './plan.ts'

/** A search for the layout of a training that is described already: what is absent is as the training has it. */
export type PlanParameters = Partial<PlanRequest>

/**
 * The search for a layout of a training: model, accelerator, precision, devices, tokens and price are those of the
 * training, at the medians of its distributions, unless the parameters name others. An empty training gives nothing.
 */
export function planOfTraining(training: Partial<TrainingRequest>, parameters: PlanParameters): PlanRequest {
  const { model, accelerator, precision, devices, tokens, price, priceAsOf } = atMedians(training).request
  if (price?.currency === 'CNY' && parameters.price === undefined)
    throw new DomainError(
      'inconsistent-inputs',
      `The training is priced at ${price.perDeviceHour} yuan a device-hour, and a search prices in dollars; give price.`,
      { pointer: '/price', facts: { perDeviceHour: price.perDeviceHour, currency: 'CNY' } },
    )
  const counted = parameters.devices !== undefined || parameters.maximumDevices !== undefined
  const asked = {
    ...(model !== undefined && { model }),
    ...(accelerator !== undefined && { accelerator }),
    ...(precision !== undefined && { precision }),
    ...(devices !== undefined && !counted && { devices }),
    ...(tokens !== undefined && { tokens }),
    ...(price !== undefined && { price: { perDeviceHour: price.perDeviceHour } }),
    ...(priceAsOf !== undefined && { priceAsOf }),
    ...parameters,
  }
  for (const member of ['model', 'accelerator'] as const)
    if (asked[member] === undefined)
      throw new DomainError(
        'missing-value',
        `Nothing says which ${member} the search is for; give ${member}.`,
        {
          pointer: `/${member}`,
        },
      )
  return asked as PlanRequest
}
