/** bulk_operations/finish: who waits for the operation looks at once, and nobody else does. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { boss } from '~/jobs/boss.server'
import { enqueueReconcile, enqueueRest } from '~/jobs/enqueue.server'
import { closeAll, deliver, deliveriesOf, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

afterAll(closeAll)

const TOPIC = 'bulk_operations/finish'
const operationId = 'gid://shopify/BulkOperation/720918'
const ended = sampleBody(TOPIC, { admin_graphql_api_id: operationId, status: 'completed' })
const operation = { operationId, startedAt: '2026-11-24T10:00:00.000Z', said: 5, exact: true }
const range = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' }
const otherRange = { ...range, to: '2026-05-01T00:00:00.000Z' }

/** Shop, resource and queue of each kind of work; each is put off by a quarter of an hour. */
const waits: Readonly<Record<string, (shop: TestShop) => Promise<unknown>>> = {
  'first-copy': async ({ id }) => {
    await query(`insert into sync_states (shop_id, resource, checkpoint) values ($1, 'orders', $2)`, [
      ...[id, { bulk: { ...operation, runId: '1' } }],
    ])
    return putOff(id, 'first-copy')
  },
  sync: async ({ id }) => {
    await query(`insert into sync_states (shop_id, resource, checkpoint) values ($1, 'orders', $2)`, [
      ...[id, { bulk: { ...operation, runId: '1' } }],
    ])
    return putOff(id, 'sync')
  },
  range: async ({ id }) => {
    await query(`insert into sync_states (shop_id, resource, range_checkpoints) values ($1, 'orders', $2)`, [
      ...[id, { [`${range.from}/${range.to}`]: { bulk: { ...operation, runId: '1' } } }],
    ])
    await putOff(id, 'first-copy', { range: otherRange })
    await putOff(id, 'sync')
    return putOff(id, 'first-copy', { range })
  },
  reconcile: async ({ id }) => {
    await query(
      `insert into reconciliations (shop_id, resource, mode, trigger, operation, as_of)
       values ($1, 'orders', 'ids', 'manual', $2, now())`,
      [id, operation],
    )
    return enqueueReconcile(id, 'orders', { trigger: 'manual', afterSeconds: 900 })
  },
}

const putOff = (shopId: string, name: 'sync' | 'first-copy', more: { range?: typeof range } = {}) =>
  enqueueRest(name, { shopId, resource: 'orders', trigger: 'manual', force: false, ...more }, 900)

interface Job {
  name: string
  /** Of a range: where it ends. */
  to: string | null
  isDue: boolean
}

const jobsOf = ({ id }: TestShop) =>
  query<Job>(
    `select name, data->'range'->>'to' as to, start_after <= now() as "isDue" from pgboss.job
     where data->>'shopId' = $1 order by name, 2 nulls last`,
    [id],
  )

let shop: TestShop
beforeEach(async () => {
  await boss()
  shop = await installShop()
})

describe('what waits for the operation', () => {
  it.each(['first-copy', 'sync', 'reconcile'])('as %s is done now', async (kind) => {
    await waits[kind]!(shop)
    expect(await jobsOf(shop)).toMatchObject([{ name: kind, isDue: false }])
    expect(await deliver(shop.domain, TOPIC, ended)).toBe(200)
    expect(await jobsOf(shop)).toMatchObject([{ name: kind, isDue: true }])
    expect(await deliveriesOf(shop)).toMatchObject([
      { topic: TOPIC, state: 'applied', error: null, payload: { admin_graphql_api_id: operationId } },
    ])
  })

  it('as a range of dates is done now, and no other range and no pull with it', async () => {
    await waits['range']!(shop)
    await deliver(shop.domain, TOPIC, ended)
    expect(await jobsOf(shop)).toEqual([
      { name: 'first-copy', to: range.to, isDue: true },
      { name: 'first-copy', to: otherRange.to, isDue: false },
      { name: 'sync', to: null, isDue: false },
    ])
  })

  it('is asked for no second time while it is at work', async () => {
    await waits['reconcile']!(shop)
    await query(`update pgboss.job set state = 'active' where data->>'shopId' = $1`, [shop.id])
    await deliver(shop.domain, TOPIC, ended)
    expect(await jobsOf(shop)).toHaveLength(1)
    expect(await deliveriesOf(shop)).toMatchObject([{ state: 'applied' }])
  })
})

it('of one shop brings nothing of another forward, though the operation has the same id', async () => {
  const other = await installShop()
  await waits['first-copy']!(shop)
  await waits['first-copy']!(other)
  await deliver(shop.domain, TOPIC, ended)
  expect(await jobsOf(other)).toMatchObject([{ isDue: false }])
  expect(await deliveriesOf(other)).toEqual([])
})

it('of another shop’s operation brings nothing of this one forward', async () => {
  const other = await installShop()
  await waits['first-copy']!(shop)
  await putOff(other.id, 'first-copy')
  await deliver(other.domain, TOPIC, ended)
  expect([...(await jobsOf(shop)), ...(await jobsOf(other))]).toMatchObject([{ isDue: false }, { isDue: false }])
  expect(await deliveriesOf(other)).toMatchObject([{ state: 'ignored' }])
})

it('of an operation that nothing waits for is recorded, and changes nothing', async () => {
  await waits['first-copy']!(shop)
  const unknown = sampleBody(TOPIC, { admin_graphql_api_id: 'gid://shopify/BulkOperation/1' })
  expect(await deliver(shop.domain, TOPIC, unknown)).toBe(200)
  expect(await deliver(shop.domain, TOPIC, { status: 'completed' })).toBe(200)
  expect(await jobsOf(shop)).toMatchObject([{ isDue: false }])
  expect(await deliveriesOf(shop)).toMatchObject([
    { state: 'ignored', error: 'nothing waits for this bulk operation' },
    { state: 'ignored', error: 'nothing waits for this bulk operation' },
  ])
})

it('changes nothing for a shop that has uninstalled the app, and answers one that never had it', async () => {
  await waits['first-copy']!(shop)
  await query('update shops set uninstalled_at = now() where id = $1', [shop.id])
  expect(await deliver(shop.domain, TOPIC, ended)).toBe(200)
  expect(await jobsOf(shop)).toMatchObject([{ isDue: false }])
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'ignored', error: expect.stringContaining('installed') }])
  expect(await deliver(`nobody-${process.pid}.myshopify.com`, TOPIC, ended)).toBe(200)
})

it('that comes twice is taken once', async () => {
  await waits['first-copy']!(shop)
  const webhookId = randomUUID()
  await deliver(shop.domain, TOPIC, ended, { webhookId })
  await query(`update pgboss.job set start_after = now() + interval '1 hour' where data->>'shopId' = $1`, [shop.id])
  expect(await deliver(shop.domain, TOPIC, ended, { webhookId })).toBe(200)
  expect(await jobsOf(shop)).toMatchObject([{ isDue: false }])
  expect(await deliveriesOf(shop)).toHaveLength(1)
})
