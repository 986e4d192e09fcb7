// Stands in for `vitest` where mutants are tried: what files of tests define is kept, to be run again and again.

/** A file of tests, or a `describe`. */
export interface Suite {
  readonly name: string
  readonly parent: Suite | null
  readonly before: (() => unknown)[]
  readonly after: (() => unknown)[]
}

/** A test as its file defines it. */
export interface Test {
  /** File, suites, name, and place among the tests of its file: the same each time it is loaded. */
  readonly id: string
  readonly file: string
  readonly suite: Suite
  readonly run: () => unknown
}

type Body = (...row: never[]) => unknown

/** All tests of the files that are loaded. */
export const tests: Test[] = []

let file = ''
let suite: Suite = { name: '', parent: null, before: [], after: [] }
let count = 0

/** Loads a file, and keeps the tests that it defines. */
export async function collect(path: string, load: () => Promise<unknown>): Promise<void> {
  file = path
  suite = { name: path, parent: null, before: [], after: [] }
  count = 0
  await load()
}

/** The suites of a test, its file first. */
export const suitesOf = (of: Suite | null): readonly Suite[] =>
  of === null ? [] : [...suitesOf(of.parent), of]

function define(name: string, body: Body, row: readonly unknown[] = []): void {
  const names = suitesOf(suite).map(each => each.name)
  const id = `${[...names, name].join(' > ')} #${++count}`
  tests.push({ id, file, suite, run: () => body(...(row as never[])) })
}

function group(name: string, body: Body, row: readonly unknown[] = []): void {
  const outer = suite
  suite = { name, parent: outer, before: [], after: [] }
  body(...(row as never[]))
  suite = outer
}

/** `each` of what defines a test or a suite: the members of a row that is an array are its arguments. */
const withEach = (made: typeof define) =>
  Object.assign((name: string, body: Body) => made(name, body), {
    each: (rows: readonly unknown[]) => (name: string, body: Body) => {
      for (const row of rows) made(name, body, Array.isArray(row) ? row : [row])
    },
  })

export const it = withEach(define)
export const describe = withEach(group)
export const beforeAll = (hook: () => unknown) => void suite.before.push(hook)
export const afterAll = (hook: () => unknown) => void suite.after.push(hook)

// What vitest's own expectations look for in the process that they run in.
Object.assign(globalThis, {
  __vitest_worker__: { config: {}, filepath: '', metaEnv: {}, environment: {}, ctx: {}, rpc: {} },
})
export const { expect } = await import(
  new URL('../../node_modules/vitest/dist/index.js', import.meta.url).href
)
