import { type TProperties, Type } from 'typebox'
import { idPattern } from './common.ts'
import { choice } from './reference.ts'

/** Text that is always there, of at most so many characters. */
export const text = (maxLength: number, description: string) => Type.String({ maxLength, description })

/** Text or null. */
export const textOrNull = (maxLength: number, description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength, description })

/** A number between bounds. */
export const number = (description: string, minimum = 0, maximum = 1e30) =>
  Type.Number({ format: 'double', minimum, maximum, description })

/** A number between bounds, or null. */
export const numberOrNull = (description: string, minimum = 0, maximum = 1e30) =>
  Type.Unsafe<number | null>({ type: ['number', 'null'], format: 'double', minimum, maximum, description })

/** A whole number from 0 on. */
export const count = (description: string) =>
  Type.Integer({ format: 'int32', minimum: 0, maximum: 2_147_483_647, description })

/** The id of a resource of the service. */
export const idOf = (what: string) =>
  Type.String({ pattern: idPattern, maxLength: 100, description: `Id of the ${what}` })

/** The id of a resource of the service, or null. */
export const idOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], pattern: idPattern, maxLength: 100, description })

/** Some texts in order. */
export const texts = (maxItems: number, maxLength: number, description: string) =>
  Type.Array(text(maxLength, 'One of them'), { maxItems, description })

/** How a value came to be known. */
export const provenances = ['read', 'recalled', 'derived'] as const
export const provenance = choice(provenances, {
  description:
    'read: seen in its source; recalled: public knowledge whose source was not seen; derived: computed from other values',
})

/** How sure whoever recalled a value is of it. */
export const confidence = choice(['high', 'medium', 'low'], { description: 'How sure a recalled value is' })

const leapYear = '([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)'
const dayOfMonth = '(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31'

/** A year, month or day of the calendar as text; 29 February stands in leap years alone. */
export const dayPattern = `^([0-9]{4}(-(0[1-9]|1[0-2])|-(${dayOfMonth}))?|${leapYear}-02-29)$`
export const vintage = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  pattern: dayPattern,
  maxLength: 10,
  description: 'Day, month or year of the state of the source that says so; null when unknown',
})

const origin = {
  provenance,
  source: idOf('source, see GET /v1/sources'),
  locator: textOrNull(300, 'Row, table or line within the source'),
  vintage,
  note: Type.Optional(text(1_000, 'What must be known to read the value rightly')),
  url: Type.Optional(text(500, 'Page that the source itself cites')),
}

const datumOf = ($id: string, description: string, members: TProperties) =>
  Type.Object({ ...members, ...origin }, { $id, additionalProperties: false, description })

const unit = text(40, 'Unit of the value')

export const Datum = datumOf('Datum', 'A value of the catalogue and where it is from', {
  value: number('The value, in `unit`'),
  unit,
})

export const DateDatum = datumOf('DateDatum', 'A date of the catalogue and where it is from', {
  value: Type.String({ pattern: dayPattern, maxLength: 10, description: 'Day, month or year' }),
  unit: choice(['date'], { description: 'date' }),
})

export const MeasuredPeak = datumOf('MeasuredPeak', 'Throughput that was measured on a device', {
  value: number('The throughput, in `unit`'),
  unit,
  shareOfSpecifiedPeak: number('Share of the peak that the vendor specifies', 0, 1),
})

export const LabelledDatum = datumOf(
  'LabelledDatum',
  'One of several values of a member, told apart by a label',
  {
    label: text(200, 'What this value is'),
    value: number('The value, in `unit`'),
    unit,
  },
)

export const datumComponents = [Datum, DateDatum, MeasuredPeak, LabelledDatum]
