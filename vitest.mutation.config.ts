import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { testFiles } from './test/mutation/test-files.ts'

/** The tests of what the domain works out, without a database: what mutants are tried on. */
export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^(\.\.\/)+support\/service\.ts$/,
        replacement: fileURLToPath(new URL('test/mutation/service.ts', import.meta.url)),
      },
    ],
  },
  test: {
    include: testFiles,
    // One worker keeps what it has loaded: a mutant is tried in seconds instead of minutes.
    isolate: false,
    pool: 'threads',
    // Counting what is covered makes loops a good deal slower.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    env: { PROPERTY_RUNS: '200' },
  },
})
