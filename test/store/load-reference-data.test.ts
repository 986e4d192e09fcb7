import { describe, expect, it, onTestFinished } from 'vitest'
import { currentCatalogueVersion, readCatalogue } from '../../src/store/catalogue.ts'
import { type Connection, connect } from '../../src/store/connection.ts'
import { loadReferenceData } from '../../src/store/load-reference-data.ts'
import { migrate } from '../../src/store/migrations.ts'
import { postgresStore } from '../../src/store/postgres-store.ts'
import { readReferenceData } from '../../src/store/reference-data.ts'
import { databaseForTest } from '../support/database.ts'

const admin = { workspaceId: 'default', mayWritePublic: true }
const inspur = { kind: 'company', id: 'inspur' } as const

function open(url: string): Connection {
  const connection = connect(url, {
    max: 3,
    onError: error => {
      throw error
    },
  })
  onTestFinished(connection.close)
  return connection
}

/** A connection to a copy of the loaded database. */
const loaded = async () => open(await databaseForTest())

/** Makes the next start believe that the data files have changed. */
const forgetHash = ({ pool }: Connection) =>
  pool.query(`UPDATE setting SET value = 'older' WHERE name = 'reference-data-hash'`)

/** All that is loaded, as text that changes with any of it. */
async function stateOf({ pool }: Connection): Promise<unknown> {
  const { rows } = await pool.query(`
    SELECT (SELECT md5(string_agg(d::text, ' ' ORDER BY key)) FROM document d) AS documents,
      (SELECT md5(string_agg(v::text, ' ' ORDER BY document_key, version)) FROM document_version v) AS versions,
      (SELECT md5(string_agg(i::text, ' ' ORDER BY catalogue_version, kind, id)) FROM catalogue_item i) AS items,
      (SELECT string_agg(version, ' ' ORDER BY version) FROM catalogue_version) AS catalogues,
      (SELECT string_agg(value, ' ' ORDER BY name) FROM setting) AS settings`)
  return rows[0]
}

describe('loading the reference data', () => {
  it('again changes nothing, neither with the hash nor without', async () => {
    const connection = await loaded()
    const before = await stateOf(connection)
    expect(await loadReferenceData(connection.prisma)).toBe(false)
    await forgetHash(connection)
    expect(await loadReferenceData(connection.prisma)).toBe(true)
    expect(await stateOf(connection)).toEqual(before)
  })

  it('by four at once happens once', async () => {
    const url = await databaseForTest('empty')
    await migrate(url)
    const connections = Array.from({ length: 4 }, () => open(url))
    const did = await Promise.all(connections.map(({ prisma }) => loadReferenceData(prisma)))
    expect(did.toSorted()).toEqual([false, false, false, true])
    const { pool } = connections[0] as Connection
    const { rows } = await pool.query(`SELECT kind, count(*)::int FROM document GROUP BY kind ORDER BY kind`)
    expect(rows).toContainEqual({ kind: 'company', count: 23 })
    expect(rows).toContainEqual({ kind: 'dataset', count: 400 })
  })

  it('brings a document up to changed data, as a new version beside the old', async () => {
    const connection = await loaded()
    const { documents } = postgresStore(connection)
    const now = await documents.read(admin, inspur)
    await connection.pool.query(
      `UPDATE document SET loaded_hash = 'older', head = jsonb_set(head, '{ticker}', '"OLD"') WHERE id = 'inspur'`,
    )
    await forgetHash(connection)
    await loadReferenceData(connection.prisma)
    expect(await documents.read(admin, inspur)).toMatchObject({ version: 2, head: now?.head })
    expect(await documents.readVersion(admin, inspur, 1)).toMatchObject({ version: 1 })
    expect(await documents.readVersion(admin, inspur, 2)).toMatchObject({ head: now?.head })
    expect(await documents.read(admin, { kind: 'company', id: 'sugon' })).toMatchObject({ version: 1 })
  })

  it('keeps what a user changed or deleted, although the data changed', async () => {
    const connection = await loaded()
    const { documents } = postgresStore(connection)
    const before = await documents.read(admin, inspur)
    const head = { ...before?.head, note: 'checked by hand' }
    await documents.replace(admin, inspur, [1], { head, body: null }, new Date())
    await documents.remove(admin, { kind: 'company', id: 'sugon' }, [1], new Date())
    await connection.pool.query(`UPDATE document SET loaded_hash = 'older' WHERE loaded_hash IS NOT NULL`)
    await forgetHash(connection)
    await loadReferenceData(connection.prisma)
    expect(await documents.read(admin, inspur)).toMatchObject({
      version: 2,
      head: { note: 'checked by hand' },
    })
    expect(await documents.read(admin, { kind: 'company', id: 'sugon' })).toBeNull()
    // All others were brought up to date.
    expect(await documents.read(admin, { kind: 'company', id: 'trs' })).toMatchObject({ version: 2 })
  })

  it('leaves the documents of other workspaces alone', async () => {
    const connection = await loaded()
    const { documents } = postgresStore(connection)
    const own = { kind: 'company', id: 'our-own' } as const
    await documents.create(admin, own, { head: { name: 'ours' }, body: null }, new Date())
    await forgetHash(connection)
    await loadReferenceData(connection.prisma)
    expect(await documents.read(admin, own)).toMatchObject({ version: 1, head: { name: 'ours' } })
  })

  it('makes a new version of a changed catalogue, and keeps the old one for the runs that used it', async () => {
    const connection = await loaded()
    const { version } = readReferenceData().catalogue
    await connection.pool.query(
      `UPDATE catalogue_version SET version = '2020-01-01.older', content_hash = 'older', loaded_at = '2020-01-01'`,
    )
    await connection.pool.query(`
      UPDATE catalogue_item SET document = '{"name": "Older", "peakFlopPerSecond": {}}'
      WHERE kind = 'accelerator' AND id = 'a100-sxm-80gb'`)
    await forgetHash(connection)
    await loadReferenceData(connection.prisma)
    expect(await currentCatalogueVersion(connection.pool)).toBe(version)
    const older = await readCatalogue(connection.pool, '2020-01-01.older')
    const newer = await readCatalogue(connection.pool, version)
    expect(older.accelerators.get('a100-sxm-80gb')?.name).toBe('Older')
    expect(newer.accelerators.get('a100-sxm-80gb')?.name).toContain('A100')
    for (const { resources } of [older, newer]) {
      expect(resources.accelerator).toHaveLength(81)
      expect(resources.model).toHaveLength(153)
      expect(resources.price).toHaveLength(420)
    }
  })

  it('makes a catalogue that was loaded before current again', async () => {
    const connection = await loaded()
    const { version } = readReferenceData().catalogue
    await connection.pool.query(
      `INSERT INTO catalogue_version (version, content_hash, loaded_at) VALUES ('2030-01-01.newer', 'newer', now())`,
    )
    expect(await currentCatalogueVersion(connection.pool)).toBe('2030-01-01.newer')
    await forgetHash(connection)
    await loadReferenceData(connection.prisma)
    expect(await currentCatalogueVersion(connection.pool)).toBe(version)
  })

  it('keeps the secret that cursors are signed with', async () => {
    const connection = await loaded()
    const secret = () => connection.prisma.setting.findUnique({ where: { name: 'cursor-secret' } })
    const before = await secret()
    await forgetHash(connection)
    await loadReferenceData(connection.prisma)
    expect(await secret()).toEqual(before)
    expect(before?.value.length).toBeGreaterThanOrEqual(40)
  })
})
