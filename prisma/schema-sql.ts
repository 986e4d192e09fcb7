import { readFileSync } from 'node:fs'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import { SchemaEngine } from '@prisma/schema-engine-wasm'

const filters = { externalTables: [], externalEnums: [] }

/**
 * The SQL that makes an empty database into what `schema.prisma` says. The engine asks for a connection even
 * for this, so `url` names any database; nothing is written to it. For development and tests alone: the
 * package is Prisma's own engine as WebAssembly, without a promise of stability.
 */
export async function schemaSql(url: string): Promise<string> {
  const content = readFileSync(new URL('schema.prisma', import.meta.url), 'utf8')
  const files = [{ path: 'schema.prisma', content }]
  const engine = await SchemaEngine.new(
    { datamodels: [['schema.prisma', content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url })),
  )
  const { stdout } = await engine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: null,
    filters,
  })
  engine.free()
  if (stdout === null) throw new Error('the schema engine gave no script')
  return stdout
}
