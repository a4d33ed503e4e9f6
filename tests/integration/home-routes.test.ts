import { Session } from '@shopify/shopify-api'
import { afterAll, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { recordInstall } from '~/db/shops.server'
import { stopBoss } from '~/jobs/boss.server'
import { loader as landing } from '~/routes/_index'
import { action, loader } from '~/routes/app._index'
import { action as webhooksAction, loader as webhooksLoader } from '~/routes/app.webhooks'
import { loader as auth } from '~/routes/auth.$'
import { sessionStorage } from '~/shopify.server'
import { signSessionToken } from '../../sandbox/session-token.ts'
import { testEnvironment } from '../setup/test-environment.ts'

const app = testEnvironment.SHOPIFY_APP_URL
// Shopify's library turns away what looks like a bot, and no user agent does.
const browser = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36' }
const [mine, theirs] = ['mine.myshopify.com', 'theirs.myshopify.com'] as const

/** A shop with the app and an access token, and a product that tells it from others. */
async function addShop(domain: string) {
  const shop = await recordInstall(domain, { scopes: testEnvironment.SCOPES })
  await sessionStorage.storeSession(
    new Session({
      id: `offline_${domain}`,
      shop: domain,
      state: '',
      isOnline: false,
      scope: testEnvironment.SCOPES,
      accessToken: `token of ${domain}`,
      expires: new Date(Date.now() + 3_600_000),
    }),
  )
  await pool.query(
    `insert into products (shop_id, id, title, observed_at, channel) values ($1, 1, $2, now(), 'pull')`,
    [shop.id, `Cup of ${domain}`],
  )
  return shop
}

function signedIn(domain: string, path: string, init: RequestInit = {}): Request {
  const { SHOPIFY_API_KEY: apiKey, SHOPIFY_API_SECRET: apiSecret } = testEnvironment
  const token = signSessionToken({ apiKey, apiSecret, domain, nowMs: Date.now() })
  return new Request(`${app}${path}`, { ...init, headers: { ...browser, Authorization: `Bearer ${token}` } })
}

const call = (request: Request) => ({ request, params: {}, context: {} })

/** What a loader throws when it answers by throwing. */
async function thrownResponse(answer: Promise<unknown>): Promise<Response> {
  const thrown = await answer.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(thrown instanceof Response)) throw new Error('no Response was thrown')
  return thrown
}

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
})

describe('the home page', () => {
  it('is that of the shop in the token, whatever the address says', async () => {
    await addShop(mine)
    await addShop(theirs)
    const { page } = await loader(call(signedIn(mine, `/app?shop=${theirs}`)))
    expect(page.changes.map(({ name }) => name)).toEqual([`Cup of ${mine}`])
  })

  it('is refused to a token of another app', async () => {
    const forged = signSessionToken({ apiKey: 'other', apiSecret: 'other', domain: mine, nowMs: Date.now() })
    const request = new Request(`${app}/app`, { headers: { ...browser, Authorization: `Bearer ${forged}` } })
    const refusal = await thrownResponse(loader(call(request)))
    expect(refusal.status).toBe(401)
    expect(refusal.headers.get('X-Shopify-Retry-Invalid-Session-Request')).toBe('1')
  })
})

describe('the page of webhooks', () => {
  it('is that of the shop in the token, whatever the address says', async () => {
    const [shop, other] = [await addShop('hears.myshopify.com'), await addShop('silent.myshopify.com')]
    await pool.query(
      `insert into webhook_rollups (shop_id, topic, hour, received, last_received_at)
       values ($1, 'orders/create', date_trunc('hour', now()), 7, now())`,
      [shop.id],
    )
    const received = async (domain: string, address: string) => {
      const { page } = await webhooksLoader(call(signedIn(domain, `/app/webhooks?shop=${address}`)))
      return page.topics.find(({ topic }) => topic === 'orders/create')?.week
    }
    expect(await received(shop.domain, other.domain)).toBe('7')
    expect(await received(other.domain, shop.domain)).toBe('0')
  })
})

describe('Replay', () => {
  it('asks for the dead letters of the shop in the token, and of no other', async () => {
    const [shop, other] = [await addShop('buried.myshopify.com'), await addShop('nosy.myshopify.com')]
    const { rows } = await pool.query<{ id: string }>(
      `insert into webhook_deliveries (shop_id, topic, webhook_id, state, payload)
       values ($1, 'orders/create', 'buried', 'dead', '{"id": 1}') returning id`,
      [shop.id],
    )
    const replay = (domain: string) => {
      const body = new URLSearchParams({ what: 'one', id: rows[0]!.id })
      return webhooksAction(call(signedIn(domain, `/app/webhooks?shop=${shop.domain}`, { method: 'POST', body })))
    }
    expect(await replay(other.domain)).toEqual({ text: 'There was nothing to replay.', isFailure: false })
    expect(await replay(shop.domain)).toEqual({ text: 'One message is being replayed.', isFailure: false })
    const { letters } = await webhooksLoader(call(signedIn(shop.domain, '/app/webhooks')))
    expect(letters.lines).toMatchObject([{ topic: 'orders/create', lastReplay: { tone: 'info' } }])
  })
})

describe('Sync now', () => {
  const ask = async (domain: string, fields: Record<string, string>) =>
    action(call(signedIn(domain, '/app?index', { method: 'POST', body: new URLSearchParams(fields) })))

  it('queues what was asked for, for the shop in the token, once', async () => {
    const shop = await addShop('asking.myshopify.com')
    const answer = await ask(shop.domain, { resource: 'orders', extent: 'everything' })
    expect(answer).toEqual({ outcome: 'queued', jobs: 1 })
    const { rows } = await pool.query<{ data: unknown }>(
      `select data from pgboss.job where name = 'first-copy' and data->>'shopId' = $1`,
      [shop.id],
    )
    expect(rows.map(({ data }) => data)).toEqual([
      { shopId: shop.id, resource: 'orders', trigger: 'manual', force: true },
    ])
    expect(await ask(shop.domain, { resource: 'orders', extent: 'everything' })).toEqual({ outcome: 'queued', jobs: 0 })
  })

  it('queues a range of days of the shop, each range for itself', async () => {
    const shop = await addShop('ranges.myshopify.com')
    await pool.query(`update shops set timezone = 'Europe/Berlin' where id = $1`, [shop.id])
    const askFor = (from: string, to: string) => ask(shop.domain, { resource: 'orders', extent: 'created', from, to })
    expect(await askFor('2026-03-01', '2026-03-31')).toEqual({ outcome: 'queued', jobs: 1 })
    expect(await askFor('2026-03-01', '2026-03-31')).toEqual({ outcome: 'queued', jobs: 0 })
    expect(await askFor('2026-03-01', '2026-03-02')).toEqual({ outcome: 'queued', jobs: 1 })
    const { rows } = await pool.query<{ range: unknown }>(
      `select data->'range' as range from pgboss.job where name = 'first-copy' and data->>'shopId' = $1 order by 1`,
      [shop.id],
    )
    expect(rows.map(({ range }) => range)).toEqual([
      { from: '2026-02-28T23:00:00.000Z', to: '2026-03-02T23:00:00.000Z' },
      { from: '2026-02-28T23:00:00.000Z', to: '2026-03-31T22:00:00.000Z' },
    ])
  })

  it('says which day it cannot take, and queues nothing', async () => {
    const shop = await addShop('wrong-days.myshopify.com')
    const wrong = { resource: 'all', extent: 'created', from: '2026-03-02', to: '2026-03-01' }
    expect(await ask(shop.domain, wrong)).toEqual({
      outcome: 'refused',
      errors: { to: 'The last day cannot be before the first.' },
    })
    const { rowCount } = await pool.query(`select from pgboss.job where data->>'shopId' = $1`, [shop.id])
    expect(rowCount).toBe(0)
  })

  it('does nothing about fields that it cannot read', async () => {
    await addShop('mistaken.myshopify.com')
    expect(await ask('mistaken.myshopify.com', { resource: 'carts', extent: 'everything' })).toEqual({
      outcome: 'unreadable',
    })
  })
})

describe('framing', () => {
  it('is allowed to the admin of the shop in the address, on the page that fetches a token too', async () => {
    const request = new Request(`${app}/auth/session-token?shop=${mine}`, { headers: browser })
    const bounce = await thrownResponse(auth(call(request)))
    const policy = bounce.headers.get('Content-Security-Policy')
    expect(policy).toContain(`frame-ancestors https://${mine} https://admin.shopify.com`)
    expect(await bounce.text()).toContain('<script')
  })

  it.each(['', '?shop=evil.example.com', '?shop=mine.myshopify.com;%20https://evil.example.com'])(
    'is allowed to nobody when the address ends in "%s"',
    async (query) => {
      const request = new Request(`${app}/auth/session-token${query}`, { headers: browser })
      const bounce = await thrownResponse(auth(call(request)))
      expect(bounce.headers.get('Content-Security-Policy')).toBe("frame-ancestors 'none';")
    },
  )
})

it('the app’s address goes on to the app with everything Shopify put into it', () => {
  const answer = landing(call(new Request(`${app}/?shop=${mine}&host=abc&id_token=x`)))
  expect(answer?.headers.get('Location')).toBe(`/app?shop=${mine}&host=abc&id_token=x`)
  expect(landing(call(new Request(`${app}/`)))).toBeNull()
})
