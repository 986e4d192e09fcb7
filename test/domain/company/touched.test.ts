import { describe, expect, it } from 'vitest'
import { partsOf, touchedCompanies } from '../../../src/domain/company/touched.ts'

const lookup = {
  vendorOf: (id: string) => (id === 'card' ? 'Vendor' : undefined),
  developerOf: (id: string) => (id === 'gpt' ? 'Lab' : undefined),
  segmentOf: (dataset: string) => (dataset === 'series' ? 'games' : undefined),
}
const companies = [
  { id: 'z-lab', roles: [{ kind: 'model-developer', name: 'Lab' }] },
  {
    id: 'a-chips',
    roles: [
      { kind: 'accelerator-vendor', name: 'Vendor' },
      { kind: 'segment', name: 'games' },
    ],
  },
  { id: 'm-none', roles: [{ kind: 'model-developer', name: 'Vendor' }] },
] as const

describe('the parts of a scenario', () => {
  it('are its accelerators and models, wherever they stand, with the results that they work on', () => {
    const inputs = { model: { id: 'gpt' }, draft: { model: { id: 'gpt' } }, accelerator: { id: 'card' } }
    expect(partsOf('training', inputs, lookup)).toEqual([
      {
        kind: 'model-developer',
        name: 'Lab',
        pointer: '/model',
        of: 'gpt',
        quantities: ['parameters', 'trainingFlop'],
      },
      expect.objectContaining({ pointer: '/draft/model' }),
      {
        kind: 'accelerator-vendor',
        name: 'Vendor',
        pointer: '/accelerator',
        of: 'card',
        quantities: ['deviceDays', 'trainingCost'],
      },
    ])
  })

  it('are none of what the catalogue does not know, and of other members with an id', () => {
    const inputs = {
      model: { id: 'other' },
      accelerator: { id: 'gpt' },
      region: { id: 'card' },
      text: 'card',
    }
    expect(partsOf('serving', inputs, lookup)).toEqual([])
    expect(partsOf('training', null, lookup)).toEqual([])
  })

  it('are segments under their own name and that of their dataset, each once', () => {
    const inputs = {
      segments: [
        { id: 'games', size: { dataset: 'series' } },
        { id: 'x', size: { dataset: 'series' } },
      ],
    }
    const parts = partsOf('market', inputs, lookup)
    expect(parts.map(({ name, pointer }) => `${name} ${pointer}`)).toEqual([
      'games /segments/0',
      'x /segments/1',
      'games /segments/1',
    ])
    expect(parts[1]?.quantities).toEqual(['segments.x', 'total'])
    expect(partsOf('market', { segments: [{ id: 'x', size: null }] }, lookup)).toHaveLength(1)
  })

  it('name no results of an estimator that has none of their own', () => {
    expect(partsOf('scaling', { model: { id: 'gpt' } }, lookup)[0]?.quantities).toEqual([])
  })
})

describe('the companies that a scenario touches', () => {
  it('are those it lists and those behind its parts, by id, each way once', () => {
    const inputs = { model: { id: 'gpt' }, accelerator: { id: 'card' } }
    const touches = touchedCompanies(['z-lab', 'z-lab'], partsOf('training', inputs, lookup), companies)
    expect(touches.map(({ company, through, pointer }) => [company, through, pointer])).toEqual([
      ['a-chips', 'accelerator-vendor', '/accelerator'],
      ['z-lab', 'named', '/companies/0'],
      ['z-lab', 'named', '/companies/1'],
      ['z-lab', 'model-developer', '/model'],
    ])
    expect(touches[1]).toEqual({
      company: 'z-lab',
      through: 'named',
      pointer: '/companies/0',
      of: 'z-lab',
      quantities: [],
    })
    const twice = partsOf('training', inputs, lookup)
    expect(touchedCompanies([], [...twice, ...twice], companies)).toHaveLength(2)
  })
})
