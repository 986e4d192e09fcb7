import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { openDatabase } from '../database.ts'
import { writeBackup } from '../store/backup.ts'
import { type Backup, readBackup } from '../store/backup-file.ts'

// Writes everything that the database keeps into one file, while the service goes on; or checks such a file.
const usage = `npm run backup -- --to FILE       writes a new file
npm run backup -- --check FILE    reads one to its end and says what is in it`

const { values } = parseArgs({ options: { to: { type: 'string' }, check: { type: 'string' } } })

function tell({ header, trailer }: Backup): void {
  for (const [table, { rows }] of Object.entries(trailer.tables)) console.log(`${table}\t${rows}`)
  console.log(`Taken at ${header.takenAt}, at migration ${header.migrations.at(-1)?.name}.`)
}

if (values.check !== undefined) tell(await readBackup(values.check))
else if (values.to !== undefined) {
  const database = await openDatabase(readConfig(process.env))
  try {
    tell(await writeBackup(database.url, values.to))
  } finally {
    await database.close()
  }
} else {
  console.error(usage)
  process.exit(64)
}
