import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

// The tests of the page need a Chromium (CHROMIUM, or /usr/bin/chromium), which npm cannot bring.
export default defineConfig({ test: { ...base.test, include: ['test/web/**/*.test.ts'], exclude: [] } })
