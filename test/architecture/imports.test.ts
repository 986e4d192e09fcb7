import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../src/', import.meta.url))

interface Import {
  readonly from: string
  /** A path below src, or the name of a package. */
  readonly what: string
  readonly typeOnly: boolean
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const statements = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^;'"]*?\s+from\s+)?['"]([^'"]+)['"]/g,
  )
  const dynamic = text.matchAll(/import\((['"])([^'"]+)\1\)/g)
  const resolve = (specifier: string): string =>
    specifier.startsWith('.') ? relative(root, join(root, dirname(file), specifier)) : specifier
  return [
    ...[...statements].map(([, type, names = '', specifier = '']) => ({
      from: file,
      what: resolve(specifier),
      typeOnly: type !== undefined || /^\{\s*type [^,]*\}\s+from/.test(names.trim()),
    })),
    ...[...dynamic].map(([, , specifier = '']) => ({
      from: file,
      what: resolve(specifier),
      typeOnly: false,
    })),
  ]
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts') && !file.startsWith('generated/'))
  .map(file => file.replaceAll('\\', '/'))
const imports = files.flatMap(importsOf)
const of = (folder: string) => imports.filter(({ from }) => from.startsWith(`${folder}/`))

/** Every import of a folder that no rule allows. */
function forbidden(folder: string, allowed: readonly RegExp[], types: readonly RegExp[] = []): string[] {
  return of(folder)
    .filter(({ what, typeOnly }) => ![...allowed, ...(typeOnly ? types : [])].some(rule => rule.test(what)))
    .map(({ from, what }) => `${from} → ${what}`)
}

describe('who may import whom', () => {
  it('finds the imports that it judges', () => {
    expect(files.length).toBeGreaterThan(40)
    expect(importsOf('domain/compute/training/training.ts').map(({ what }) => what)).toContain(
      'domain/sheet/sheet.ts',
    )
    expect(importsOf('store/connection.ts').map(({ what }) => what)).toContain('@prisma/adapter-pg')
  })

  it('the domain imports the domain alone', () => {
    expect(forbidden('domain', [/^domain\//])).toEqual([])
  })

  it('schemas import TypeBox, and types and constants of the domain', () => {
    expect(
      forbidden('schemas', [/^schemas\//, /^domain\//, /^spreadsheet\/table\.ts$/, /^typebox$/]),
    ).toEqual([])
  })

  it('the store alone imports Prisma and pg', () => {
    expect(
      forbidden('store', [
        /^store\//,
        /^digest\.ts$/,
        /^domain\//,
        /^generated\/prisma\//,
        /^@prisma\/adapter-pg$/,
        /^pg$/,
        /^node:/,
      ]),
    ).toEqual([])
    const others = imports.filter(
      ({ from, what }) => !from.startsWith('store/') && /^(@prisma\/|pg$|generated\/)/.test(what),
    )
    expect(others).toEqual([])
  })

  it('spreadsheets import their formats alone', () => {
    expect(
      forbidden('spreadsheet', [/^spreadsheet\//, /^csv-(parse|stringify)\/sync$/, /^saxes$/, /^node:zlib$/]),
    ).toEqual([])
  })

  it('charts import the domain and what draws them', () => {
    expect(forbidden('chart', [/^chart\//, /^domain\//, /^echarts\//])).toEqual([])
  })

  it('jobs import the domain, what the store offers, and the queue', () => {
    expect(
      forbidden(
        'jobs',
        [
          /^jobs\//,
          /^domain\//,
          /^chart\//,
          /^spreadsheet\//,
          /^digest\.ts$/,
          /^(pg-boss|piscina|node:(child_process|fs|os|v8|worker_threads|zlib))$/,
        ],
        [/^store\/(store|run-store|json|reference-data)\.ts$/, /^telemetry\//],
      ),
    ).toEqual([])
  })

  it('HTTP imports no SQL and no queue, but their types', () => {
    expect(
      forbidden(
        'http',
        [
          /^http\//,
          /^schemas\//,
          /^domain\//,
          /^chart\//,
          /^spreadsheet\//,
          /^digest\.ts$/,
          /^(fastify|find-my-way|ajv|fast-json-stringify|jose|yaml|typebox)$/,
          /^@fastify\//,
          /^node:(crypto|fs|net|stream|timers\/promises|util|zlib)$/,
        ],
        [
          /^store\/(store|run-store|access|json|reference-data|catalogue)\.ts$/,
          /^jobs\/(run-queue|threads)\.ts$/,
          /^telemetry\//,
        ],
      ),
    ).toEqual([])
  })

  it('telemetry imports nothing of the service', () => {
    expect(forbidden('telemetry', [/^telemetry\//, /^prom-client$/, /^@opentelemetry\//, /^node:/])).toEqual(
      [],
    )
  })

  it('what tracing takes is loaded by one file, and that only where something is traced', () => {
    const sdk = imports.filter(({ what }) => /^@opentelemetry\/(?!api$)/.test(what)).map(({ from }) => from)
    expect([...new Set(sdk)]).toEqual(['telemetry/otlp-tracing.ts'])
    const loading = imports.filter(({ what }) => what === 'telemetry/otlp-tracing.ts')
    expect(loading.map(({ from }) => from)).toEqual(['telemetry/tracing.ts'])
    const text = readFileSync(join(root, 'telemetry/tracing.ts'), 'utf8')
    expect(text).toContain("await import('./otlp-tracing.ts')")
    expect(text).not.toMatch(/^import .*otlp-tracing/m)
  })

  it('only main.ts ends the process, and only config.ts and the start read the environment', () => {
    const using = (pattern: RegExp) =>
      files.filter(file => pattern.test(readFileSync(join(root, file), 'utf8')))
    expect(using(/process\.exit\(/)).toEqual(expect.arrayContaining(['main.ts']))
    expect(
      using(/process\.exit\(/).filter(file => file !== 'main.ts' && !file.startsWith('commands/')),
    ).toEqual([])
    expect(
      using(/process\.env\b/).filter(
        file => !['main.ts', 'store/postgres-programs.ts'].includes(file) && !file.startsWith('commands/'),
      ),
    ).toEqual([])
  })

  it('no folder is a drawer for everything', () => {
    const folders = new Set(files.flatMap(file => file.split('/').slice(0, -1)))
    for (const drawer of ['utils', 'common', 'lib', 'helpers', 'services'])
      expect(folders).not.toContain(drawer)
  })

  it('SQL is written with parameters alone', () => {
    const raw = files.filter(file =>
      /\$(queryRawUnsafe|executeRawUnsafe)/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(raw).toEqual([])
  })
})
