import type { ExampleRequest } from '../example-requests.ts'

const id = 'own-voice-dubbing'
const content = {
  name: { en: 'Dubbing of games', zh: '游戏配音' },
  definition: { en: 'What studios in China pay for the voices of games', zh: '中国游戏厂商的配音支出' },
  revenueKind: 'vendor-revenue',
}

export const scopeExamples: readonly ExampleRequest[] = [
  {
    name: 'scope-list',
    operation: 'listScopes',
    summary: 'Definitions by which a single share is counted',
    parameters: { revenueKind: 'share', limit: 2 },
  },
  {
    name: 'scope-create',
    operation: 'createScope',
    summary: 'A market definition of your own',
    body: { id, ...content },
  },
  { name: 'scope-read', operation: 'getScope', summary: 'The definition as it stands', parameters: { id } },
  {
    name: 'scope-patch',
    operation: 'patchScope',
    summary: 'Say what it leaves out',
    parameters: { id, 'if-match': '"1"' },
    body: { excludes: { en: 'Voices of films', zh: '影视配音' } },
  },
  {
    name: 'scope-replace',
    operation: 'replaceScope',
    summary: 'All of it',
    parameters: { id, 'if-match': '"2"' },
    body: { ...content, platforms: { en: 'Mobile and client games', zh: '移动与客户端游戏' } },
  },
  {
    name: 'scope-delete',
    operation: 'deleteScope',
    summary: 'Delete it; its id stays reserved',
    parameters: { id, 'if-match': '"3"' },
  },
  {
    name: 'combination-compare',
    operation: 'combineSeries',
    summary: 'Two editions of one forecast, of one scope',
    body: {
      combine: 'compare',
      series: [{ dataset: 'tractica_ai_software_2017' }, { dataset: 'omdia_ai_software' }],
      from: '2025',
    },
  },
  {
    name: 'combination-mixed',
    operation: 'combineSeries',
    summary: 'Games at home and abroad, whose scopes differ: allowed, and warned of',
    body: {
      combine: 'sum',
      series: [{ dataset: 'games_selfdev_domestic' }, { dataset: 'games_overseas' }],
      unit: '亿元',
      from: '2021',
      to: '2021',
      allowMixedScopes: true,
    },
  },
]
