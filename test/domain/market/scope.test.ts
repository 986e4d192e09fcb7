import { describe, expect, it } from 'vitest'
import type { DomainError } from '../../../src/domain/errors.ts'
import { type CombinationRequest, combine } from '../../../src/domain/market/combination.ts'
import type { Dataset } from '../../../src/domain/market/dataset.ts'
import { type Scope, scopeDifferences } from '../../../src/domain/market/scope.ts'
import { marketLookup } from '../../support/market.ts'
import { dataFile, datasetRows } from '../../support/reference-files.ts'

const scopes = new Map(dataFile<Scope[]>('scopes.json').map(scope => [scope.id, scope]))
const datasets = new Map(datasetRows<Dataset>().map(dataset => [dataset.id, dataset]))
const { catalogue } = marketLookup()
const combined = (request: CombinationRequest) => combine(request, { datasets, scopes, catalogue })
const refusal = (request: CombinationRequest): DomainError => {
  try {
    combined(request)
  } catch (error) {
    return error as DomainError
  }
  throw new Error('It was not refused.')
}
const named = (...ids: string[]) => ids.map(dataset => ({ dataset }))

describe('two market definitions', () => {
  it('differ in the members that say other things', () => {
    const games = scopes.get('games-cn-all') as Scope
    expect(scopeDifferences(games, games)).toEqual([])
    expect(scopeDifferences(games, scopes.get('games-cn-mobile') as Scope)).toEqual([
      'platforms',
      'excludes',
      'definition',
    ])
    expect(scopeDifferences(games, scopes.get('games-cn-users') as Scope)).toContain('revenueKind')
  })
})

describe('series that are combined', () => {
  it('are refused when their scopes differ, with both definitions and the way on', () => {
    const { code, pointer, message } = refusal({
      combine: 'sum',
      series: named('games_gpc', 'games_mobile'),
    })
    expect([code, pointer]).toEqual(['mixed-scopes', '/series/1/dataset'])
    for (const part of [
      'all platforms',
      'Revenue of mobile games in China',
      'differ in platforms',
      'allowMixedScopes',
    ])
      expect(message).toContain(part)
  })

  it('are added when the caller says that scopes may be mixed; the answer has both definitions', () => {
    const {
      scopes: used,
      periods,
      warnings,
    } = combined({
      combine: 'sum',
      series: named('games_selfdev_domestic', 'games_overseas'),
      unit: '亿元',
      from: '2021',
      to: '2021',
      allowMixedScopes: true,
    })
    expect(used.map(({ id, datasets: of }) => [id, of])).toEqual([
      ['games-cn-self-developed', ['games_selfdev_domestic']],
      ['games-cn-overseas', ['games_overseas']],
    ])
    // China 2558.19 亿元; abroad 180.13 亿美元 at 6.4515, the average rate of 2021.
    expect(periods).toHaveLength(1)
    expect(periods[0]?.sum).toBeCloseTo(2558.19 + 180.13 * 6.4515, 8)
    expect(warnings.map(({ code }) => code)).toEqual(['mixed-scopes', 'other-region'])
    expect(warnings[0]?.message.en).toContain('games-cn-overseas')
  })

  it('are laid side by side without more when their scope is one: 598 of 2017 against 1,260 of 2019', () => {
    const { periods, warnings } = combined({
      combine: 'compare',
      series: named('tractica_ai_software_2017', 'omdia_ai_software'),
      from: '2025',
    })
    expect(warnings).toEqual([])
    expect(periods.map(({ period, ratio }) => [period, ratio])).toEqual([['2025', 1260 / 598]])
  })

  it('say with asOf what was known then, and null where one of them is missing', () => {
    const request: CombinationRequest = {
      combine: 'sum',
      series: named('tractica_ai_software_2017', 'omdia_ai_software'),
      from: '2025',
      asOf: '2018',
    }
    expect(combined(request).periods).toMatchObject([
      { period: '2025', missing: ['omdia_ai_software'], sum: null },
    ])
    expect(combined({ ...request, asOf: '2019' }).periods[0]?.sum).toBe(598 + 1260)
  })

  it.each([
    ['a series twice', named('games_gpc', 'games_gpc'), 'inconsistent-inputs', '/series/1/dataset'],
    ['an unknown series', named('games_gpc', 'atlantis'), 'unknown-dataset', '/series/1/dataset'],
    ['users and money', named('games_gpc', 'games_users'), 'unknown-unit', '/series/1/dataset'],
  ])('refuses %s', (_what, series, code, pointer) => {
    expect(refusal({ combine: 'sum', series, allowMixedScopes: true })).toMatchObject({ code, pointer })
  })

  it('of one unregistered definition are of one scope only when their words are the same', () => {
    const own = (id: string, en: string): Dataset => ({
      ...(datasets.get('games_gpc') as Dataset),
      id,
      scopeId: null,
      scope: { en, zh: null },
    })
    const lookup = {
      datasets: new Map(
        [own('a', 'Ours'), own('b', 'Ours'), own('c', 'Theirs')].map(each => [each.id, each]),
      ),
      scopes,
      catalogue,
    }
    expect(combine({ combine: 'compare', series: named('a', 'b') }, lookup).warnings).toEqual([])
    expect(() => combine({ combine: 'compare', series: named('a', 'c') }, lookup)).toThrow('Theirs')
  })
})
