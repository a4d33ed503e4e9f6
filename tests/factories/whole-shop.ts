/** A shop in whose every table there is something of two people, brought there by the roads that data takes. */
import { vi } from 'vitest'
import { openStage } from '~/db/bulk-load.server'
import { stageNames } from '~/db/staged-sql'
import { pool } from '~/db.server'
import { enqueueApplyPending, enqueueSync } from '~/jobs/enqueue.server'
import { handlers } from '~/jobs/handlers.server'
import { startWorker } from '~/jobs/worker.server'
import { resources } from '~/resources/registry'
import { PULLED_NAMES, type PulledName } from '~/resources/resource'
import { DECLARED_TOPICS } from '~/webhooks/declared-topics'
import { rollUp } from '~/webhooks/health/roll-up.server'
import { readMeaning } from '~/webhooks/read-meaning'
import { parseBody } from '~/webhooks/parse-body'
import { DEAD_LETTERS, replay } from '~/webhooks/replay.server'
import { rawId } from '../../sandbox/webhooks/bodies/raw-id.ts'
import { deliver, query } from '../integration/webhooks-shop.ts'
import { keepBooks } from './bookkeeping.ts'
import { bodyAbout, type Inhabitant, uniquePerson } from './person-bodies.ts'
import { connectedShop, type ConnectedShop } from './sandbox-shops.ts'

const never = new AbortController().signal

/** Beyond 2^53, and beyond the sandbox's own. */
let lastId = 5_000_000_000_000_000_000n
const uniqueId = () => String((lastId += 1n))

/** What a cleanup was writing when its process died: no table of anybody's. */
export const HALF_REWRITTEN = 'webhook_deliveries_20010101_next'

export interface WholeShop extends ConnectedShop {
  people: readonly [Inhabitant, Inhabitant]
}

/** The sandbox has to be running. Alone in its database: some of its jobs are made to fail. */
export async function wholeShop(): Promise<WholeShop> {
  const connected = await connectedShop({ customers: 6, orders: 6, checkouts: 6 })
  const people = [moveIn(connected, 0), moveIn(connected, 1)] as const
  for (const resource of PULLED_NAMES)
    await handlers.sync({ shopId: connected.id, resource, trigger: 'manual', force: false }, never)
  for (const whose of people) await announceAll(connected, whose)
  await keepBooks(connected)
  for (const whose of people) await leaveStaged(connected, whose)
  await work(connected, people[0])
  await query(`drop table if exists partitions.${HALF_REWRITTEN}`)
  await query(`create table partitions.${HALF_REWRITTEN} as select * from webhook_deliveries`)
  await rollUp(pool, 'settled', { now: new Date(), keepDays: 30 })
  await pool.query('analyze')
  return { ...connected, people }
}

/** One of the shop's customers becomes this person, with an order that was paid back and an abandoned checkout. */
function moveIn({ shop }: ConnectedShop, index: number): Inhabitant {
  const person = uniquePerson()
  const { email, phone, firstName, lastName, address1, city } = person
  const customerId = [...shop.store.customers.keys()][index]!
  const defaultAddress = {
    ...{ firstName, lastName, phone, address1, city, address2: null, company: null, zip: '10115' },
    ...{ province: null, provinceCode: null, country: 'Germany', countryCode: 'DE' },
  }
  shop.apply({ type: 'customer.update', id: customerId, fields: { email, phone, firstName, lastName, defaultAddress } })
  const placed = { customerId, email, phone, note: `for ${firstName}`, shippingAddress: defaultAddress }
  const id = shop.apply({ type: 'order.create', fields: { ...placed, billingAddress: defaultAddress } })
  shop.apply({ type: 'order.refund', id, note: `${lastName} called` })
  shop.apply({ type: 'checkout.create', fields: { customerId, email } })
  return { person, customerId, orderId: uniqueId(), checkoutId: uniqueId(), cartToken: `cart-${uniqueId()}` }
}

/** Every topic that is declared, but for the uninstall; and what ends as pending, dead or unheard. */
async function announceAll({ domain }: ConnectedShop, whose: Inhabitant): Promise<void> {
  const { person } = whose
  const gone = { ...whose, customerId: uniqueId(), orderId: uniqueId(), checkoutId: uniqueId() }
  for (const [topic, of] of [
    ['orders/create', { ...gone, customerId: whose.customerId }],
    ['checkouts/create', { ...gone, customerId: whose.customerId }],
  ] as const)
    await deliver(domain, topic, bodyAbout(topic, of))
  for (const topic of DECLARED_TOPICS.filter((one) => one !== 'app/uninstalled'))
    await deliver(domain, topic, bodyAbout(topic, topic.endsWith('/delete') ? gone : whose))

  const guest = { id: undefined, customer: null, customer_id: null }
  const checkout = bodyAbout('checkouts/create', { ...whose, checkoutId: uniqueId() })
  await deliver(domain, 'checkouts/create', { ...checkout, ...guest })
  await deliver(domain, 'checkouts/create', { ...checkout, ...guest, name: `#${uniqueId()}`, email: null })
  const cart = bodyAbout('carts/update', { ...whose, cartToken: `cart-${uniqueId()}` })
  await deliver(domain, 'carts/update', { ...cart, note: `Write to ${person.email.toUpperCase()}` })
  for (let count = 0; count < 2; count++) {
    const order = bodyAbout('orders/updated', { ...whose, orderId: uniqueId() })
    await deliver(domain, 'orders/updated', { ...order, line_items: null })
  }
  await deliver(domain, 'themes/update', { id: 1, name: person.email })
  const customer = { id: rawId(whose.customerId), email: person.email, phone: person.phone }
  await deliver(domain, 'customers/data_request', { customer, orders_requested: [], data_request: { id: 1 } })
}

/** A bulk load that has read its file and not merged it yet. */
async function leaveStaged({ id: shopId }: ConnectedShop, whose: Inhabitant): Promise<void> {
  const topics: Partial<Record<PulledName, string>> = {
    ...{ customers: 'customers/update', orders: 'orders/updated', checkouts: 'checkouts/update' },
  }
  for (const [name, topic] of Object.entries(topics) as [PulledName, string][]) {
    const [run] = await query<{ id: string }>(
      `insert into sync_logs (shop_id, sync_type, mode, trigger) values ($1, $2, 'backfill', 'manual') returning id`,
      [shopId, name],
    )
    const parsed = parseBody(JSON.stringify(bodyAbout(topic, { ...whose, orderId: uniqueId() })))
    if (parsed.outcome !== 'parsed') throw new Error(parsed.reason)
    const meaning = readMeaning({ topic, body: parsed.body })
    if (meaning.meaning !== 'upsert') throw new Error(`${topic} tells no record`)
    const client = await pool.connect()
    const stage = await openStage(client, resources[name], stageNames(`bulk_${run!.id}`))
    await stage.add([{ line: 'record', record: meaning.record }])
    await stage.end()
    client.release()
  }
}

/** Workers apply what waits, give one delivery up, replay it in vain, and fail to store the person's record. */
async function work(connected: ConnectedShop, { customerId, person }: Inhabitant): Promise<void> {
  const { id, shop } = connected
  const wait = (sql: string, values: unknown[] = [id]) =>
    vi.waitUntil(async () => (await query(sql, values)).length === 0, { timeout: 15_000 })
  const worker = await startWorker()
  try {
    await wait(`select from webhook_deliveries where shop_id = $1 and state = 'pending' and next_attempt_at is null`)
    await wait('select from data_exports where shop_id = $1 and ready_at is null')
    await query(
      `update webhook_deliveries set attempts = 9, next_attempt_at = null
       where id in (select min(id) from webhook_deliveries where shop_id = $1 and state = 'pending' and topic = 'orders/updated')`,
      [id],
    )
    await enqueueApplyPending(id)
    await wait(`select from webhook_deliveries where shop_id = $1 having count(*) filter (where state = 'dead') = 0`)
    await replay(id, DEAD_LETTERS)
    await wait(`select from webhook_attempts where shop_id = $1 and state = 'waiting'`)
    await query(`alter table customers add constraint refusal check (phone <> '${person.phone}') not valid`)
    shop.apply({ type: 'customer.update', id: customerId, fields: { note: 'changed' } })
    await enqueueSync(id, 'customers', { trigger: 'manual' })
    await wait(
      `select from pgboss.job where data ->> 'shopId' = $1 having count(*) filter (where output is not null) = 0`,
    )
  } finally {
    await worker.stop()
    await query('alter table customers drop constraint if exists refusal')
  }
}
