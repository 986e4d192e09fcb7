import type { ExampleRequest } from '../example-requests.ts'

const founding = { id: 'galaxy-2023' }
const report = 'compute-note-2026'
const id = 'monthly-rent'
const label = (en: string, zh: string) => ({ en, zh })

const content = {
  title: label('A note on renting compute', '算力租赁札记'),
  publisher: label('Our desk', '本组'),
  date: '2026-11-20',
}

const claim = (price: number) => ({
  section: '2',
  subject: label('Rent of 64 devices for a month', '64 块卡一个月的租金'),
  quote: `64 devices for 30 days at $${price} an hour are $0.11 million`,
  printed: { value: 0.11, text: '0.11', unit: 'million USD' },
  check: {
    kind: 'formula',
    comparisons: [
      {
        printed: '0.11',
        expression: 'price * devices * 24 * 30 / 1000000',
        operands: {
          price: { value: price, unit: 'USD/(device·hour)', from: { quote: `$${price} an hour` } },
          devices: { value: 64, unit: 'device', from: { quote: '64 devices' } },
        },
        relation: '=',
      },
    ],
  },
})

export const reportExamples: readonly ExampleRequest[] = [
  {
    name: 'report-list',
    operation: 'listReports',
    summary: 'A search in Chinese',
    parameters: { q: '新纪元' },
  },
  {
    name: 'report-tables',
    operation: 'listReportTables',
    summary: 'The first table of the founding report',
    parameters: { ...founding, limit: 1 },
  },
  {
    name: 'report-figures',
    operation: 'listReportFigures',
    summary: 'The figures that are lost',
    parameters: { ...founding, status: 'lost' },
  },
  {
    name: 'report-findings',
    operation: 'listReportFindings',
    summary: 'What is wrong around one claim',
    parameters: { ...founding, claim: 'N060' },
  },
  {
    name: 'report-alternatives',
    operation: 'listReportAlternatives',
    summary: 'Two throughputs of one card',
    parameters: { ...founding, limit: 1 },
  },
  {
    name: 'report-audit',
    operation: 'auditReport',
    summary: '364 days at 10^12 operations a second are 3.63 million days',
    parameters: { ...founding, claim: 'N060' },
  },
  {
    name: 'report-audit-judgement',
    operation: 'auditReport',
    summary: 'Two places that disagree: a judgement, with its evidence',
    parameters: { ...founding, claim: 'N014' },
  },
  {
    name: 'report-audit-market',
    operation: 'auditReport',
    summary:
      '1,600 for 2025: what could be known, what came true, and what others say in scopes of their own',
    parameters: { ...founding, claim: 'N056' },
  },
  {
    name: 'report-audit-outcome',
    operation: 'auditReport',
    summary: 'Compute that grows by more than 40 % a year: so it was known, and so it came',
    parameters: { ...founding, claim: 'N048' },
  },
  {
    name: 'claim-list',
    operation: 'listClaims',
    summary: 'The claims of a section',
    parameters: { reportId: founding.id, section: '2.3' },
  },
  {
    name: 'report-create',
    operation: 'createReport',
    summary: 'A report of your own',
    body: { id: report, ...content },
  },
  {
    name: 'claim-create',
    operation: 'createClaim',
    summary: 'A figure of it that can be recomputed',
    parameters: { reportId: report },
    body: { id, ...claim(2.35) },
  },
  {
    name: 'report-audit-own',
    operation: 'auditReport',
    summary: '0.108 is 0.11 to the digits printed',
    parameters: { id: report },
  },
  {
    name: 'claim-read',
    operation: 'getClaim',
    summary: 'The claim as it stands',
    parameters: { reportId: report, id },
  },
  {
    name: 'claim-patch',
    operation: 'patchClaim',
    summary: 'A remark on it',
    parameters: { reportId: report, id, 'if-match': '"1"' },
    body: { remark: label('At the price of October', '按十月价格') },
  },
  {
    name: 'claim-replace',
    operation: 'replaceClaim',
    summary: 'The same at another price, which the printed figure does not fit',
    parameters: { reportId: report, id, 'if-match': '"2"' },
    body: claim(3.9),
  },
  {
    name: 'claim-delete',
    operation: 'deleteClaim',
    summary: 'Delete it',
    parameters: { reportId: report, id, 'if-match': '"3"' },
  },
  {
    name: 'report-read',
    operation: 'getReport',
    summary: 'The report as it stands',
    parameters: { id: report },
  },
  {
    name: 'report-patch',
    operation: 'patchReport',
    summary: 'A risk that it warns of',
    parameters: { id: report, 'if-match': '"1"' },
    body: { risks: [label('Prices fall', '价格下降')] },
  },
  {
    name: 'report-replace',
    operation: 'replaceReport',
    summary: 'All of it',
    parameters: { id: report, 'if-match': '"2"' },
    body: { ...content, date: '2026-11-23' },
  },
  {
    name: 'report-delete',
    operation: 'deleteReport',
    summary: 'Delete it',
    parameters: { id: report, 'if-match': '"3"' },
  },
]
