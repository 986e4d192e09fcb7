import type { ExampleRequest } from '../example-requests.ts'

const company = 'acme-compute'
const application = 'acme-voices'
const content = {
  name: { en: 'Acme Compute', zh: '顶点算力' },
  layers: ['foundation'],
  profile: { en: 'Rents out accelerators by the hour.', zh: '按小时出租加速卡。' },
}
const product = {
  name: 'Acme Voices',
  field: 'audio',
  fieldLabel: { en: 'AI audio', zh: 'AI音频' },
  scenario: { en: 'Voices for games', zh: '游戏配音' },
  company: 'Acme',
}

const ownFigure = 'revenue.2026.own'
const figure = {
  fact: 'revenue',
  label: { en: 'Revenue', zh: '营业收入' },
  value: 1650,
  unit: '亿元',
  period: '2026',
  status: 'forecast',
  vintage: '2026-11',
}

export const knowledgeExamples: readonly ExampleRequest[] = [
  {
    name: 'company-list',
    operation: 'listCompanies',
    summary: 'A search in Chinese among those of a layer',
    parameters: { layer: 'foundation', q: '服务器', limit: 1 },
  },
  {
    name: 'company-create',
    operation: 'createCompany',
    summary: 'A company of your own',
    body: {
      id: company,
      ...content,
      facts: [
        {
          fact: { en: 'Devices for rent', zh: '可租加速卡数量' },
          value: 4096,
          unit: 'device',
          period: '2026',
        },
      ],
    },
  },
  {
    name: 'company-read',
    operation: 'getCompany',
    summary: 'The company as it stands',
    parameters: { id: company },
  },
  {
    name: 'company-patch',
    operation: 'patchCompany',
    summary: 'One member more, one as it was at first',
    parameters: { id: company, 'if-match': '"1"' },
    body: { market: 'private', facts: null },
  },
  {
    name: 'company-replace',
    operation: 'replaceCompany',
    summary: 'All of it',
    parameters: { id: company, 'if-match': '"2"' },
    body: { ...content, layers: ['foundation', 'middle'] },
  },
  {
    name: 'company-fact-list',
    operation: 'listCompanyFacts',
    summary: 'Two figures for one profit, as first reported and as restated: both are kept',
    parameters: { companyId: 'goodwill-e-health', fact: 'net-profit', period: '2023' },
  },
  {
    name: 'company-fact-as-of',
    operation: 'listCompanyFacts',
    summary: 'What was published of the profit of 2023 by the end of 2024',
    parameters: { companyId: 'goodwill-e-health', fact: 'net-profit', period: '2023', asOf: '2024' },
  },
  {
    name: 'company-fact-create',
    operation: 'createCompanyFact',
    summary: 'A figure of your own on a company of the knowledge base',
    body: { id: ownFigure, ...figure },
    parameters: { companyId: 'inspur' },
  },
  {
    name: 'company-fact-read',
    operation: 'getCompanyFact',
    summary: 'The figure as it stands',
    parameters: { companyId: 'inspur', id: ownFigure },
  },
  {
    name: 'company-fact-patch',
    operation: 'patchCompanyFact',
    summary: 'A range beside the value',
    parameters: { companyId: 'inspur', id: ownFigure, 'if-match': '"1"' },
    body: { low: 1500, high: 1800 },
  },
  {
    name: 'company-fact-replace',
    operation: 'replaceCompanyFact',
    summary: 'All of it',
    parameters: { companyId: 'inspur', id: ownFigure, 'if-match': '"2"' },
    body: { ...figure, value: 1700 },
  },
  {
    name: 'company-fact-delete',
    operation: 'deleteCompanyFact',
    summary: 'Delete it',
    parameters: { companyId: 'inspur', id: ownFigure, 'if-match': '"3"' },
  },
  {
    name: 'company-delete',
    operation: 'deleteCompany',
    summary: 'Delete it; its id stays reserved',
    parameters: { id: company, 'if-match': '"3"' },
  },
  {
    name: 'application-list',
    operation: 'listApplications',
    summary: 'Two that make pictures',
    parameters: { field: 'painting', limit: 2 },
  },
  {
    name: 'application-create',
    operation: 'createApplication',
    summary: 'An application of your own',
    body: { id: application, ...product },
  },
  {
    name: 'application-read',
    operation: 'getApplication',
    summary: 'The application as it stands',
    parameters: { id: application },
  },
  {
    name: 'application-patch',
    operation: 'patchApplication',
    summary: 'What it is built on',
    parameters: { id: application, 'if-match': '"1"' },
    body: { basis: { en: 'A speech model of its own', zh: '自有语音模型' } },
  },
  {
    name: 'application-replace',
    operation: 'replaceApplication',
    summary: 'All of it',
    parameters: { id: application, 'if-match': '"2"' },
    body: { ...product, name: 'Acme Voices 2' },
  },
  {
    name: 'application-delete',
    operation: 'deleteApplication',
    summary: 'Delete it',
    parameters: { id: application, 'if-match': '"3"' },
  },
  {
    name: 'company-comparison',
    operation: 'compareCompanies',
    summary: 'R&D of the giants of the foundation layer in 2024, in one currency',
    parameters: { fact: 'rd-expense', year: 2024, layer: 'foundation', market: 'giant' },
  },
  { name: 'industry-chain', operation: 'getIndustryChain', summary: 'The whole chain' },
]
