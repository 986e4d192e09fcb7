import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type CompanyComparisonRequest,
  type ComparedCompany,
  compareCompanies,
  type FigureOfCompany,
} from '../../domain/company/comparison.ts'
import { type CompanyInRoles, partsOf, touchedCompanies } from '../../domain/company/touched.ts'
import { idParameter } from '../../schemas/common.ts'
import {
  CompanyComparison,
  companyComparisonQuery,
  TouchedCompanies,
} from '../../schemas/company-comparison.ts'
import { companyFactSchemas } from '../../schemas/company-fact.ts'
import type { DocumentKind } from '../../store/reference-data.ts'
import type { DocumentStore, Position, StoredDocument, Viewer } from '../../store/store.ts'
import type { HttpDeps } from '../deps.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'

type Company = ComparedCompany & CompanyInRoles

/** Companies side by side, and behind scenarios. */
export const companyComparisonRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const { documents, scenarios } = deps.store

    app.get(
      '/v1/company-comparisons',
      {
        schema: operation({
          id: 'compareCompanies',
          summary: 'One fact of a year over companies and layers',
          description:
            'Peers by size, each with the figure as it was published, its growth over the year before and all figures that compete with it; and the layers of the industry chain by sum and median. With asOf, what had been published by then.',
          tag: 'knowledge',
          scope: 'read',
          query: companyComparisonQuery,
          answers: { 200: { description: 'The comparison', schema: CompanyComparison } },
        }),
      },
      async ({ viewer, query }) => {
        const { layer, market, ...request } = query as CompanyComparisonRequest & {
          readonly layer?: string
          readonly market?: string
        }
        const companies = await companiesOf(documents, viewer, {
          ...(layer !== undefined && { layers: layer }),
          ...(market !== undefined && { market }),
        })
        const figures = await every(documents, viewer, 'company-fact', {
          parents: companies.map(({ id }) => id),
          filters: { fact: request.fact },
        })
        return compareCompanies(
          request,
          companies.map(({ id, name, layers }) => ({ id, name, layers })),
          figures.map(
            ({ id, parent, head }) =>
              ({
                ...companyFactSchemas.defaults,
                ...head,
                id,
                company: parent,
              }) as unknown as FigureOfCompany,
          ),
          deps.catalogue(),
        )
      },
    )

    app.get(
      '/v1/scenarios/:id/companies',
      {
        schema: operation({
          id: 'getTouchedCompanies',
          summary: 'Which companies a scenario touches, and through which quantity',
          description:
            'The companies that the scenario names, the vendors of the accelerators and the developers of the models of its inputs, and who is active in the segments of its market. Roles of companies say who that is.',
          tag: 'scenarios',
          scope: 'read',
          params: idParameter('scenario'),
          answers: { 200: { description: 'The companies', schema: TouchedCompanies } },
          problems: [404],
        }),
      },
      async ({ viewer, params }) => {
        const { id } = params
        const scenario = await scenarios.read(viewer, id)
        if (scenario === null) throw missing('scenario', id)
        const { version, estimator, inputs } = scenario
        const companies = await companiesOf(documents, viewer, {})
        const lookup = await lookupOf(deps, viewer, inputs)
        const touches = touchedCompanies(scenario.companies, partsOf(estimator, inputs, lookup), companies)
        const names = new Map(companies.map(({ id: of, name }) => [of, name]))
        return {
          scenario: id,
          version,
          touches: touches.map(touch => ({
            ...touch,
            name: names.get(touch.company) ?? { en: touch.company, zh: touch.company },
          })),
        }
      },
    )
  }

/** Vendors, developers and segments behind the ids of a scenario's inputs. */
async function lookupOf({ store, catalogue }: HttpDeps, viewer: Viewer, inputs: unknown) {
  const { accelerator, model } = catalogue().resources
  const memberOf = (rows: typeof accelerator, id: string, member: string): string | undefined => {
    const value = rows.find(row => row.id === id)?.document[member]
    return typeof value === 'string' ? value : undefined
  }
  const segments = (inputs as { segments?: readonly { size?: { dataset?: string } | null }[] }).segments ?? []
  const named = segments.flatMap(({ size }) => (size?.dataset === undefined ? [] : [size.dataset]))
  const datasets = await store.documents.datasets(viewer, [...new Set(named)])
  return {
    vendorOf: (id: string) => memberOf(accelerator, id, 'vendor'),
    developerOf: (id: string) => memberOf(model, id, 'organization'),
    segmentOf: (id: string) => datasets.get(id)?.segment,
  }
}

async function companiesOf(
  documents: DocumentStore,
  viewer: Viewer,
  filters: Readonly<Record<string, string>>,
): Promise<Company[]> {
  const found = await every(documents, viewer, 'company', { filters })
  return found.map(({ id, head }) => ({ roles: [], layers: [], ...head, id }) as unknown as Company)
}

/** All documents of a kind that the viewer sees, in their order. */
async function every(
  documents: DocumentStore,
  viewer: Viewer,
  kind: DocumentKind,
  asked: { readonly parents?: readonly string[]; readonly filters: Readonly<Record<string, string>> },
): Promise<StoredDocument[]> {
  const all: StoredDocument[] = []
  let after: Position | null = null
  do {
    const page: Awaited<ReturnType<DocumentStore['list']>> = await documents.list(viewer, kind, {
      sort: 'position',
      descending: false,
      after,
      limit: 1_000,
      ...asked,
    })
    all.push(...page.items)
    after = page.next
  } while (after !== null)
  return all
}
