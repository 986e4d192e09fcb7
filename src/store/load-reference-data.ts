import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { digest } from '../digest.ts'
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts'
import {
  type LoadedDocument,
  type ReferenceData,
  readReferenceData,
  referenceDataHash,
} from './reference-data.ts'
import { searchText } from './search-text.ts'
import { defaultWorkspace, publicWorkspace } from './workspaces.ts'

/** Held while loading, so that processes which start together load once. */
const lockKey = 72_707_370

const hashSetting = 'reference-data-hash'

type Transaction = Prisma.TransactionClient

/**
 * Brings the database up to the data files, in one transaction, and says whether anything was loaded. A
 * catalogue of new content becomes a new version beside the older ones. Documents that a user has changed
 * or deleted stay as they are.
 */
export async function loadReferenceData(prisma: PrismaClient): Promise<boolean> {
  if ((await loadedHash(prisma)) === referenceDataHash()) return false
  const data = readReferenceData()
  const end = performance.now() + loadedWithin
  for (;;) {
    const outcome = await prisma.$transaction(transaction => loadUnlessBusy(transaction, data), {
      timeout: loadedWithin,
    })
    if (outcome !== 'busy') return outcome === 'loaded'
    if (performance.now() > end)
      throw new Error('Another process has been loading the reference data for too long.')
    await sleep(200)
  }
}

/** How long loading may take, here or in another process that is waited for. */
const loadedWithin = 60_000

const loadedHash = async (database: Transaction): Promise<string | undefined> =>
  (await database.setting.findUnique({ where: { name: hashSetting } }))?.value

/** Asks for the lock and does not wait for it: a statement that waits would be ended by its time limit. */
async function loadUnlessBusy(
  transaction: Transaction,
  data: ReferenceData,
): Promise<'loaded' | 'current' | 'busy'> {
  const [lock] = await transaction.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${lockKey}) AS taken`
  if (lock?.taken !== true) return 'busy'
  if ((await loadedHash(transaction)) === data.hash) return 'current'
  await transaction.workspace.createMany({
    data: [
      { id: publicWorkspace, name: 'Public' },
      { id: defaultWorkspace, name: 'Default' },
    ],
    skipDuplicates: true,
  })
  await transaction.setting.createMany({
    data: [{ name: 'cursor-secret', value: randomBytes(32).toString('base64url') }],
    skipDuplicates: true,
  })
  await loadCatalogue(transaction, data.catalogue)
  await loadDocuments(transaction, data.documents, data.madeAt)
  await transaction.setting.upsert({
    where: { name: hashSetting },
    create: { name: hashSetting, value: data.hash },
    update: { value: data.hash },
  })
  return 'loaded'
}

async function loadCatalogue(
  transaction: Transaction,
  { version, contentHash, items }: ReturnType<typeof readReferenceData>['catalogue'],
): Promise<void> {
  const { count } = await transaction.catalogueVersion.createMany({
    data: [{ version, contentHash }],
    skipDuplicates: true,
  })
  if (count === 0) {
    // Content that was loaded before is current again: the latest `loadedAt` names the current version.
    await transaction.catalogueVersion.update({ where: { contentHash }, data: { loadedAt: new Date() } })
    return
  }
  await transaction.catalogueItem.createMany({
    data: Object.entries(items).flatMap(([kind, rows]) =>
      rows.map(({ id, ...document }, position) => ({
        catalogueVersion: version,
        kind,
        id,
        position,
        document: document as Prisma.InputJsonObject,
      })),
    ),
  })
}

const keyOf = ({ kind, parent, id }: { kind: string; parent: string; id: string }) =>
  `${kind}\t${parent}\t${id}`

/** `at` is when the data was made: documents that come with an installation are as old as their data. */
async function loadDocuments(
  transaction: Transaction,
  documents: readonly LoadedDocument[],
  at: Date,
): Promise<void> {
  const existing = await transaction.document.findMany({
    where: { workspaceId: publicWorkspace },
    select: { key: true, kind: true, parent: true, id: true, version: true, loadedHash: true },
  })
  const byKey = new Map(existing.map(row => [keyOf(row), row]))
  const created: Prisma.DocumentCreateManyInput[] = []
  for (const document of documents) {
    const row = byKey.get(keyOf(document))
    const state = stateOf(document)
    if (row === undefined) {
      created.push({
        workspaceId: publicWorkspace,
        kind: document.kind,
        parent: document.parent,
        id: document.id,
        ...state,
        createdAt: at,
        updatedAt: at,
      })
    } else if (row.loadedHash !== null && row.loadedHash !== state.loadedHash) {
      const version = row.version + 1
      // The hash is in the condition: an edit that comes between reading and writing stays.
      const { count } = await transaction.document.updateMany({
        where: { key: row.key, loadedHash: row.loadedHash },
        data: { ...state, version, updatedAt: at },
      })
      if (count === 0) continue
      await transaction.documentVersion.create({
        data: {
          documentKey: row.key,
          version,
          head: state.head,
          ...('body' in state && { body: state.body }),
          createdAt: at,
        },
      })
    }
  }
  const rows = await transaction.document.createManyAndReturn({
    data: created,
    select: { key: true, version: true, head: true, body: true },
  })
  await transaction.documentVersion.createMany({
    data: rows.map(({ key, version, head, body }) => ({
      documentKey: key,
      version,
      head: head as Prisma.InputJsonObject,
      ...(body !== null && { body: body as Prisma.InputJsonObject }),
      createdAt: at,
    })),
  })
}

function stateOf({ id, head, body, position }: LoadedDocument) {
  const loadedHash = digest(JSON.stringify([head, body]))
  return {
    position,
    head: head as Prisma.InputJsonObject,
    ...(body !== null && { body: body as Prisma.InputJsonObject }),
    searchText: searchText(id, [head, body]),
    loadedHash,
  }
}
