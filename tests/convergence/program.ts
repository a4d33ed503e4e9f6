/** Bundled, and run as a child process: plays the seeds that its parent names, one after the other. */
import './world.ts'
import pg from 'pg'
import { boss } from '~/jobs/boss.server'
import { JOB_NAMES } from '~/jobs/catalogue'
import { sessionStorage } from '~/shopify.server'
import { playSeed } from './play-seed.ts'
import { databaseUrl } from './world.ts'

// What belongs to no life: the queue, which looks up each of its kinds once, and the storage of sessions, its table.
const queue = await boss()
for (const name of JOB_NAMES) {
  const id = await queue.send(name, {}, { singletonKey: `of ${process.pid}` })
  await queue.deleteJob(name, id!)
}
await sessionStorage.isReady()

const admin = new pg.Client({ connectionString: databaseUrl })
await admin.connect()

process.on('message', async (seed: number) => {
  process.send?.(await playSeed(seed, admin))
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
