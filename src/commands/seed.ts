import { pino } from 'pino'
import { readConfig } from '../config.ts'
import { openDatabase } from '../database.ts'
import { openInstallation } from '../installation.ts'

// Brings a database up to the migrations and data files of this version, as a start of the service would.
const config = readConfig(process.env)
const database = await openDatabase(config)
try {
  const installation = await openInstallation(database.url, {
    pool: config.DATABASE_POOL,
    publicUrl: null,
    log: pino({ level: 'warn' }),
  })
  console.log(`The database holds catalogue ${installation.catalogue().version}.`)
  await installation.close()
} finally {
  await database.close()
}
