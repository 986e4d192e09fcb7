import type { Catalogue, ExchangeRate } from '../compute/catalogue.ts'
import { borrowedRates } from '../compute/money/exchange-rate.ts'
import { DomainError } from '../errors.ts'
import type { Warning } from '../estimate.ts'
import { knownBy } from '../market/dataset.ts'
import { unitConverter } from '../market/unit-converter.ts'
import type { Label } from '../units.ts'
import { type CompanyFigure, wholeYear } from './figure.ts'

/** Which figures of companies are laid side by side. */
export interface CompanyComparisonRequest {
  readonly fact: string
  readonly year: number
  /** Unit of the answer; default: 亿元 for money of several units, else that of the figures. */
  readonly unit?: string
  readonly asOf?: string
}

/** A company that is compared. */
export interface ComparedCompany {
  readonly id: string
  readonly name: Label
  readonly layers: readonly string[]
}

/** A figure and the company that it is of. */
export type FigureOfCompany = CompanyFigure & { readonly company: string }

/** A company in a comparison; value, rank and change are null where nothing is known. */
export interface ComparedRow extends ComparedCompany {
  /** In the unit of the answer. */
  readonly value: number | null
  readonly rank: number | null
  /** Growth over the year before, as a share. */
  readonly change: number | null
  readonly figure: CompanyFigure | null
  /** Other figures for the same thing: restated, of another source, or less firm. */
  readonly others: readonly CompanyFigure[]
}

/** A layer of the industry chain in a comparison; a company of two layers counts in both. */
export interface ComparedLayer {
  readonly layer: string
  readonly companies: number
  readonly known: number
  readonly total: number | null
  readonly median: number | null
}

export interface CompanyComparison {
  readonly fact: string
  readonly label: Label | null
  readonly year: number
  readonly unit: string | null
  readonly asOf: string | null
  readonly companies: readonly ComparedRow[]
  readonly layers: readonly ComparedLayer[]
  readonly warnings: readonly Warning[]
}

const firmness = { actual: 0, estimate: 1, forecast: 2 } as const
const money = '亿元'

/**
 * One fact of a year over companies, largest first, and over their layers. Of several figures the firmest counts,
 * then the latest; the others stand beside it. Money of several currencies is converted at the average rate of the
 * year. Refuses figures in units that measure different things (`unknown-unit`).
 */
export function compareCompanies(
  { fact, year, unit: asked, asOf }: CompanyComparisonRequest,
  companies: readonly ComparedCompany[],
  figures: readonly FigureOfCompany[],
  catalogue: Pick<Catalogue, 'exchangeRates'>,
): CompanyComparison {
  const ofFact = figures.filter(
    ({ fact: of, vintage }) =>
      of === fact && (asOf === undefined || (vintage !== null && knownBy(vintage, asOf))),
  )
  const chosen = new Map(companies.map(({ id }) => [id, figuresOf(ofFact, id, year)]))
  const units = [
    ...new Set([...chosen.values()].flatMap(([first]) => (first?.unit == null ? [] : [first.unit]))),
  ]
  const unit = asked ?? (units.length > 1 ? money : (units[0] ?? null))
  const borrowed = new Map<number, ExchangeRate>()
  const amountOf = (figure: CompanyFigure | undefined, of: number): number | null => {
    if (typeof figure?.value !== 'number') return null
    if (figure.unit === unit) return figure.value
    if (figure.unit === null || unit === null) return refuseUnitless(figure, unit)
    return unitConverter(figure.unit, unit, '/unit', catalogue, borrowed)(figure.value, of)
  }
  const rows = companies.map(company => {
    const [figure, ...others] = chosen.get(company.id) ?? []
    const value = amountOf(figure, year)
    const before = amountOf(figuresOf(ofFact, company.id, year - 1)[0], year - 1)
    const change = value === null || before === null || before <= 0 ? null : value / before - 1
    return { ...company, value, change, figure: figure ?? null, others }
  })
  const sorted = rows.toSorted(
    (a, b) => (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY),
  )
  const ranked = sorted.map((row, index) => ({ ...row, rank: row.value === null ? null : index + 1 }))
  return {
    fact,
    label: ofFact[0]?.label ?? null,
    year,
    unit,
    asOf: asOf ?? null,
    companies: ranked,
    layers: layersOf(ranked),
    warnings: [...warningsOf(ranked), ...borrowedRates(borrowed)],
  }
}

/** The figures of a company for a whole year, the one that counts first. */
function figuresOf(figures: readonly FigureOfCompany[], company: string, year: number): CompanyFigure[] {
  return figures
    .filter(
      figure =>
        figure.company === company && figure.subject === null && wholeYear(figure.period)?.year === year,
    )
    .map(({ company: _, ...figure }) => figure)
    .toSorted(
      (a, b) => firmness[a.status] - firmness[b.status] || (b.vintage ?? '').localeCompare(a.vintage ?? ''),
    )
}

function refuseUnitless({ id, unit }: CompanyFigure, asked: string | null): never {
  throw new DomainError(
    'unknown-unit',
    `The figure ${id} is in ${unit ?? 'no unit'}, which cannot be expressed in ${asked ?? 'none'}; leave the unit out.`,
    { pointer: '/unit', facts: { figure: id, unit, asked } },
  )
}

function layersOf(rows: readonly ComparedRow[]): ComparedLayer[] {
  const layers = [...new Set(rows.flatMap(({ layers: of }) => of))]
  return layers.map(layer => {
    const inLayer = rows.filter(({ layers: of }) => of.includes(layer))
    const values = inLayer.flatMap(({ value }) => (value === null ? [] : [value])).toSorted((a, b) => a - b)
    const [low, high] = [values[Math.floor((values.length - 1) / 2)], values[Math.floor(values.length / 2)]]
    return {
      layer,
      companies: inLayer.length,
      known: values.length,
      total: values.length === 0 ? null : values.reduce((a, b) => a + b, 0),
      median: low === undefined || high === undefined ? null : (low + high) / 2,
    }
  })
}

function warningsOf(rows: readonly ComparedRow[]): Warning[] {
  const names = (chosen: readonly ComparedRow[]) => ({
    en: chosen
      .map(({ name }) => name.en)
      .slice(0, 10)
      .join(', '),
    zh: chosen
      .map(({ name }) => name.zh)
      .slice(0, 10)
      .join('、'),
  })
  const warn = (code: string, chosen: readonly ComparedRow[], en: string, zh: string): Warning[] =>
    chosen.length === 0
      ? []
      : [{ code, message: { en: `${en}: ${names(chosen).en}.`, zh: `${zh}：${names(chosen).zh}。` } }]
  const known = rows.filter(({ value }) => value !== null)
  const fiscal = known.filter(({ figure }) => figure !== null && wholeYear(figure.period)?.fiscal)
  return [
    ...warn(
      'fiscal-years',
      fiscal,
      'These years are fiscal ones and end in another month than December',
      '以下公司按财年计，年度截止月份不是12月',
    ),
    ...warn(
      'recalled-figures',
      known.filter(({ figure }) => figure?.provenance === 'recalled'),
      'The source of these figures was not seen',
      '以下数值未见原始来源',
    ),
    ...warn(
      'competing-figures',
      rows.filter(({ others }) => others.length > 0),
      'There is more than one figure for',
      '以下公司有不止一个数值',
    ),
  ]
}
