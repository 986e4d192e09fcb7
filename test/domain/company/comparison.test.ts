import { describe, expect, it } from 'vitest'
import {
  type CompanyComparisonRequest,
  compareCompanies,
  type FigureOfCompany,
} from '../../../src/domain/company/comparison.ts'
import { partsOf, touchedCompanies } from '../../../src/domain/company/touched.ts'
import { marketLookup } from '../../support/market.ts'

const label = (text: string) => ({ en: text, zh: text })
const company = (id: string, ...layers: string[]) => ({ id, name: label(id.toUpperCase()), layers })
const figure = (
  of: string,
  period: string,
  value: number | null,
  more: Partial<FigureOfCompany> = {},
): FigureOfCompany => ({
  company: of,
  id: `revenue.${of}.${period}`,
  fact: 'revenue',
  label: label('Revenue'),
  subject: null,
  value,
  low: null,
  high: null,
  unit: '亿元',
  period,
  basis: null,
  status: 'actual',
  vintage: '2025-03',
  provenance: 'read',
  source: null,
  note: null,
  ...more,
})
const { catalogue } = marketLookup()
const rate = catalogue.exchangeRates.find(({ year }) => year === 2024)?.value ?? Number.NaN
const three = [company('a', 'foundation'), company('b', 'foundation', 'middle'), company('c', 'middle')]
const compared = (figures: readonly FigureOfCompany[], more: Partial<CompanyComparisonRequest> = {}) =>
  compareCompanies({ fact: 'revenue', year: 2024, ...more }, three, figures, catalogue)
const values = (figures: readonly FigureOfCompany[], more = {}) =>
  compared(figures, more).companies.map(({ id, value, rank }) => [id, value, rank])

describe('companies side by side', () => {
  it('stand by size, those without a figure last and without a rank', () => {
    expect(values([figure('a', '2024', 10), figure('c', '2024', 30)])).toEqual([
      ['c', 30, 1],
      ['a', 10, 2],
      ['b', null, null],
    ])
  })

  it('are in yuan at the rate of the year where their currencies differ; a fiscal year counts as one and is warned of', () => {
    const figures = [
      figure('a', '2024', 10),
      figure('b', 'FY2024', 1_000, { unit: '百万美元', provenance: 'recalled' }),
    ]
    const { unit, companies, warnings } = compared(figures)
    expect(unit).toBe('亿元')
    // 1,000 million dollars are 10 hundred million dollars.
    expect(companies[0]?.value).toBeCloseTo(10 * rate, 10)
    expect(warnings.map(({ code, message }) => [code, message.en.slice(-2, -1)])).toEqual([
      ['fiscal-years', 'B'],
      ['recalled-figures', 'B'],
    ])
    expect(values([figures[1] as FigureOfCompany])[0]).toEqual(['b', 1_000, 1])
    expect(values(figures, { unit: '亿美元' })[0]).toEqual(['b', 10, 1])
  })

  it('keep every competing figure: actual before forecast, then the latest, and as of a day what was known', () => {
    const figures = [
      figure('a', '2024', 9, { status: 'forecast', vintage: '2026-01' }),
      figure('a', '2024', 10, { vintage: '2025-03' }),
      figure('a', '2024', 11, { vintage: '2025-10' }),
    ]
    const [first] = compared(figures).companies
    expect([first?.value, first?.others.map(({ value }) => value)]).toEqual([11, [10, 9]])
    expect(compared(figures).warnings.map(({ code }) => code)).toEqual(['competing-figures'])
    expect(compared(figures, { asOf: '2025-09' }).companies[0]).toMatchObject({ value: 10, others: [] })
    expect(values(figures, { asOf: '2025-02' })[0]).toEqual(['a', null, null])
  })

  it('grow over the year before, at the rates of both years', () => {
    const [first] = compared([figure('a', '2024', 12), figure('a', '2023', 10)]).companies
    expect(first?.change).toBeCloseTo(0.2, 12)
    expect(compared([figure('a', '2024', 12), figure('a', '2023', -10)]).companies[0]?.change).toBeNull()
  })

  it('leave out part years, products and bounds', () => {
    expect(
      values([
        figure('a', '2024H1', 1),
        figure('b', '2024', 1, { subject: label('x') }),
        figure('c', '2024', null, { low: 1, high: 2 }),
      ]),
    ).toEqual([
      ['a', null, null],
      ['b', null, null],
      ['c', null, null],
    ])
  })

  it('add up by layer; a company of two counts in both', () => {
    const { layers } = compared([figure('a', '2024', 10), figure('b', '2024', 20)])
    expect(layers).toEqual([
      { layer: 'foundation', companies: 2, known: 2, total: 30, median: 15 },
      { layer: 'middle', companies: 2, known: 1, total: 20, median: 20 },
    ])
  })

  it('are refused in a unit that measures something else', () => {
    expect(() => compared([figure('a', '2024', 1)], { unit: 'day' })).toThrow('measures CNY and not s')
    expect(() => compared([figure('a', '2024', 1, { unit: null })], { unit: '亿元' })).toThrow('no unit')
  })
})

describe('what a scenario touches', () => {
  const lookup = {
    vendorOf: (id: string) => (id === 'v100' ? 'NVIDIA' : undefined),
    developerOf: (id: string) => (id === 'gpt-3' ? 'OpenAI' : undefined),
    segmentOf: (id: string) => (id === 'games_gpc' ? 'games' : undefined),
  }
  const companies = [
    { id: 'nvidia', roles: [{ kind: 'accelerator-vendor' as const, name: 'NVIDIA' }] },
    { id: 'openai', roles: [{ kind: 'model-developer' as const, name: 'OpenAI' }] },
    { id: 'tencent', roles: [{ kind: 'segment' as const, name: 'games' }] },
  ]

  it('are vendor and developer of what the inputs name, wherever they do, and through which results', () => {
    const parts = partsOf(
      'training',
      { model: { id: 'gpt-3' }, cluster: { accelerator: { id: 'v100' } } },
      lookup,
    )
    expect(touchedCompanies(['nvidia'], parts, companies)).toEqual([
      { company: 'nvidia', through: 'named', pointer: '/companies/0', of: 'nvidia', quantities: [] },
      {
        company: 'nvidia',
        through: 'accelerator-vendor',
        pointer: '/cluster/accelerator',
        of: 'v100',
        quantities: ['deviceDays', 'trainingCost'],
      },
      {
        company: 'openai',
        through: 'model-developer',
        pointer: '/model',
        of: 'gpt-3',
        quantities: ['parameters', 'trainingFlop'],
      },
    ])
  })

  it('are those in a segment, by its id or by that of its dataset', () => {
    const segments = [
      { id: 'play', size: { dataset: 'games_gpc' } },
      { id: 'games', size: { value: 1 } },
      { id: 'music', size: null },
    ]
    const touches = touchedCompanies([], partsOf('market', { segments }, lookup), companies)
    expect(touches.map(({ company: of, pointer, quantities }) => [of, pointer, quantities[0]])).toEqual([
      ['tencent', '/segments/0', 'segments.play'],
      ['tencent', '/segments/1', 'segments.games'],
    ])
  })

  it('are the vendors of servers that a demand names, through what they earn', () => {
    const parts = partsOf('demand', { vendors: [{ id: 'inspur' }, { id: 'others', share: 0.1 }] }, lookup)
    const maker = { id: 'inspur', roles: [{ kind: 'server-vendor' as const, name: 'inspur' }] }
    expect(touchedCompanies([], parts, [...companies, maker])).toEqual([
      {
        company: 'inspur',
        through: 'server-vendor',
        pointer: '/vendors/0',
        of: 'inspur',
        quantities: ['vendorRevenue.inspur'],
      },
    ])
  })

  it('are nobody for what the catalogue does not know', () => {
    expect(partsOf('training', { model: { id: 'mine' }, accelerator: { id: 'x' } }, lookup)).toEqual([])
  })
})
