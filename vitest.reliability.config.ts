import { defineConfig } from 'vitest/config'
import { common } from './vitest.config.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** How many faults: `short` is what CI can wait for, `full` what a release must stand. */
    form: 'short' | 'full'
  }
}

// Faults on real processes: one file after the other, since each needs the machine for itself. `--mode short` is
// the form for CI.
export default defineConfig(({ mode }) => ({
  test: {
    ...common,
    include: ['test/reliability/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 3_600_000,
    provide: { form: mode === 'short' ? 'short' : 'full' },
  },
}))
