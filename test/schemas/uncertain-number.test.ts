import type { TSchema } from 'typebox'
import { describe, expect, it } from 'vitest'
import { distributionKinds } from '../../src/domain/sheet/distributions/specification.ts'
import { estimatorComponents } from '../../src/schemas/estimators.ts'
import { referredTo, uncertainComponents } from '../../src/schemas/uncertain-number.ts'

const components = [
  {
    $id: 'Price',
    type: 'object',
    properties: { amount: { type: 'number', maximum: 5 }, unit: { type: 'string' } },
  },
  { $id: 'Place', type: 'object', properties: { floor: { type: 'integer' } } },
  { $id: 'Offer', type: 'object', properties: { price: { $ref: 'Price#' }, place: { $ref: 'Place#' } } },
  { $id: 'Request', type: 'object', properties: { offer: { $ref: 'Offer#' } } },
] as unknown as TSchema[]
const request = components.slice(-1)

describe('uncertainComponents', () => {
  it('lets numbers be distributions, within the same bounds, and names what holds one anew', () => {
    expect(uncertainComponents(components, request)).toEqual([
      {
        $id: 'UncertainPrice',
        type: 'object',
        properties: {
          amount: {
            type: ['number', 'object'],
            maximum: 5,
            allOf: [{ $ref: 'Distribution#' }],
            'x-distribution': true,
          },
          unit: { type: 'string' },
        },
      },
      components[1],
      {
        $id: 'UncertainOffer',
        type: 'object',
        properties: { price: { $ref: 'UncertainPrice#' }, place: { $ref: 'Place#' } },
      },
      { $id: 'Request', type: 'object', properties: { offer: { $ref: 'UncertainOffer#' } } },
    ])
  })

  it('leaves others what they refer to', () => {
    const others = [
      ...uncertainComponents(components, request),
      { $id: 'Plan', properties: { offer: { $ref: 'Offer#' } } } as unknown as TSchema,
    ]
    expect(referredTo(components, others)).toEqual([components[0], components[2]])
  })
})

describe('the components of estimators', () => {
  it('have no member that could be taken for a distribution', () => {
    const members = estimatorComponents.flatMap(component =>
      Object.keys((component as { properties?: object }).properties ?? {}),
    )
    expect(members.length).toBeGreaterThan(50)
    for (const kind of distributionKinds) expect(members).not.toContain(kind)
  })
})
