import { randomUUID } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { recordInstall } from '~/db/shops.server'
import { closeAll, deliver, deliveriesOf, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

afterAll(closeAll)

async function openSessions({ domain }: TestShop) {
  await query(
    `insert into sessions (id, shop, state, is_online, scope, access_token) values
       ('offline_' || $1, $1, '', false, 'read_orders', 'token'), ('online_' || $1, $1, '', true, 'user', 'token')`,
    [domain],
  )
}

const sessionsOf = ({ domain }: TestShop) =>
  query<{ scope: string; is_online: boolean }>(
    'select scope, is_online from sessions where shop = $1 order by is_online',
    [domain],
  )

async function shopRow({ id }: TestShop) {
  const [row] = await query<{ uninstalled_at: Date | null; scopes: string }>('select * from shops where id = $1', [id])
  return row!
}

const uninstalled = sampleBody('app/uninstalled')
const scopes = (...current: string[]) => sampleBody('app/scopes_update', { current })

it('forgets the tokens at an uninstall and keeps the data', async () => {
  const shop = await installShop()
  await openSessions(shop)
  await deliver(shop.domain, 'products/create', sampleBody('products/create'))
  expect(await deliver(shop.domain, 'app/uninstalled', uninstalled, { triggeredAt: '2026-06-01T00:00:00Z' })).toBe(200)
  expect((await shopRow(shop)).uninstalled_at).toEqual(new Date('2026-06-01T00:00:00Z'))
  expect(await sessionsOf(shop)).toEqual([])
  expect(await query('select from products where shop_id = $1', [shop.id])).toHaveLength(1)
})

it('keeps nothing of the body that names the shop’s owner', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'app/uninstalled', uninstalled)
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'applied', payload: null }])
})

it('does not uninstall a shop that has installed the app anew since', async () => {
  const shop = await installShop('2026-06-02T00:00:00Z')
  await openSessions(shop)
  expect(await deliver(shop.domain, 'app/uninstalled', uninstalled, { triggeredAt: '2026-06-01T00:00:00Z' })).toBe(200)
  expect((await shopRow(shop)).uninstalled_at).toBeNull()
  expect(await sessionsOf(shop)).toHaveLength(2)
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'ignored', error: expect.stringContaining('authorized') }])
})

it('does not uninstall a shop that got a token after it had been uninstalled: the message was late', async () => {
  const shop = await installShop('2026-01-01T00:00:00Z')
  await query(`update shops set authorized_at = '2026-06-02T00:00:00Z' where id = $1`, [shop.id])
  await deliver(shop.domain, 'app/uninstalled', uninstalled, { triggeredAt: '2026-06-01T23:54:00Z' })
  expect((await shopRow(shop)).uninstalled_at).toBeNull()
})

it('uninstalls a shop that seems to have got its token a moment later: our clock may be ahead', async () => {
  const shop = await installShop('2026-06-02T00:00:00Z')
  await query('update shops set authorized_at = installed_at where id = $1', [shop.id])
  await openSessions(shop)
  await deliver(shop.domain, 'app/uninstalled', uninstalled, { triggeredAt: '2026-06-01T23:56:00Z' })
  expect((await shopRow(shop)).uninstalled_at).toEqual(new Date('2026-06-01T23:56:00Z'))
  expect(await sessionsOf(shop)).toEqual([])
})

it('uninstalls once, however often it is told, and installs again', async () => {
  const shop = await installShop()
  const webhookId = randomUUID()
  const first = { webhookId, triggeredAt: '2026-06-01T00:00:00Z' }
  await deliver(shop.domain, 'app/uninstalled', uninstalled, first)
  await deliver(shop.domain, 'app/uninstalled', uninstalled, { triggeredAt: '2026-06-01T00:00:05Z' })
  expect((await shopRow(shop)).uninstalled_at).toEqual(new Date('2026-06-01T00:00:00Z'))
  await recordInstall(shop.domain, { scopes: 'read_orders' })
  await openSessions(shop)
  expect(await deliver(shop.domain, 'app/uninstalled', uninstalled, first)).toBe(200)
  expect((await shopRow(shop)).uninstalled_at).toBeNull()
  expect(await sessionsOf(shop)).toHaveLength(2)
})

it('forgets the tokens even of a shop that has no row', async () => {
  const stranger = { id: '0', domain: `stranger-${process.pid}.myshopify.com` }
  await openSessions(stranger)
  expect(await deliver(stranger.domain, 'app/uninstalled', uninstalled)).toBe(200)
  expect(await sessionsOf(stranger)).toEqual([])
  expect(await query('select from shops where domain = $1', [stranger.domain])).toEqual([])
})

it('takes over the scopes that the shop has granted, for the shop and for its own session', async () => {
  const shop = await installShop()
  await openSessions(shop)
  await deliver(shop.domain, 'app/scopes_update', scopes('read_orders', 'read_products'))
  expect((await shopRow(shop)).scopes).toBe('read_orders,read_products')
  expect(await sessionsOf(shop)).toEqual([
    { scope: 'read_orders,read_products', is_online: false },
    { scope: 'user', is_online: true },
  ])
})

it('lets no older scopes replace newer ones', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'app/scopes_update', scopes('newer'), { triggeredAt: '2026-06-02T00:00:00Z' })
  await deliver(shop.domain, 'app/scopes_update', scopes('older'), { triggeredAt: '2026-06-01T00:00:00Z' })
  expect((await shopRow(shop)).scopes).toBe('newer')
})

const details = ({ id }: TestShop) => query('select name, plan, currency, timezone from shops where id = $1', [id])

it('learns what the shop says of itself, but nothing older than it knows, and nothing where it is silent', async () => {
  const shop = await installShop()
  const update = (changes: Record<string, unknown>, day: number) =>
    deliver(shop.domain, 'shop/update', sampleBody('shop/update', changes), {
      triggeredAt: `2026-06-0${day}T00:00:00Z`,
    })
  await update({ name: 'Second', iana_timezone: 'Europe/Berlin', currency: 'EUR' }, 2)
  const known = [{ name: 'Second', plan: 'Shopify Plus', currency: 'EUR', timezone: 'Europe/Berlin' }]
  expect(await details(shop)).toEqual(known)
  await update({ name: 'First', iana_timezone: 'Europe/Paris' }, 1)
  expect(await details(shop)).toEqual(known)
  await update({ name: null, iana_timezone: null, currency: null, plan_display_name: 'Basic' }, 3)
  expect(await details(shop)).toEqual([{ ...known[0], plan: 'Basic' }])
  const stored = await query('select state, error, payload from webhook_deliveries where shop_id = $1 order by id', [
    shop.id,
  ])
  expect(stored).toEqual([
    { state: 'applied', error: null, payload: null },
    { state: 'ignored', error: 'a newer update is known', payload: null },
    { state: 'applied', error: null, payload: null },
  ])
})
