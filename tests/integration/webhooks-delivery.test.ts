import { randomUUID } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import {
  closeAll,
  deliver,
  deliveriesOf,
  installShop,
  query,
  sampleBody,
  type TestShop,
  waitingJobs,
} from './webhooks-shop.ts'

afterAll(closeAll)

const ID = 5001

function order(changes: Record<string, unknown> = {}) {
  return sampleBody('orders/create', { id: ID, admin_graphql_api_id: `gid://shopify/Order/${ID}`, ...changes })
}

function product(changes: Record<string, unknown> = {}) {
  return sampleBody('products/create', { id: ID, admin_graphql_api_id: `gid://shopify/Product/${ID}`, ...changes })
}

async function storedOrder({ id }: TestShop) {
  const rows = await query<Record<string, unknown>>('select * from orders where shop_id = $1 and id = $2', [id, ID])
  return rows[0]
}

it('refuses a forged delivery with 401 and stores nothing of it', async () => {
  const shop = await installShop()
  expect(await deliver(shop.domain, 'orders/create', order(), { secret: 'guessed' })).toBe(401)
  expect(await deliveriesOf(shop)).toEqual([])
  expect(await storedOrder(shop)).toBeUndefined()
})

it('changes nothing when a delivery is repeated', async () => {
  const shop = await installShop()
  const webhookId = randomUUID()
  await deliver(shop.domain, 'orders/create', order({ note: 'first' }), { webhookId })
  const before = await storedOrder(shop)
  expect(await deliver(shop.domain, 'orders/create', order({ note: 'again' }), { webhookId })).toBe(200)
  expect(await storedOrder(shop)).toEqual(before)
  expect(await deliveriesOf(shop)).toHaveLength(1)
})

it('takes a repetition in the same few milliseconds for one delivery', async () => {
  const shop = await installShop()
  const webhookId = randomUUID()
  const statuses = await Promise.all([1, 2, 3].map(() => deliver(shop.domain, 'orders/create', order(), { webhookId })))
  expect(statuses).toEqual([200, 200, 200])
  expect(await deliveriesOf(shop)).toHaveLength(1)
})

it('never lets an older version replace a newer one', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'orders/updated', order({ updated_at: '2026-03-02T10:00:00Z', note: 'newer' }))
  expect(
    await deliver(shop.domain, 'orders/updated', order({ updated_at: '2026-03-02T09:59:59Z', note: 'older' })),
  ).toBe(200)
  expect(await storedOrder(shop)).toMatchObject({ note: 'newer' })
})

it('remembers which record a delivery was about, and that it came too late to change it', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'orders/updated', order({ updated_at: '2026-03-02T10:00:00Z' }))
  await deliver(shop.domain, 'orders/updated', order({ updated_at: '2026-03-02T09:59:59Z' }))
  await deliver(shop.domain, 'orders/delete', { id: ID + 1 })
  await deliver(shop.domain, 'orders/edited', { order_edit: { order_id: ID } })
  await deliver(shop.domain, 'orders/updated', { note: 'about nothing' })
  const rows = await query('select resource, record_id, stale from webhook_deliveries where shop_id = $1 order by id', [
    shop.id,
  ])
  expect(rows).toEqual([
    { resource: 'orders', record_id: `${ID}`, stale: false },
    { resource: 'orders', record_id: `${ID}`, stale: true },
    { resource: 'orders', record_id: `${ID + 1}`, stale: false },
    { resource: 'orders', record_id: `${ID}`, stale: false },
    { resource: null, record_id: null, stale: false },
  ])
})

it('decides between versions of one second by the microseconds at which they were triggered', async () => {
  const shop = await installShop()
  const send = (note: string, triggeredAt: string) =>
    deliver(shop.domain, 'orders/updated', order({ updated_at: '2026-03-02T10:00:00Z', note }), { triggeredAt })
  await send('first', '2026-03-02T10:00:00.123456Z')
  await send('second', '2026-03-02T10:00:00.123457Z')
  await send('before both', '2026-03-02T10:00:00.123455Z')
  expect(await storedOrder(shop)).toMatchObject({ note: 'second' })
})

it('needs no orders/create before orders/paid', async () => {
  const shop = await installShop()
  const paid = { updated_at: '2026-03-02T10:05:00Z', financial_status: 'paid' }
  await deliver(shop.domain, 'orders/paid', order(paid))
  await deliver(
    shop.domain,
    'orders/create',
    order({ updated_at: '2026-03-02T10:00:00Z', financial_status: 'pending' }),
  )
  expect(await storedOrder(shop)).toMatchObject({ financial_status: 'PAID', deleted_at: null })
})

it('does not resurrect a deleted record by a late update', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'orders/create', order({ updated_at: '2026-03-02T10:00:00Z' }))
  await deliver(shop.domain, 'orders/delete', { id: ID })
  await deliver(shop.domain, 'orders/updated', order({ updated_at: '2026-03-02T11:00:00Z' }))
  expect(await storedOrder(shop)).toMatchObject({ deleted_via: 'orders/delete' })
  expect((await deliveriesOf(shop)).map(({ state }) => state)).toEqual(['applied', 'applied', 'applied'])
})

it('remembers the deletion of a record that never arrived', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'orders/delete', { id: ID })
  await deliver(shop.domain, 'orders/create', order())
  expect(await storedOrder(shop)).toMatchObject({ deleted_via: 'orders/delete' })
})

it('acknowledges an unknown topic and records that it did nothing', async () => {
  const shop = await installShop()
  expect(await deliver(shop.domain, 'themes/publish', { id: 1, email: 'someone@example.com' })).toBe(200)
  expect(await deliveriesOf(shop)).toEqual([
    {
      topic: 'themes/publish',
      state: 'ignored',
      attempts: 0,
      error: 'no resource listens to this topic',
      payload: null,
    },
  ])
})

it('takes a product with more than 100 variants for a signal: pending, with a job that will read it', async () => {
  const shop = await installShop()
  const variants = Array.from({ length: 100 }, (_, index) => ({
    id: index + 1,
    title: 'v',
    price: '1.00',
    position: index,
  }))
  const gids = Array.from({ length: 101 }, (_, index) => ({
    admin_graphql_api_id: `gid://shopify/ProductVariant/${index + 1}`,
  }))
  expect(await deliver(shop.domain, 'products/update', product({ variants, variant_gids: gids }))).toBe(200)
  expect(await query('select from products where shop_id = $1', [shop.id])).toEqual([])
  expect(await deliveriesOf(shop)).toMatchObject([
    { state: 'pending', attempts: 0, error: expect.stringContaining('variants') },
  ])
  expect(await waitingJobs(shop)).toBe(1)
})

it('answers 200 to the repetition of a delivery that is still pending', async () => {
  const shop = await installShop()
  const webhookId = randomUUID()
  for (let time = 1; time <= 2; time += 1) {
    expect(await deliver(shop.domain, 'orders/create', { id: ID }, { webhookId })).toBe(200)
  }
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'pending', attempts: 1 }])
})

it('keeps every digit of ids beyond 2^53, in the copy and in the stored body', async () => {
  const shop = await installShop()
  const { admin_graphql_api_id: _gid, ...body } = order({ line_items: [], customer: null })
  const text = JSON.stringify(body).replace(`"id":${ID}`, '"id":820982911946154507')
  expect(await deliver(shop.domain, 'orders/create', text)).toBe(200)
  expect(await query('select id from orders where shop_id = $1', [shop.id])).toEqual([{ id: '820982911946154507' }])
  expect(await query(`select payload ->> 'id' as id from webhook_deliveries where shop_id = $1`, [shop.id])).toEqual([
    { id: '820982911946154507' },
  ])
})

it('stores what jsonb refuses without it, rather than failing the delivery', async () => {
  const shop = await installShop()
  const text = JSON.stringify(order({ note: 'NOTE' })).replace('NOTE', String.raw`a\u0000b \ud83d c`)
  expect(await deliver(shop.domain, 'orders/create', text)).toBe(200)
  expect(await storedOrder(shop)).toMatchObject({ note: 'ab \ufffd c' })
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'applied', payload: { note: 'ab \ufffd c' } }])
})

it('records as dead, without its body, what PostgreSQL cannot hold at all', async () => {
  const shop = await installShop()
  const text = JSON.stringify(order({ number: 'HUGE' })).replace('"HUGE"', '1e200000')
  expect(await deliver(shop.domain, 'orders/create', text)).toBe(200)
  const error = 'PostgreSQL 22003; its body could not be stored'
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'dead', error, payload: null }])
})

it('lets no bad delivery fail its neighbours', async () => {
  await query(`alter table orders add constraint refusal check (name <> 'refused')`)
  const [shop, other] = [await installShop(), await installShop()]
  const good = (target: TestShop, id: number) =>
    deliver(target.domain, 'orders/create', order({ id, admin_graphql_api_id: `gid://shopify/Order/${id}` }))
  const statuses = await Promise.all([
    good(shop, 1),
    // The normalizer refuses it.
    deliver(shop.domain, 'orders/create', { id: 2 }),
    // The database refuses it.
    deliver(shop.domain, 'orders/updated', order({ name: 'refused' })),
    good(other, 4),
    good(shop, 5),
  ])
  expect(statuses).toEqual([200, 200, 200, 200, 200])
  expect(await query('select id from orders where shop_id = any ($1) order by id', [[shop.id, other.id]])).toEqual([
    { id: '1' },
    { id: '4' },
    { id: '5' },
  ])
  expect((await deliveriesOf(shop)).filter(({ state }) => state === 'pending')).toMatchObject([
    { error: 'UnreadableRecord: line_items is not a list' },
    { error: 'PostgreSQL 23514' },
  ])
  expect(await waitingJobs(shop)).toBe(1)
  expect(await waitingJobs(other)).toBe(0)
})

it('writes nothing for a shop that has uninstalled, and keeps no body', async () => {
  const shop = await installShop()
  await query('update shops set uninstalled_at = now() where id = $1', [shop.id])
  expect(await deliver(shop.domain, 'orders/create', order())).toBe(200)
  expect(await storedOrder(shop)).toBeUndefined()
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'ignored', payload: null }])
})

it('makes no shop of one that it does not know', async () => {
  expect(await deliver('never-seen.myshopify.com', 'orders/create', order())).toBe(200)
  expect(await query(`select from shops where domain = 'never-seen.myshopify.com'`)).toEqual([])
})

it('takes the time of receipt when the delivery does not say when it was triggered', async () => {
  const shop = await installShop()
  const before = Date.now()
  await deliver(shop.domain, 'orders/create', order(), { triggeredAt: 'lately' })
  const stored = await storedOrder(shop)
  expect((stored?.['observed_at'] as Date).getTime()).toBeGreaterThanOrEqual(before)
  expect(await query('select triggered_at from webhook_deliveries where shop_id = $1', [shop.id])).toEqual([
    { triggered_at: null },
  ])
})
