import { Type } from 'typebox'
import { acceleratorComponents } from './accelerator.ts'
import {
  datumComponents,
  dayPattern,
  idOf,
  numberOrNull,
  provenance,
  text,
  textOrNull,
  vintage,
} from './datum.ts'
import { pageOf } from './document.ts'
import { modelComponents } from './model.ts'
import { choice } from './reference.ts'

/** The kinds of price that a vendor may ask: per device-hour, `purchase` per device. */
export const priceKinds = ['onDemand', 'commitment1y', 'commitment3y', 'spot', 'purchase'] as const

const price = (description: string) =>
  numberOrNull(`${description}, in \`unit\`; null when not asked`, 0, 1e9)

export const Price = Type.Object(
  {
    id: idOf('price'),
    accelerator: idOf('accelerator'),
    date: Type.String({ format: 'date', maxLength: 10, description: 'Day on which the price was asked' }),
    vendor: text(200, 'Who asked it'),
    onDemand: price('Rental without commitment'),
    commitment1y: price('Rental with a commitment of one year'),
    commitment3y: price('Rental with a commitment of three years'),
    spot: price('Rental that the vendor may end'),
    purchase: price('Purchase'),
    unit: choice(['USD/(device·hour)', 'USD/device'], { description: 'Unit of the prices' }),
    currency: text(3, 'Currency of the prices'),
    basis: textOrNull(
      40,
      'Of a purchase: single-unit, server-share (of a whole server by its devices) or estimate; null for a rental',
    ),
    location: textOrNull(200, 'Region of the vendor'),
    devices: numberOrNull('Devices of the offer, whose price is divided among them', 0, 1e6),
    sourceModel: text(200, 'Device as the source names it'),
    provenance,
    source: idOf('source, see GET /v1/sources'),
    locator: textOrNull(300, 'Row within the source'),
    vintage,
    url: textOrNull(500, 'Page that the source itself cites'),
    note: Type.Optional(text(1_000, 'What must be known to read the prices rightly')),
  },
  { $id: 'Price', additionalProperties: false, description: 'What a vendor asked for a device on a day' },
)

export const Source = Type.Object(
  {
    id: idOf('source'),
    title: text(400, 'Title'),
    publisher: textOrNull(200, 'Who published it; null when unknown'),
    date: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      pattern: dayPattern,
      maxLength: 10,
      description: 'Day, month or year of publication; null when unknown',
    }),
    url: textOrNull(500, 'Where it was found; null when it was not seen'),
    licence: textOrNull(60, 'Licence of the data; null when none is stated'),
    attribution: textOrNull(500, 'What the licence asks to be said wherever the data is used'),
  },
  { $id: 'Source', additionalProperties: false, description: 'What values are from' },
)

export const PricePage = pageOf(Price, 'PricePage', 'Some of the list of prices')
export const SourcePage = pageOf(Source, 'SourcePage', 'Some of the list of sources')

export const catalogueComponents = [
  ...datumComponents,
  ...acceleratorComponents,
  ...modelComponents,
  Price,
  PricePage,
  Source,
  SourcePage,
]
