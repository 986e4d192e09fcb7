import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type CompanyFigure, checkFigure } from '../../domain/company/figure.ts'
import { applicationSchemas } from '../../schemas/application.ts'
import { companySchemas, factDefaults, layers } from '../../schemas/company.ts'
import { companyFactSchemas, factWord } from '../../schemas/company-fact.ts'
import { observationStatuses } from '../../schemas/dataset.ts'
import { provenances } from '../../schemas/datum.ts'
import { filter, ifNoneMatch } from '../../schemas/document.ts'
import { IndustryChain } from '../../schemas/industry-chain.ts'
import { choice } from '../../schemas/reference.ts'
import type { JsonObject } from '../../store/json.ts'
import { isCurrent } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { type DocumentResource, served } from '../document-resource.ts'
import { documentRoutes } from '../documents.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { refuseUnknownSources } from '../references.ts'

/** The one industry chain that the knowledge base has. */
const chainId = 'aigc-2023'

interface Fact {
  readonly source?: string | null
}
const factsOf = (content: JsonObject): readonly Fact[] => (content.facts ?? []) as readonly Fact[]

const companies = (deps: HttpDeps): DocumentResource => ({
  kind: 'company',
  path: '/v1/companies',
  name: ['Company', 'Companies'],
  tag: 'knowledge',
  schemas: companySchemas,
  isReferable: true,
  filters: {
    layer: { member: 'layers', schema: choice(layers, { description: 'Only those of this layer' }) },
    market: { member: 'market', schema: filter('Only those of this market') },
    rating: {
      member: 'reportRating.en',
      schema: filter('Only those that the report rates so: recommended or watch'),
    },
    ticker: { member: 'ticker', schema: filter('Only the one of this ticker') },
  },
  sorts: ['position', 'id', 'name', 'createdAt', 'updatedAt'],
  complete: content => ({
    ...content,
    facts: factsOf(content).map(fact => ({ ...factDefaults, ...fact })),
  }),
  check: content => {
    const places = factsOf(content).map(({ source: id }, index) => ({
      pointer: `/facts/${index}/source`,
      id,
    }))
    refuseUnknownSources(deps.catalogue(), places)
  },
})

const applications = (deps: HttpDeps): DocumentResource => ({
  kind: 'application',
  path: '/v1/applications',
  name: ['Application', 'Applications'],
  tag: 'knowledge',
  schemas: applicationSchemas,
  filters: {
    field: { member: 'field', schema: filter('Only those of this field') },
    company: { member: 'company', schema: filter('Only those of this company') },
    table: {
      member: 'table',
      schema: Type.Integer({
        format: 'int32',
        minimum: 1,
        maximum: 1_000,
        description: 'Only those of the table of this number',
      }),
    },
  },
  sorts: ['position', 'id', 'name', 'createdAt', 'updatedAt'],
  check: ({ source }) =>
    refuseUnknownSources(deps.catalogue(), [{ pointer: '/source', id: source as string | null | undefined }]),
})

// As with claims: a fact about a public company belongs to the workspace of whoever states it.
const facts = (deps: HttpDeps): DocumentResource => ({
  kind: 'company-fact',
  path: '/v1/companies/:companyId/facts',
  parent: { kind: 'company', parameter: 'companyId' },
  name: ['CompanyFact', 'CompanyFacts'],
  tag: 'knowledge',
  schemas: companyFactSchemas,
  filters: {
    fact: { member: 'fact', schema: factWord('Only those of this fact: revenue, net-profit, …') },
    period: { member: 'period', schema: filter('Only those of this period, as it is written') },
    status: {
      member: 'status',
      schema: choice(observationStatuses, { description: 'Only those as firm as this' }),
    },
    provenance: {
      member: 'provenance',
      schema: choice(provenances, { description: 'Only those known in this way' }),
    },
  },
  sorts: ['position', 'id', 'period', 'createdAt', 'updatedAt'],
  dated: true,
  check: ({ source, ...fact }) => {
    checkFigure({ ...companyFactSchemas.defaults, ...fact } as unknown as CompanyFigure)
    refuseUnknownSources(deps.catalogue(), [{ pointer: '/source', id: source as string | null | undefined }])
  },
})

/** Companies, applications and the industry chain. */
export const knowledgeRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    await app.register(documentRoutes(companies(deps), deps))
    await app.register(documentRoutes(facts(deps), deps))
    await app.register(documentRoutes(applications(deps), deps))

    app.get(
      '/v1/industry-chain',
      {
        schema: operation({
          id: 'getIndustryChain',
          summary: 'The industry chain: layers, companies, generations of models, and their uptake',
          tag: 'knowledge',
          scope: 'read',
          headers: ifNoneMatch,
          answers: {
            200: { description: 'The industry chain', schema: IndustryChain, headers: ['ETag'] },
            304: { description: 'The caller has this version already', headers: ['ETag'] },
          },
          problems: [404],
        }),
      },
      async (request, reply) => {
        const found = await deps.store.documents.read(request.viewer, { kind: 'industry-chain', id: chainId })
        if (found === null) throw missing('industry chain', chainId)
        return isCurrent(request, reply, found.version) ? reply.code(304).send() : served(found, {})
      },
    )
  }
