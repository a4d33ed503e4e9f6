/**
 * A PostgreSQL that a test may kill: one that keeps its data, on a port of its own. To be imported before anything of the
 * app, which reads its settings when it is loaded.
 */
import { startKillablePostgres } from '../../scripts/killable-postgres.ts'
import { migrate } from '../../scripts/migrate.ts'

const server = await startKillablePostgres()
await migrate(server.url)
process.env['DATABASE_URL'] = server.url

export const { kill: killPostgres, startAgain: startPostgresAgain, remove: removePostgres } = server
