import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

// Generation is WebAssembly, yet the command asks for an engine binary that it would download and never
// runs. Any executable satisfies it; this process's own is always there.
const { status } = spawnSync(
  process.execPath,
  [createRequire(import.meta.url).resolve('prisma/build/index.js'), 'generate', '--no-hints'],
  { stdio: 'inherit', env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath } },
)
process.exit(status ?? 1)
