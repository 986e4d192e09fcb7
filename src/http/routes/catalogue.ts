import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { precisions } from '../../domain/compute/catalogue.ts'
import { Accelerator, AcceleratorPage, acceleratorKinds } from '../../schemas/accelerator.ts'
import { Price, PricePage, priceKinds, Source, SourcePage } from '../../schemas/catalogue.ts'
import { filter } from '../../schemas/document.ts'
import { Model, ModelPage, modelClasses } from '../../schemas/model.ts'
import { choice } from '../../schemas/reference.ts'
import type { JsonObject } from '../../store/json.ts'
import { type CatalogueListing, listingRoutes } from '../catalogue-resources.ts'
import type { HttpDeps } from '../deps.ts'

/** A text member to sort by; what has none comes first. */
const text = (member: string) => (document: JsonObject) => String(document[member] ?? '')
const releaseDate = ({ releaseDate: date }: JsonObject): string =>
  String((date as JsonObject | null)?.value ?? '')
const is = (member: string) => (document: JsonObject, asked: string) => document[member] === asked
const day = (description: string) => Type.String({ format: 'date', maxLength: 10, description })

const accelerators: CatalogueListing = {
  kind: 'accelerator',
  path: '/v1/accelerators',
  name: ['Accelerator', 'Accelerators'],
  schema: Accelerator,
  page: AcceleratorPage,
  filters: {
    vendor: { schema: filter('Only those of this vendor'), lets: is('vendor') },
    kind: { schema: choice(acceleratorKinds, { description: 'Only this kind' }), lets: is('kind') },
    precision: {
      schema: choice(precisions, { description: 'Only those with a peak for this number format' }),
      lets: ({ peakFlopPerSecond }, asked) => asked in (peakFlopPerSecond as JsonObject),
    },
  },
  sorts: { name: text('name'), id: text('id'), vendor: text('vendor'), releaseDate },
}

const models: CatalogueListing = {
  kind: 'model',
  path: '/v1/models',
  name: ['Model', 'Models'],
  schema: Model,
  page: ModelPage,
  filters: {
    organization: { schema: filter('Only those of this organization'), lets: is('organization') },
    class: {
      schema: choice(modelClasses, { description: 'Only this kind of architecture' }),
      lets: is('class'),
    },
  },
  sorts: { name: text('name'), id: text('id'), organization: text('organization'), releaseDate },
}

const prices: CatalogueListing = {
  kind: 'price',
  path: '/v1/prices',
  name: ['Price', 'Prices'],
  schema: Price,
  page: PricePage,
  filters: {
    accelerator: { schema: filter('Only those of the accelerator of this id'), lets: is('accelerator') },
    vendor: { schema: filter('Only those of this vendor'), lets: is('vendor') },
    kind: {
      schema: choice(priceKinds, { description: 'Only where this kind of price was asked' }),
      lets: (price, asked) => price[asked] !== null,
    },
    from: { schema: day('Only from this day on'), lets: ({ date }, asked) => String(date) >= asked },
    to: { schema: day('Only up to this day'), lets: ({ date }, asked) => String(date) <= asked },
  },
  sorts: { date: text('date'), id: text('id') },
}

const sources: CatalogueListing = {
  kind: 'source',
  path: '/v1/sources',
  name: ['Source', 'Sources'],
  schema: Source,
  page: SourcePage,
  filters: {
    licence: { schema: filter('Only those under this licence'), lets: is('licence') },
    publisher: { schema: filter('Only those of this publisher'), lets: is('publisher') },
  },
  sorts: { id: text('id'), title: text('title'), date: text('date') },
}

/** Accelerators, models, prices and sources. */
export const catalogueRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    for (const listing of [accelerators, models, prices, sources]) {
      await app.register(listingRoutes(listing, deps))
    }
  }
