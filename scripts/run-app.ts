import { loadSettings, openAppDatabase } from './app-database.ts'
import { migrate } from './migrate.ts'
import { reportFailure } from './plain-failure.mjs'
import { stopOnSignal } from './stop-signals.ts'

const graceMs = 30_000

/** What `boot` of app/entry.server.tsx returns once the app listens. */
export type RunningApp = { stop: () => Promise<void> }

/**
 * Runs the app in this process until a signal: settings, database, migrations, then `bootApp`, which must load the app
 * only now (its settings are read when it is loaded). Stops in the opposite order, so that the app can finish its
 * work while the database is still there.
 */
export async function runApp(bootApp: () => Promise<RunningApp>): Promise<void> {
  const closers: (() => Promise<void>)[] = []
  const closeAll = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close()
  }
  stopOnSignal(closeAll, graceMs)
  try {
    loadSettings()
    const database = await openAppDatabase()
    closers.push(database.stop)
    process.env['DATABASE_URL'] = database.url
    await migrate(database.url)
    const booting = bootApp()
    // Also for a signal that comes while it boots: then it is stopped as soon as it has.
    closers.push(() =>
      booting.then(
        (app) => app.stop(),
        () => undefined,
      ),
    )
    await booting
  } catch (error) {
    reportFailure(error)
    await closeAll()
    process.exit(1)
  }
}
