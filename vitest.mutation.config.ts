import { defineConfig } from 'vitest/config'

/** The tests of the domain alone, without a database: what mutants are tried on. */
export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts'],
    testTimeout: 30_000,
    env: { PROPERTY_RUNS: '200' },
  },
})
