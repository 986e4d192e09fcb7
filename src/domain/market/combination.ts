import type { Catalogue, ExchangeRate } from '../compute/catalogue.ts'
import { borrowedRates } from '../compute/money/exchange-rate.ts'
import { DomainError } from '../errors.ts'
import type { Warning } from '../estimate.ts'
import { type Dataset, type Observation, observationFor } from './dataset.ts'
import { daysOf } from './period.ts'
import { definitionOf, mixedScopesWarning, refuseMixedScopes, type Scope } from './scope.ts'
import { type UnitConverter, unitConverter } from './unit-converter.ts'

/** What is done with several series: added up, or laid side by side. */
export const combinations = ['sum', 'compare'] as const

/** Which series are combined, and how. */
export interface CombinationRequest {
  readonly combine: (typeof combinations)[number]
  readonly series: readonly { readonly dataset: string }[]
  /** Unit of the answer; default: that of the first series. */
  readonly unit?: string
  readonly from?: string
  readonly to?: string
  readonly asOf?: string
  /** Whether series of several scopes may be combined; then the answer says which. */
  readonly allowMixedScopes?: boolean
}

/** What stands for a series in a period: the observation, and its value in the unit of the answer. */
export interface CombinedCell {
  readonly dataset: string
  readonly value: number
  readonly published: number
  readonly unit: string
  readonly status: Observation['status']
  readonly vintage: string | null
  readonly provenance: Observation['provenance']
  readonly source: string | null
}

/** A period over all series. */
export interface CombinedPeriod {
  readonly period: string
  readonly cells: readonly CombinedCell[]
  /** Ids of the series that have no value for it. */
  readonly missing: readonly string[]
  /** The sum of all series; null when one is missing, and when series are compared. */
  readonly sum: number | null
  /** Largest over smallest value; null with fewer than two values above 0, and when series are added. */
  readonly ratio: number | null
}

export interface Combination {
  readonly combine: CombinationRequest['combine']
  readonly unit: string
  readonly asOf: string | null
  readonly scopes: readonly (Scope & { readonly datasets: readonly string[] })[]
  readonly periods: readonly CombinedPeriod[]
  readonly warnings: readonly Warning[]
}

interface CombinationLookup {
  readonly datasets: ReadonlyMap<string, Dataset>
  readonly scopes: ReadonlyMap<string, Scope>
  readonly catalogue: Pick<Catalogue, 'exchangeRates'>
}

const remedy =
  'Combine series of one scope, or set allowMixedScopes to true; the answer then carries both definitions.'

/**
 * Adds series up or lays them side by side, period by period, in one unit; money of another currency at the
 * average rate of the year. Refuses unknown series (`unknown-dataset`), a series named twice
 * (`inconsistent-inputs`), units that measure different things (`unknown-unit`) and, unless the request allows
 * it, series of different scopes (`mixed-scopes`).
 */
export function combine(request: CombinationRequest, lookup: CombinationLookup): Combination {
  const datasets = request.series.map(({ dataset }, index) => datasetAt(dataset, index, request, lookup))
  const scopes = datasets.map(dataset => definitionOf(dataset, lookup.scopes))
  const named = datasets.map(({ id }, index) => ({
    pointer: `/series/${index}/dataset`,
    name: id,
    scope: scopes[index] as Scope,
  }))
  if (request.allowMixedScopes !== true) refuseMixedScopes(named, remedy)
  const unit = request.unit ?? (datasets[0] as Dataset).unit
  const borrowed = new Map<number, ExchangeRate>()
  const converters = datasets.map((dataset, index) =>
    unitConverter(dataset.unit, unit, `/series/${index}/dataset`, lookup.catalogue, borrowed),
  )
  const periods = periodsOf(datasets, request).map(period => {
    const cells = datasets.flatMap((dataset, index): CombinedCell[] => {
      const found = observationFor(dataset, period, request.asOf)
      if (found?.value == null) return []
      const { value: published, status, vintage, provenance, source } = found
      const value = (converters[index] as UnitConverter)(published, yearOf(period))
      return [
        { dataset: dataset.id, value, published, unit: dataset.unit, status, vintage, provenance, source },
      ]
    })
    return periodOf(period, cells, request)
  })
  const grouped = groupScopes(scopes, datasets)
  return {
    combine: request.combine,
    unit,
    asOf: request.asOf ?? null,
    scopes: grouped,
    periods,
    warnings: [...mixedScopes(grouped), ...mixedRegions(datasets), ...borrowedRates(borrowed)],
  }
}

function datasetAt(
  id: string,
  index: number,
  { series }: CombinationRequest,
  { datasets }: CombinationLookup,
): Dataset {
  const pointer = `/series/${index}/dataset`
  const dataset = datasets.get(id)
  if (dataset === undefined) {
    throw new DomainError('unknown-dataset', `There is no dataset "${id}". GET /v1/datasets lists them.`, {
      pointer,
      facts: { id },
    })
  }
  const first = series.findIndex(each => each.dataset === id)
  if (first !== index) {
    throw new DomainError(
      'inconsistent-inputs',
      `${pointer} is "${id}", and so is /series/${first}/dataset: it would count twice. Leave one out.`,
      { pointer, facts: { id, first, second: index } },
    )
  }
  return dataset
}

const yearOf = (period: string): number => Number(period.slice(0, 4))

/** All periods that any series has, in order, within the bounds asked for. */
function periodsOf(datasets: readonly Dataset[], { from, to }: CombinationRequest): string[] {
  const first = from === undefined ? '' : daysOf(from).first
  const last = to === undefined ? '9999-12-31' : daysOf(to).last
  const all = new Set(datasets.flatMap(({ observations }) => observations.map(({ period }) => period)))
  return [...all]
    .filter(period => daysOf(period).first >= first && daysOf(period).last <= last)
    .toSorted((a, b) => daysOf(a).last.localeCompare(daysOf(b).last) || a.localeCompare(b))
}

function periodOf(
  period: string,
  cells: readonly CombinedCell[],
  { combine: operation, series }: CombinationRequest,
): CombinedPeriod {
  const missing = series.map(({ dataset }) => dataset).filter(id => !cells.some(cell => cell.dataset === id))
  const values = cells.map(({ value }) => value)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return {
    period,
    cells,
    missing,
    sum: operation === 'sum' && missing.length === 0 ? values.reduce((a, b) => a + b, 0) : null,
    ratio: operation === 'compare' && values.length > 1 && least > 0 ? most / least : null,
  }
}

function groupScopes(scopes: readonly Scope[], datasets: readonly Dataset[]): Combination['scopes'] {
  const byId = new Map(scopes.map(scope => [scope.id, scope]))
  return [...byId.values()].map(scope => ({
    ...scope,
    datasets: datasets.filter((_, index) => scopes[index]?.id === scope.id).map(({ id }) => id),
  }))
}

const mixedScopes = (scopes: readonly Scope[]): Warning[] =>
  mixedScopesWarning(scopes, {
    en: `The series are counted in ${scopes.length} scopes, which may overlap or leave gaps`,
    zh: `各序列采用 ${scopes.length} 种统计口径，可能重叠或遗漏`,
  })

function mixedRegions(datasets: readonly Dataset[]): Warning[] {
  const regions = [...new Set(datasets.map(({ region }) => region))]
  if (regions.length < 2) return []
  return [
    {
      code: 'other-region',
      message: {
        en: `The series are of several regions: ${regions.join(', ')}.`,
        zh: `各序列分属不同区域：${regions.join('、')}。`,
      },
    },
  ]
}
