import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { openDatabase } from '../database.ts'
import { type RunQueue, startRunQueue } from '../jobs/run-queue.ts'
import { restoreBackup } from '../store/restore.ts'

// Loads a backup into an empty database: the one that DATABASE_URL names, or a new embedded one in DATA_DIR.
const { values } = parseArgs({ options: { from: { type: 'string' } } })
const { from } = values
if (from === undefined) {
  console.error('npm run restore -- --from FILE')
  process.exit(64)
}

const database = await openDatabase(readConfig(process.env))
let queue: RunQueue | undefined
try {
  const { header, trailer, queued } = await restoreBackup(database.url, from, async () => {
    queue = await startRunQueue(database.url, { atOnce: 1, onError: error => console.error(error.message) })
    return queue.enqueue
  })
  const rows = Object.values(trailer.tables).reduce((sum, table) => sum + table.rows, 0)
  console.log(
    `Restored ${rows} rows of ${header.tables.length} tables, taken at ${header.takenAt}; ${queued} runs wait for a worker.`,
  )
} finally {
  await queue?.stop()
  await database.close()
}
