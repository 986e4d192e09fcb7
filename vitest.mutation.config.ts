import { defineConfig } from 'vitest/config'

/** The tests of the domain alone, without a database: what mutants are tried on. */
export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts'],
    // Counting what is covered makes loops a good deal slower.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    env: { PROPERTY_RUNS: '200' },
  },
})
