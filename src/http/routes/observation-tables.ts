import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { type ImportMode, mergeObservations, observationRows } from '../../domain/market/observation-merge.ts'
import {
  type BadCell,
  readObservations,
  type TableLine,
  type TableObservation,
} from '../../domain/market/observation-table.ts'
import { type ObservationFilter, observationsIn } from '../../domain/market/observations.ts'
import { idParameter } from '../../schemas/common.ts'
import { mostObservations, periodPattern } from '../../schemas/dataset.ts'
import { dayPattern } from '../../schemas/datum.ts'
import { ifMatch, ifNoneMatch } from '../../schemas/document.ts'
import {
  ExportedTable,
  exportQuery,
  importQuery,
  ObservationImport,
  TableBody,
} from '../../schemas/observation-table.ts'
import { writeCsv } from '../../spreadsheet/csv.ts'
import { mediaTypes, mostTableBytes, type TableFormat } from '../../spreadsheet/table.ts'
import { writeXlsx } from '../../spreadsheet/write-xlsx.ts'
import type { StoredDocument } from '../../store/store.ts'
import { changeOnRead, etagOf, isCurrent, refuseStale, versionsToChange } from '../conditional.ts'
import type { HttpDeps } from '../deps.ts'
import { fromThread } from '../from-thread.ts'
import { operation } from '../operation.ts'
import { missing } from '../outcome.ts'
import { HttpProblem } from '../problem.ts'
import { mostErrors } from '../references.ts'
import { observationsOf } from './datasets.ts'

/** How long reading a table may take: ten times what the largest one needs. */
const readWithin = 15_000

/** The longest note of an observation. */
const mostNote = 1_000

interface Import {
  readonly mode?: ImportMode
  readonly dryRun?: boolean
}

/** Tables of observations, into a series and out of it. */
export const observationTableRoutes =
  (deps: HttpDeps): FastifyPluginAsyncTypebox =>
  async app => {
    const { documents } = deps.store

    app.get(
      '/v1/datasets/:id/observations/export',
      {
        schema: operation({
          id: 'exportObservations',
          summary: 'The observations of a dataset as CSV or as a workbook',
          description:
            'All observations that the filters leave, in one table that an import takes back unchanged. The workbook has a second sheet that says what the series is.',
          tag: 'datasets',
          scope: 'read',
          params: idParameter('dataset'),
          query: exportQuery,
          headers: ifNoneMatch,
          answers: {
            200: {
              description: 'The table',
              schema: ExportedTable,
              mediaType: [mediaTypes.csv, mediaTypes.xlsx],
              headers: ['ETag', 'Content-Disposition'],
            },
            304: { description: 'The caller has this version of the table already', headers: ['ETag'] },
          },
          problems: [404],
        }),
        // A table is sent as it is written: the schema is for the document.
        serializerCompiler: () => table => table as string,
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const { format = formatAccepted(request), ...filter } = request.query as ObservationFilter & {
          format?: TableFormat
        }
        const found = await documents.read(request.viewer, { kind: 'dataset', id })
        if (found === null) throw missing('dataset', id)
        if (isCurrent(request, reply, `${found.version}-${format}`)) return reply.code(304).send()
        const rows = observationRows(observationsIn(observationsOf(found.body ?? {}), filter))
        const table =
          format === 'csv' ? writeCsv(rows) : writeXlsx([{ name: 'observations', rows }, about(found)])
        return reply
          .type(format === 'csv' ? `${mediaTypes.csv}; charset=utf-8; header=present` : mediaTypes.xlsx)
          .header('content-disposition', `attachment; filename="${id}.${format}"`)
          .send(table as string)
      },
    )

    await app.register(async scope => {
      registerTables(scope)
      scope.post(
        '/v1/datasets/:id/observations/import',
        {
          bodyLimit: mostTableBytes,
          schema: operation({
            id: 'importObservations',
            summary: 'Put a table of observations into a dataset',
            description:
              'Reads CSV or a workbook whose first row names its columns: period, value and status, and as they are wanted low, high, vintage, provenance, source, note, confidence. All of it is written or nothing: with a bad cell the answer is 422 and names the first of them, and with dryRun=true it lists them all and writes nothing.',
            tag: 'datasets',
            scope: 'write',
            params: idParameter('dataset'),
            query: importQuery,
            headers: ifMatch,
            body: TableBody,
            consumes: [mediaTypes.csv, mediaTypes.xlsx],
            answers: {
              200: { description: 'What it did, or would do', schema: ObservationImport, headers: ['ETag'] },
            },
            problems: [403, 404, 412, 428],
          }),
          // The body is bytes, which no JSON schema describes; what they hold is checked cell by cell.
          validatorCompiler: route =>
            route.httpPart === 'body'
              ? () => true
              : (app.validatorCompiler as NonNullable<typeof app.validatorCompiler>)(route),
        },
        async (request, reply) => {
          const { id } = request.params as { id: string }
          const { mode = 'merge', dryRun = false } = request.query as Import
          const versions =
            dryRun && request.headers['if-match'] === undefined ? null : versionsToChange(request)
          const address = { kind: 'dataset', id } as const
          const present = async () =>
            refuseStale(await documents.read(request.viewer, address), versions, 'dataset', id)
          await present()
          const { observations, badCells } = await read(deps, request)
          if (badCells.length > 0 && !dryRun) throw invalidCells(badCells)
          const merged = (found: StoredDocument) => {
            const result = mergeObservations(
              observationsOf(found.body ?? {}),
              observations.map(({ observation }) => observation),
              mode,
            )
            refuseTooMany(result.observations)
            return result
          }
          const answer = (
            { version }: StoredDocument,
            { observations: after, ...counts }: ReturnType<typeof merged>,
            written: boolean,
          ) => {
            reply.header('etag', etagOf(version))
            return {
              dataset: id,
              dryRun,
              mode,
              written,
              version,
              rows: observations.length,
              ...counts,
              observations: after.length,
              badCells,
            }
          }
          if (dryRun) {
            const found = await present()
            return answer(found, merged(found), false)
          }
          let result: ReturnType<typeof merged> | undefined
          const attempt = async () => {
            const found = await present()
            result = merged(found)
            const body = { ...found.body, observations: result.observations as never }
            return documents.replace(
              request.viewer,
              address,
              [found.version],
              { head: found.head, body },
              deps.clock(),
            )
          }
          const now = await changeOnRead(versions, attempt, 'dataset', id)
          return answer(now, result as ReturnType<typeof merged>, true)
        },
      )
    })
  }

/** Within a scope: tables alone are read, as bytes. */
function registerTables(scope: Parameters<FastifyPluginAsyncTypebox>[0]): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(Object.values(mediaTypes), { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  scope.addContentTypeParser('*', () => {
    throw new HttpProblem(
      'unsupported-media-type',
      `Send the body as ${Object.values(mediaTypes).join(' or ')}.`,
    )
  })
}

/** The format that Accept names; CSV when it names neither. */
const formatAccepted = (request: FastifyRequest): TableFormat =>
  (request.headers.accept ?? '').includes(mediaTypes.xlsx) ? 'xlsx' : 'csv'

/** Reads the table of a request in a thread, and its cells against what observations may be. */
async function read(deps: HttpDeps, request: FastifyRequest) {
  const type = request.headers['content-type'] ?? ''
  const charset = /;\s*charset="?([^\s";]+)/i.exec(type)?.[1]
  const table = {
    bytes: (request.body ?? new Uint8Array()) as Uint8Array,
    format: type.startsWith(mediaTypes.xlsx) ? ('xlsx' as const) : ('csv' as const),
    ...(charset !== undefined && { charset }),
  }
  const read = await fromThread(
    deps.threads.readTable(table, AbortSignal.timeout(readWithin)),
    'Reading the table',
  )
  if ('unreadable' in read) throw new HttpProblem('unreadable-table', read.unreadable)
  return readObservations(read.rows as readonly TableLine[], {
    period: new RegExp(periodPattern),
    vintage: new RegExp(dayPattern),
    sources: new Set(deps.catalogue().resources.source.map(({ id }) => id)),
    mostNote,
  })
}

function invalidCells(badCells: readonly BadCell[]): HttpProblem {
  const errors = badCells.slice(0, mostErrors).map(({ row, column, value, reason }) => ({
    code: 'cell',
    detail: `Row ${row}, column ${column}${value === null ? '' : ` ("${value}")`}: ${reason}.`,
  }))
  const more = badCells.length - errors.length
  return new HttpProblem(
    'invalid-cells',
    `${badCells.length} cells are wrong, and nothing was written. ${errors.map(({ detail }) => detail).join(' ')}${more > 0 ? ` And ${more} more.` : ''}`,
    { errors },
  )
}

function refuseTooMany(observations: readonly TableObservation[]): void {
  if (observations.length <= mostObservations) return
  throw new HttpProblem(
    'unreadable-table',
    `The series would have ${observations.length} observations; it has at most ${mostObservations}. Make several series of it.`,
  )
}

/** The sheet that says what a series is. */
function about({ id, version, head }: StoredDocument): { readonly name: string; readonly rows: string[][] } {
  const words = (value: unknown): string =>
    value === null || value === undefined
      ? ''
      : typeof value === 'object'
        ? Object.values(value).filter(Boolean).join(' / ')
        : String(value)
  const members = [
    'title',
    'segment',
    'metric',
    'scope',
    'scopeId',
    'unit',
    'currency',
    'region',
    'publisher',
    'note',
  ]
  return {
    name: 'dataset',
    rows: [['id', id], ['version', String(version)], ...members.map(member => [member, words(head[member])])],
  }
}
