import type { ExampleRequest } from '../example-requests.ts'

const id = 'own-voice-market'
const content = {
  segment: 'voices',
  title: { en: 'Voices for games, our estimate', zh: '游戏配音市场（自估）' },
  metric: 'revenue',
  scope: { en: 'Dubbing of games sold in China', zh: null },
  unit: '亿元',
  currency: 'CNY',
  region: 'CN',
}
const observations = [
  { period: '2024', value: 12.5, status: 'actual', vintage: '2025-03' },
  { period: '2025', value: 14, low: 13, high: 16, status: 'forecast', vintage: '2025-03' },
]

export const datasetExamples: readonly ExampleRequest[] = [
  {
    name: 'dataset-list',
    operation: 'listDatasets',
    summary: 'Series about AI software, in dollars',
    parameters: { segment: 'ai-software', currency: 'USD', limit: 2 },
  },
  {
    name: 'dataset-create',
    operation: 'createDataset',
    summary: 'A series of your own',
    body: { id, ...content, observations },
  },
  { name: 'dataset-read', operation: 'getDataset', summary: 'The series as it stands', parameters: { id } },
  {
    name: 'dataset-patch',
    operation: 'patchDataset',
    summary: 'Say who made it',
    parameters: { id, 'if-match': '"1"' },
    body: { publisher: 'Acme' },
  },
  {
    name: 'dataset-replace',
    operation: 'replaceDataset',
    summary: 'All of it, with one observation more',
    parameters: { id, 'if-match': '"2"' },
    body: {
      ...content,
      observations: [
        ...observations,
        { period: '2025H1', value: 6.8, status: 'estimate', vintage: '2025-09' },
      ],
    },
  },
  {
    name: 'observation-import-dry-run',
    operation: 'importObservations',
    summary: 'What a table would do: every bad cell, and nothing is written',
    parameters: { id, dryRun: true },
    body: 'period,value,status,vintage\r\n2026,15.5,forecast,2026-03\r\n2026-13,1 500,actual,\r\n',
  },
  {
    name: 'observation-import',
    operation: 'importObservations',
    summary: 'A table of two observations: one is new, one replaces another',
    parameters: { id, 'if-match': '"3"' },
    body: 'period,value,status,vintage,note\r\n2026,15.5,forecast,2026-03,-3 % at most\r\n2025H1,6.9,estimate,2025-09,\r\n',
  },
  {
    name: 'observation-export',
    operation: 'exportObservations',
    summary: 'The series as CSV; a note that begins as a formula does has an apostrophe',
    parameters: { id, format: 'csv' },
  },
  {
    name: 'observation-list',
    operation: 'listObservations',
    summary: 'What was known of a year by a day: two editions of one forecast',
    parameters: { id: 'idc_ai_total_2021', from: '2021', to: '2021', asOf: '2021-12-31' },
  },
  {
    name: 'dataset-delete',
    operation: 'deleteDataset',
    summary: 'Delete it',
    parameters: { id, 'if-match': '"4"' },
  },
]
