/** Bundled, and run as a child process: plays the seeds that its parent names, one after the other. */
import './world.ts'
import pg from 'pg'
import { boss } from '~/jobs/boss.server'
import { sessionStorage } from '~/shopify.server'
import { playSeed } from './play-seed.ts'
import { databaseUrl } from './world.ts'

// What belongs to no life: the tables of the queue, and the storage of sessions that looks for its table.
await boss()
await sessionStorage.isReady()

const admin = new pg.Client({ connectionString: databaseUrl })
await admin.connect()

process.on('message', async (seed: number) => {
  process.send?.(await playSeed(seed, admin))
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
