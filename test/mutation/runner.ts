import { globSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  INSTRUMENTER_CONSTANTS,
  type InstrumenterContext,
  type MutantCoverage,
} from '@stryker-mutator/api/core'
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from '@stryker-mutator/api/test-runner'
import { forgettableCaches } from './caches.ts'
import { testFiles } from './test-files.ts'
import type { Suite, Test } from './vitest.ts'

type Shim = typeof import('./vitest.ts')

/** What instrumented code looks at: which mutant is on, and where it counts what a test reaches. */
const context: InstrumenterContext = {}
Object.assign(globalThis, { [INSTRUMENTER_CONSTANTS.NAMESPACE]: context })

/**
 * Tries mutants in one process that has all tests loaded: a run of vitest a mutant takes seconds, most of them for
 * loading. Caches are emptied before each mutant, and a test that fails must pass again without the mutant.
 */
class LoadedTestRunner implements TestRunner {
  private shim: Shim | undefined
  private forget = () => {}
  /** How long each test took last, in ms: the quick ones are tried first. */
  private readonly durations = new Map<string, number>()

  capabilities() {
    return { reloadEnvironment: false }
  }

  async init(): Promise<void> {
    process.env.PROPERTY_RUNS ??= '100'
    const shim = new URL('./vitest.ts', import.meta.url).href
    registerHooks({
      resolve: (specifier, resolving, next) => {
        if (specifier === 'vitest') return { url: shim, shortCircuit: true }
        if (/(^|\/)support\/service\.ts$/.test(specifier))
          return { url: pathToFileURL(resolve('test/mutation/service.ts')).href, shortCircuit: true }
        return next(specifier, resolving)
      },
    })
    this.forget = forgettableCaches()
    this.shim = await import('./vitest.ts')
    for (const file of globSync(testFiles).toSorted())
      await this.shim.collect(file, () => import(pathToFileURL(resolve(file)).href))
  }

  async dryRun({ testFiles: only }: DryRunOptions): Promise<DryRunResult> {
    const files = only?.map(file => resolve(file))
    const chosen = this.tests.filter(({ file }) => files === undefined || files.includes(resolve(file)))
    const results: TestResult[] = []
    for await (const result of this.run(chosen, { counted: true })) results.push(result)
    const coverage = structuredClone(context.mutantCoverage ?? { static: {}, perTest: {} })
    return {
      status: DryRunStatus.Complete,
      tests: results,
      mutantCoverage: this.withHooks(coverage, chosen),
    }
  }

  async mutantRun({ testFilter, activeMutant, hitLimit }: MutantRunOptions): Promise<MutantRunResult> {
    const wanted = testFilter && new Set(testFilter)
    const duration = ({ id }: Test) => this.durations.get(id) ?? Number.POSITIVE_INFINITY
    const chosen = this.tests
      .filter(({ id }) => wanted?.has(id) ?? true)
      .toSorted((one, other) => duration(one) - duration(other) || 0)
    Object.assign(context, { activeMutant: activeMutant.id, hitCount: 0, hitLimit })
    let nrOfTests = 0
    let failed: TestResult | undefined
    for await (const result of this.run(chosen)) {
      nrOfTests += 1
      if (result.status === TestStatus.Failed) {
        failed = result
        break
      }
    }
    const { hitCount = 0 } = context
    Object.assign(context, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined })
    if (failed === undefined) return { status: MutantRunStatus.Survived, nrOfTests }
    if (hitLimit !== undefined && hitCount > hitLimit)
      return { status: MutantRunStatus.Timeout, reason: `Reached ${hitCount} times.` }
    const { id, failureMessage } = failed as TestResult & { failureMessage: string }
    for await (const again of this.run(chosen.filter(test => test.id === id)))
      if (again.status === TestStatus.Failed) throw new Error(`${id} fails without the mutant too.`)
    return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage, nrOfTests }
  }

  private get tests(): readonly Test[] {
    if (this.shim === undefined) throw new Error('No test is loaded yet.')
    return this.shim.tests
  }

  /** Runs tests one after the other, each suite's hooks before the first test of it. */
  private async *run(chosen: readonly Test[], { counted = false } = {}): AsyncGenerator<TestResult> {
    const { suitesOf } = this.shim as Shim
    const count = (as: string) => {
      if (counted) context.currentTestId = as
    }
    this.forget()
    const begun = new Map<Suite, Promise<void>>()
    for (const { id, file, suite, run } of chosen) {
      const start = performance.now()
      let failureMessage: string | undefined
      try {
        count(hooksOf(id))
        for (const each of suitesOf(suite)) {
          const ready = begun.get(each) ?? runHooks(each.before)
          begun.set(each, ready)
          await ready
        }
        count(id)
        await run()
      } catch (error) {
        failureMessage = error instanceof Error ? `${error.message}\n${error.stack}` : String(error)
      }
      delete context.currentTestId
      const timeSpentMs = performance.now() - start
      this.durations.set(id, timeSpentMs)
      const told = { id, name: id, fileName: resolve(file), timeSpentMs }
      yield failureMessage === undefined
        ? { ...told, status: TestStatus.Success }
        : { ...told, status: TestStatus.Failed, failureMessage }
    }
    for (const { after } of begun.keys()) await runHooks(after)
  }

  /** What hooks reach is reached by every test of their file, whichever of them was the first. */
  private withHooks(coverage: MutantCoverage, chosen: readonly Test[]): MutantCoverage {
    for (const { id, file } of chosen) {
      const reached = coverage.perTest[hooksOf(id)]
      if (reached === undefined) continue
      delete coverage.perTest[hooksOf(id)]
      for (const other of chosen) {
        if (other.file === file) coverage.perTest[other.id] = { ...reached, ...coverage.perTest[other.id] }
      }
    }
    return coverage
  }
}

async function runHooks(hooks: readonly (() => unknown)[]): Promise<void> {
  for (const hook of hooks) await hook()
}

/** Under what name what the hooks before a test reach is counted. */
const hooksOf = (id: string): string => `${id} (hooks)`

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'loaded', LoadedTestRunner)]
