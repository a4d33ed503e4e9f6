/** Who gets a token is subscribed to what is wanted beside shopify.app.toml: by a job, and by hand. */
import { afterAll, expect, it, vi } from 'vitest'
import { sandbox } from '../factories/running-sandbox.ts'

vi.hoisted(() => (process.env['EXTRA_WEBHOOK_TOPICS'] = 'themes/update'))

const { Session } = await import('@shopify/shopify-api')
const { pool } = await import('~/db.server')
const { stopBoss } = await import('~/jobs/boss.server')
const { handlers } = await import('~/jobs/handlers.server')
const { TryAgain } = await import('~/jobs/try-again')
const { subscriptionsOf } = await import('~/shopify/webhook-subscriptions.server')
const { subscriptionCommand } = await import('~/webhooks/subscriptions/command.server')
const { welcomeShop } = await import('~/welcome-shop.server')
const { connectedShop } = await import('../factories/sandbox-shops.ts')

const never = new AbortController().signal
const topicsOf = async (domain: string) => (await subscriptionsOf(domain, never).list()).map(({ topic }) => topic)
const register = (shopId: string) => handlers['webhook-subscriptions']({ shopId, action: 'register' }, never)

afterAll(() => sandbox.close())

it('a shop that installs the app gets a job, once, which registers what is wanted', async () => {
  const { id, domain } = await connectedShop()
  const session = new Session({
    id: `offline_${domain}`,
    shop: domain,
    state: '',
    isOnline: false,
    scope: 'read_orders',
  })
  await welcomeShop(session)
  await welcomeShop(session)
  const { rows } = await pool.query<{ data: { shopId: string; action: 'register' } }>(
    `select data from pgboss.job where name = 'webhook-subscriptions' and data->>'shopId' = $1`,
    [id],
  )
  expect(rows.map(({ data }) => data)).toEqual([{ shopId: id, action: 'register' }])
  await register(id)
  expect(await topicsOf(domain)).toEqual(['themes/update'])
})

it('the job comes again while Shopify fails, and rests where only the merchant can help', async () => {
  const failing = await connectedShop()
  failing.shop.fail('http403', 1)
  await register(failing.id)
  expect(await topicsOf(failing.domain)).toEqual([])
  let requests = 0
  failing.shop.faults = () => (++requests === 2 ? 'http403' : null)
  await expect(register(failing.id)).rejects.toBeInstanceOf(TryAgain)
  failing.shop.faults = null
  await register(failing.id)
  expect(await topicsOf(failing.domain)).toEqual(['themes/update'])
})

it('nothing is asked for a shop that does not have the app any more', async () => {
  const { id, shop } = await connectedShop()
  await pool.query('update shops set uninstalled_at = now() where id = $1', [id])
  await register(id)
  expect(shop.requests).toBe(0)
})

// The last one: the command leaves the database when it has done.
it('the command does it for one shop and says of each topic what became of it', async () => {
  const { domain, shop } = await connectedShop()
  await stopBoss(0)
  const done = await subscriptionCommand('register', domain.toUpperCase(), never)
  expect(done).toEqual({
    rows: [{ shop: domain, topic: 'themes/update', outcome: 'created', reason: '' }],
    isFailure: false,
  })
  expect(shop.requests).toBe(2)
})
