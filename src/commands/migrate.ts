import { readConfig } from '../config.ts'
import { openDatabase } from '../database.ts'
import { migrate } from '../store/migrations.ts'

// Applies the migrations that are missing, and says which.
const database = await openDatabase(readConfig(process.env))
try {
  const applied = await migrate(database.url)
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
} finally {
  await database.close()
}
