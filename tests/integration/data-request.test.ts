/** A customer asks for their data: from Shopify's delivery to the file that the merchant downloads. */
import { sandbox } from '../factories/running-sandbox.ts'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanUp } from '~/cleanup/cleanup.server'
import { pool } from '~/db.server'
import { handlers } from '~/jobs/handlers.server'
import { loader } from '~/routes/app.data-requests.$id'
import { loader as settingsLoader } from '~/routes/app.settings'
import { dump, tracesIn } from '../factories/dump.ts'
import { bodyAbout, type Inhabitant, uniquePerson } from '../factories/person-bodies.ts'
import { connectedShop, type ConnectedShop } from '../factories/sandbox-shops.ts'
import { testEnvironment } from '../setup/test-environment.ts'
import { closeAll, deliver, deliveriesOf, query } from './webhooks-shop.ts'
import { rawId } from '../../sandbox/webhooks/bodies/raw-id.ts'

afterAll(async () => {
  await closeAll()
  await sandbox.close()
})

const never = new AbortController().signal

/** Ids beyond 2^53. */
const inhabitant = (number: number): Inhabitant => ({
  person: uniquePerson(),
  ...{ customerId: `700000000000000000${number}`, orderId: `800000000000000000${number}` },
  ...{ checkoutId: `900000000000000000${number}`, cartToken: `cart-${number}` },
})

async function moveIn({ domain, id }: ConnectedShop, whose: Inhabitant): Promise<void> {
  for (const topic of ['customers/create', 'orders/create', 'checkouts/create', 'carts/create', 'refunds/create'])
    await deliver(domain, topic, bodyAbout(topic, whose))
  await query(
    `insert into order_transactions (shop_id, id, order_id, observed_at, channel, gateway, amount)
     values ($1, $2, $2, now(), 'pull', 'bogus', 12.5)`,
    [id, whose.orderId],
  )
}

const request = ({ customerId, orderId, person }: Inhabitant, number = 9999) => ({
  customer: { id: rawId(customerId), email: person.email, phone: person.phone },
  orders_requested: [rawId(orderId)],
  data_request: { id: number },
})

interface Listed {
  id: string
  isReady: boolean
  error: string | null
}

const exportsOf = ({ id }: ConnectedShop) =>
  query<Listed>(
    'select id, ready_at is not null as "isReady", error from data_exports where shop_id = $1 order by id',
    [id],
  )

/** What a worker does with the jobs that wait. */
async function work({ id }: ConnectedShop): Promise<void> {
  const jobs = await query<{ id: string; data: { shopId: string; exportId: string } }>(
    `delete from pgboss.job where name = 'data-export' and data ->> 'shopId' = $1 returning id, data`,
    [id],
  )
  for (const { data } of jobs) await handlers['data-export'](data, never)
}

const browser = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36' }

const signedIn = ({ shop }: ConnectedShop, path: string) =>
  new Request(`${testEnvironment.SHOPIFY_APP_URL}${path}`, {
    headers: { ...browser, Authorization: `Bearer ${shop.sessionToken({ lifetimeSeconds: 3600 })}` },
  })

const download = (shop: ConnectedShop, id: string) =>
  loader({ request: signedIn(shop, `/app/data-requests/${id}`), params: { id }, context: {} })

const settings = async (shop: ConnectedShop, search = '') =>
  (await settingsLoader({ request: signedIn(shop, `/app/settings${search}`), params: {}, context: {} })).page

const listed = async (shop: ConnectedShop) => (await settings(shop)).dataRequests

describe('a request', () => {
  let shop: ConnectedShop
  const [whose, other] = [inhabitant(1), inhabitant(2)]

  beforeAll(async () => {
    shop = await connectedShop()
    for (const each of [whose, other]) await moveIn(shop, each)
  })

  it('is answered at once, and the merchant is shown that the export is being prepared', async () => {
    const webhookId = randomUUID()
    expect(await deliver(shop.domain, 'customers/data_request', request(whose), { webhookId })).toBe(200)
    expect(await exportsOf(shop)).toMatchObject([{ isReady: false, error: null }])
    const { firstName, lastName } = whose.person
    expect(await listed(shop)).toMatchObject([{ customer: `${firstName} ${lastName}`, state: 'preparing' }])
    expect((await download(shop, (await exportsOf(shop))[0]!.id)).status).toBe(404)
    const open = await query<object>('select rows, completed_at from compliance_events where webhook_id = $1', [
      webhookId,
    ])
    expect(open).toEqual([{ rows: {}, completed_at: null }])
    // The inbox keeps the ids alone.
    const stored = (await deliveriesOf(shop)).at(-1)!
    expect(tracesIn([{ table: 'payload', line: JSON.stringify(stored.payload) }], Object.values(whose.person))).toEqual(
      {},
    )

    await work(shop)
    expect(await listed(shop)).toMatchObject([{ state: 'ready' }])
    expect(await query('select * from compliance_events where webhook_id = $1', [webhookId])).toMatchObject([
      {
        completed_at: expect.any(Date) as unknown,
        rows: { customers: 1, orders: 1, order_line_items: 5, checkouts: 1, webhook_deliveries: 6 },
      },
    ])
  })

  it('brings all that is held about the person, and not a word of anybody else', async () => {
    const [{ id }] = (await exportsOf(shop)) as [Listed]
    const answer = await download(shop, id)
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="data-request-${id}.json"`,
      'cache-control': 'no-store',
    })
    const text = await answer.text()
    expect(tracesIn([{ table: 'export', line: text }], Object.values(other.person))).toEqual({})
    expect(text).toContain(`"id": ${whose.customerId},`)
    const { email, phone, firstName, address1 } = whose.person
    const document = JSON.parse(text) as Record<string, unknown>
    expect(document).toMatchObject({
      request: {
        ...{ shop: shop.domain, request_id: '9999', customer_id: whose.customerId, email, phone },
        ...{ orders_requested: [whose.orderId], requested_at: expect.stringMatching(/^\d{4}-/) },
      },
      prepared_at: expect.stringMatching(/^\d{4}-/),
      customer: { email, phone, first_name: firstName, default_address: { address1 } },
      orders: [
        {
          ...{ email, note: expect.stringContaining(firstName), total_price: 404.95 },
          line_items: expect.arrayContaining([expect.objectContaining({ title: 'Aviator sunglasses' })]),
          ...{ refunds: [], transactions: [{ gateway: 'bogus', amount: 12.5 }] },
        },
      ],
      checkouts: [{ email }],
      carts: [{ id: whose.cartToken }],
      set_aside: [],
    })
    expect(document['webhook_deliveries']).toMatchObject(
      [
        'customers/create',
        'orders/create',
        'checkouts/create',
        'carts/create',
        'refunds/create',
        'customers/data_request',
      ].map((topic) => ({ topic, received_at: expect.any(String), body: expect.any(Object) })),
    )
  })

  it('that comes again changes nothing; one of another person, or another one, is one of its own', async () => {
    const [first] = await exportsOf(shop)
    for (const again of [request(whose), { ...request(whose), orders_requested: [] }]) {
      expect(await deliver(shop.domain, 'customers/data_request', again)).toBe(200)
      await work(shop)
    }
    expect(await exportsOf(shop)).toEqual([first])
    expect(await query('select from compliance_events where completed_at is null')).toEqual([])
    await deliver(shop.domain, 'customers/data_request', request(other))
    await deliver(shop.domain, 'customers/data_request', request(whose, 10_000))
    await work(shop)
    expect((await exportsOf(shop)).map(({ isReady }) => isReady)).toEqual([true, true, true])
  })

  it('is for its shop alone, and for nobody without a token', async () => {
    const stranger = await connectedShop()
    for (const { id } of await exportsOf(shop)) {
      expect((await download(stranger, id)).status).toBe(404)
      const path = `${testEnvironment.SHOPIFY_APP_URL}/app/data-requests/${id}`
      for (const headers of [browser, { ...browser, Authorization: 'Bearer rubbish' }]) {
        const refused = await loader({ request: new Request(path, { headers }), params: { id }, context: {} }).catch(
          (thrown: unknown) => thrown,
        )
        expect((refused as Response).status).not.toBe(200)
        expect(
          tracesIn([{ table: 'answer', line: await (refused as Response).text() }], Object.values(whose.person)),
        ).toEqual({})
      }
    }
    expect(await listed(stranger)).toEqual([])
    for (const id of ['0', '1 or true', '../1', '99999999999999999999', ''])
      expect((await download(shop, id)).status).toBe(404)
  })

  it('goes with the person, of whom nothing is left, while the others stay', async () => {
    const { customer } = request(whose)
    await deliver(shop.domain, 'customers/redact', { customer, orders_to_redact: [rawId(whose.orderId)] })
    expect(await exportsOf(shop)).toHaveLength(1)
    expect(tracesIn(await dump(), Object.values(whose.person))).toEqual({})
    const [{ id }] = (await exportsOf(shop)) as [Listed]
    expect((await download(shop, id)).status).toBe(200)
  })

  it('is kept for thirty days', async () => {
    const [{ id }] = (await exportsOf(shop)) as [Listed]
    await query(`update data_exports set requested_at = now() - interval '30 days' where id = $1`, [id])
    expect((await download(shop, id)).status).toBe(404)
    expect(await listed(shop)).toEqual([])
    const retention = { syncLogsDays: 90, webhookBodiesDays: 7, webhookDeliveriesDays: 30, webhookRollupsDays: 365 }
    const days = { ...retention, tombstonesDays: 90, dataExportsDays: 30 }
    expect(await cleanUp(pool, days, new Date(), never)).toMatchObject({ data_exports: 1 })
    expect(await exportsOf(shop)).toEqual([])
  })
})

it('somebody without a customer record is found by their orders and e-mail address, and erased so too', async () => {
  const shop = await connectedShop()
  const guest = inhabitant(3)
  for (const topic of ['orders/create', 'checkouts/create'])
    await deliver(shop.domain, topic, { ...bodyAbout(topic, guest), customer: null })
  const { customer, ...rest } = request(guest)
  const named = { ...customer, id: null }
  await deliver(shop.domain, 'customers/data_request', { ...rest, customer: named })
  await work(shop)
  const [{ id }] = (await exportsOf(shop)) as [Listed]
  const document = (await (await download(shop, id)).json()) as Record<string, unknown[]>
  expect(document).toMatchObject({ customer: null, orders: [{}], checkouts: [{ email: guest.person.email }] })
  expect(await listed(shop)).toMatchObject([{ customer: 'Somebody without a customer record' }])
  await deliver(shop.domain, 'customers/redact', { customer: named, orders_to_redact: [rawId(guest.orderId)] })
  expect(await exportsOf(shop)).toEqual([])
})

it('the export is prepared although the shop has no token any more, or has left', async () => {
  const shop = await connectedShop()
  const whose = inhabitant(4)
  await moveIn(shop, whose)
  await deliver(shop.domain, 'app/uninstalled', {})
  expect(await query('select from sessions where shop = $1', [shop.domain])).toEqual([])
  expect(await deliver(shop.domain, 'customers/data_request', request(whose))).toBe(200)
  await work(shop)
  expect(await exportsOf(shop)).toMatchObject([{ isReady: true }])
  await deliver(shop.domain, 'shop/redact', {})
  expect(await exportsOf(shop)).toEqual([])
})

it('what cannot be put together is told, tried again, and not given up', async () => {
  const shop = await connectedShop()
  const whose = inhabitant(5)
  await moveIn(shop, whose)
  await deliver(shop.domain, 'customers/data_request', request(whose))
  await query('alter table data_exports add constraint refusal check (content is null) not valid')
  await expect(work(shop)).rejects.toThrow('refusal')
  expect(await exportsOf(shop)).toMatchObject([{ isReady: false, error: 'PostgreSQL 23514' }])
  expect(await listed(shop)).toMatchObject([{ state: 'failing' }])
  await query('alter table data_exports drop constraint refusal')
  // No job is left; the day's cleanup asks for one.
  await handlers.cleanup({}, never)
  await work(shop)
  expect(await exportsOf(shop)).toMatchObject([{ isReady: true, error: null }])
})

it('more than fit onto a page are all shown, and how many there are', async () => {
  const shop = await connectedShop()
  await query(
    `insert into data_exports (shop_id, request_id, customer_id, asked, event_id, requested_at)
     select $1, number, number, '{}', 1, now() - make_interval(mins => number) from generate_series(1, 101) as number`,
    [shop.id],
  )
  const first = await settings(shop)
  expect(first.dataRequests).toHaveLength(100)
  expect(first.requestPages).toEqual({ page: 1, text: '1–100 of 101', hasNewer: false, hasOlder: true })
  const second = await settings(shop, '?requests=2')
  expect(second.dataRequests).toMatchObject([{ customer: 'Customer 101' }])
  expect(second.requestPages).toEqual({ page: 2, text: '101–101 of 101', hasNewer: true, hasOlder: false })
  expect((await settings(shop, '?requests=-1')).requestPages).toEqual(first.requestPages)
  const beyond = await settings(shop, '?requests=9')
  expect(beyond.requestPages).toEqual({ page: 9, text: 'None of 101', hasNewer: true, hasOlder: false })
})

it('a request for a shop that was never here is acknowledged', async () => {
  expect(await deliver('nobody-here.myshopify.com', 'customers/data_request', request(inhabitant(6)))).toBe(200)
})
