import { DomainError } from '../errors.ts'
import { formula } from '../sheet/formula.ts'
import { byDefault, given, type Provenance, type QuantityDefinition } from '../sheet/quantity.ts'
import type { Handle, Sheet } from '../sheet/sheet.ts'
import { convert, isUnit, unitDefinition } from '../units.ts'
import type { Money } from './currency.ts'
import { observationFor } from './dataset.ts'
import { observedProvenance } from './observed-provenance.ts'
import { type SegmentName, segmentFamilies, segmentQuantity } from './segment-quantities.ts'
import type { KnownSize, Observed, SizeContext } from './segment-size.ts'

/** The units that users are counted in. */
export const userUnits = ['person', '万人', '百万人', '亿人'] as const

/** A size from below: users × payer rate × revenue per payer and payment × payments a year. */
export interface BottomUp {
  /** Exactly one of a number and a dataset of users. */
  readonly users: {
    readonly value?: number
    readonly unit?: (typeof userUnits)[number]
    readonly dataset?: string
  }
  /** Share of the users who pay; default 1, and then the revenue is that per user (ARPU). */
  readonly payerRate?: number
  readonly revenuePerPayer: number
  /** Default CNY. */
  readonly currency?: 'CNY' | 'USD'
  /** What the revenue is of; default a year. */
  readonly per?: 'month' | 'year'
}

/** A size from below before it is on a sheet. */
export interface BottomUpSize {
  /** In 亿人. */
  readonly users: number
  readonly usersProvenance: Provenance
  readonly payerRate: number | undefined
  readonly revenuePerPayer: number
  readonly payments: 1 | 12
  readonly money: Money
}

const perPerson = { 亿元: 'CNY/person', 亿美元: 'USD/person' } as const

const productIn = (money: Money) =>
  formula({
    text: 'U · r · A · n',
    symbols: ['U', 'r', 'A', 'n'],
    inputUnits: ['亿人', '1', perPerson[money], '1'],
    unit: money,
    fn: (users, rate, revenue, payments) => users * rate * revenue * payments,
  })
/** Users × payer rate × revenue per payer and payment × payments a year, users counted in 亿. */
const bottomUpProduct = { 亿元: productIn('亿元'), 亿美元: productIn('亿美元') } as const

/**
 * The size that users and what they pay come to. Throws `inconsistent-inputs` or `missing-value` unless users are
 * exactly one of a number and a dataset, `unknown-dataset`, `unknown-unit` for a dataset that counts no people, and
 * `missing-value` for a year that it does not have.
 */
export function bottomUpSize(
  { users, payerRate, revenuePerPayer, currency = 'CNY', per = 'year' }: BottomUp,
  year: number,
  context: SizeContext,
  pointer: string,
): KnownSize {
  const counted = usersOf(users, year, context, `${pointer}/users`)
  const payments = per === 'month' ? 12 : 1
  const money = currency === 'CNY' ? '亿元' : '亿美元'
  return {
    value: bottomUpProduct[money].fn(counted.value, payerRate ?? 1, revenuePerPayer, payments),
    unit: money,
    year,
    provenance: given,
    observed: counted.observed,
    bottomUp: {
      ...{
        users: counted.value,
        usersProvenance: counted.provenance,
        payerRate,
        revenuePerPayer,
        payments,
        money,
      },
    },
  }
}

interface Counted {
  readonly value: number
  readonly provenance: Provenance
  readonly observed: Observed | undefined
}

function usersOf(
  { value, unit = 'person', dataset: id }: BottomUp['users'],
  year: number,
  { lookup, asOf }: SizeContext,
  pointer: string,
): Counted {
  if ((value === undefined) === (id === undefined)) {
    throw new DomainError(
      value === undefined ? 'missing-value' : 'inconsistent-inputs',
      value === undefined
        ? 'The users have neither a value nor a dataset; give one of them.'
        : `The users are given by the dataset ${id} and by value ${value}; keep one of them.`,
      { pointer, facts: { value, dataset: id } },
    )
  }
  if (id === undefined)
    return { value: convert(value ?? 0, unit, '亿人'), provenance: given, observed: undefined }
  const dataset = lookup.datasets.get(id)
  if (dataset === undefined) {
    throw new DomainError('unknown-dataset', `There is no dataset "${id}". GET /v1/datasets lists them.`, {
      pointer: `${pointer}/dataset`,
      facts: { id },
    })
  }
  if (!isUnit(dataset.unit) || unitDefinition(dataset.unit).base !== 'person') {
    throw new DomainError(
      'unknown-unit',
      `The dataset ${id} is in ${dataset.unit}, but users are counted in ${userUnits.join(', ')}; name a dataset of people.`,
      { pointer: `${pointer}/dataset`, facts: { dataset: id, unit: dataset.unit } },
    )
  }
  const observation = observationFor(dataset, String(year), asOf)
  if (observation?.value == null) {
    const known = [...new Set(dataset.observations.map(({ period }) => period))].toSorted()
    throw new DomainError(
      'missing-value',
      `The dataset ${id} has no value for ${year}${asOf === undefined ? '' : ` that is known to have been published by ${asOf}`}; it has ${known.join(', ')}. Name one of these years as the year of the size.`,
      { pointer: `${pointer}/dataset`, facts: { dataset: id, year, known } },
    )
  }
  return {
    value: convert(observation.value, dataset.unit, '亿人'),
    provenance: observedProvenance(dataset, observation),
    observed: { dataset, observation },
  }
}

const everybodyPays = byDefault('the revenue is per user', '收入按用户计')
const yearly = byDefault('the revenue is that of a year', '收入按年计')

/** Writes the working of a size from below as the quantity given. */
export function writeBottomUp(
  sheet: Sheet,
  segment: SegmentName,
  { users, usersProvenance, payerRate, revenuePerPayer, payments, money }: BottomUpSize,
  as: QuantityDefinition<Money>,
): Handle<Money> {
  const product = bottomUpProduct[money] as unknown as (typeof bottomUpProduct)['亿元']
  return sheet.derive(as as QuantityDefinition<'亿元'>, product, [
    sheet.input(segmentQuantity(segment, segmentFamilies.users, '亿人'), users, usersProvenance),
    sheet.input(
      segmentQuantity(segment, segmentFamilies.payerRate, '1'),
      payerRate ?? 1,
      payerRate === undefined ? everybodyPays : given,
    ),
    sheet.input(
      segmentQuantity(segment, segmentFamilies.revenuePerPayer, perPerson[money]),
      revenuePerPayer,
      given,
    ) as Handle<'CNY/person'>,
    sheet.input(
      segmentQuantity(segment, segmentFamilies.paymentsPerYear, '1'),
      payments,
      payments === 1 ? yearly : given,
    ),
  ])
}
