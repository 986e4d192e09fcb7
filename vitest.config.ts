import { defineConfig } from 'vitest/config'

/** What all tests have in common, whichever configuration runs them. */
export const common = {
  globalSetup: ['test/support/global-setup.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
}

/** Tests of how long something takes: nothing else runs beside them. */
const timed = ['test/attack/guessing-by-time.test.ts', 'test/process/second-start.test.ts']

const { testTimeout, hookTimeout } = common

// A file has a database and a service of its own, and nothing of ours is global, so files share a process: loading
// all modules anew for each of two hundred files takes longer than most of them. A file waits for PostgreSQL, for
// other processes and for time limits, so there is one for each core; the default leaves one core idle.
export default defineConfig({
  test: {
    ...common,
    projects: [
      {
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: ['test/web/**', 'test/reliability/**', ...timed],
          isolate: false,
          maxWorkers: '100%',
          testTimeout,
          hookTimeout,
        },
      },
      { test: { name: 'alone', include: timed, fileParallelism: false, testTimeout, hookTimeout } },
    ],
  },
})
