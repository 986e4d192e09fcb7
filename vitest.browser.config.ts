import { defineConfig } from 'vitest/config'
import { common } from './vitest.config.ts'

// The tests of the page need a Chromium (CHROMIUM, or /usr/bin/chromium), which npm cannot bring.
export default defineConfig({ test: { ...common, include: ['test/web/**/*.test.ts'] } })
