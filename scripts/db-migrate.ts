import { loadSettings, openAppDatabase } from './app-database.ts'
import { migrate } from './migrate.ts'
import { reportFailure } from './plain-failure.mjs'

try {
  loadSettings()
  const database = await openAppDatabase()
  try {
    const outcome = await migrate(database.url)
    console.log(outcome === 'applied' ? 'The database has been migrated.' : 'The database is up to date.')
  } finally {
    await database.stop()
  }
} catch (error) {
  reportFailure(error)
}
