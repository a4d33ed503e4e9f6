/** A shop's jobs keep no other shop's waiting, over real workers. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { stopBoss } from '~/jobs/boss.server'
import { enqueueApplyPending } from '~/jobs/enqueue.server'
import { startWorker } from '~/jobs/worker.server'
import { installedShop } from '../factories/shops.ts'

let worker: Awaited<ReturnType<typeof startWorker>>

beforeAll(async () => {
  worker = await startWorker()
})

afterAll(async () => {
  await worker.stop()
  await stopBoss(0)
  await closeDatabase()
})

async function states(shopId: string): Promise<string[]> {
  const { rows } = await pool.query<{ state: string }>(
    `select state::text from pgboss.job where name = 'apply-pending' and singleton_key = $1 order by created_on`,
    [shopId],
  )
  return rows.map(({ state }) => state)
}

/** As if a process had the shop's job that has just been killed; the next one waits behind it. */
async function stuckJobs(shopId: string): Promise<void> {
  await enqueueApplyPending(shopId, { at: new Date(Date.now() + 3_600_000) })
  await pool.query(
    `update pgboss.job set state = 'active', started_on = now(), heartbeat_on = now()
     where name = 'apply-pending' and singleton_key = $1`,
    [shopId],
  )
  await enqueueApplyPending(shopId)
}

/** More than there are workers: each of them may come across one. */
const STUCK = 6

it('jobs that wait behind one of their own shop are passed by', async () => {
  const shops = await Promise.all(Array.from({ length: STUCK + 3 }, () => installedShop()))
  const [stuck, others] = [shops.slice(0, STUCK), shops.slice(STUCK)]
  for (const { id } of stuck) await stuckJobs(id)
  for (const { id } of others) await enqueueApplyPending(id)
  for (const { id } of others) {
    await expect.poll(() => states(id), { timeout: 5_000, interval: 50 }).toEqual(['completed'])
  }
  for (const { id } of stuck) expect(await states(id)).toEqual(['active', 'created'])
})
