/** Shops beside those that are attacked, and what must hold of all of them afterwards. */
import { expect } from 'vitest'
import { pool } from '~/db.server'
import { resources } from '~/resources/registry'
import { sampleBody as bodyOf } from '../../scripts/bench/webhooks/signed-request.ts'
import { deliver, installShop, sampleBody, type TestShop } from '../integration/webhooks-shop.ts'
import { type Attempt, goodAttempt, headerOf, TOPICS } from './attempt.ts'
import { fingerprintOfShop } from './fingerprint.ts'
import { impossibleRows } from './impossible-rows.ts'
import { sendToAction } from './send.ts'

const SECRET = process.env['SHOPIFY_API_SECRET'] ?? ''
const ERASING = 'shop/redact'

/** The status of the answer; null: there was none. */
export type Deliver = (attempt: Attempt) => Promise<number | null>

/** A shop with a row of everything that deliveries can leave. */
export async function fullShop(): Promise<TestShop> {
  const shop = await installShop()
  for (const topic of TOPICS.filter((topic) => !['app/uninstalled', ERASING].includes(topic))) {
    expect(await deliver(shop.domain, topic, sampleBody(topic))).toBe(200)
  }
  return shop
}

const UNTOUCHED_ID = 77_000_001
const updates = ['orders/updated', 'products/update', 'customers/update'] as const

export interface Attacked {
  shop: TestShop
  /** Rows of records that no sample names. */
  untouched: string[]
  /** The id of the last delivery that brought them. */
  lastDelivery: string
}

export async function attackedShop(): Promise<Attacked> {
  const shop = await installShop()
  for (const topic of updates) await update(shop, topic, '2026-11-01T10:00:00Z')
  const { rows } = await pool.query<{ id: string }>('select max(id) as id from webhook_deliveries where shop_id = $1', [
    shop.id,
  ])
  return { shop, untouched: await untouchedRows(shop), lastDelivery: rows[0]!.id }
}

/** Sends a good delivery, and expects it to be in the copy at once. `updatedAt`: ISO 8601 in UTC, whole seconds. */
export async function update(
  { id, domain }: TestShop,
  topic: (typeof updates)[number],
  updatedAt: string,
  send: Deliver = sendToAction,
): Promise<void> {
  expect(await send(goodAttempt(topic, bodyOf(topic)(UNTOUCHED_ID, updatedAt), domain, SECRET))).toBe(200)
  const { rows } = await pool.query<{ at: Date }>(
    `select source_updated_at as at from ${topic.split('/')[0]} where shop_id = $1 and id = $2`,
    [id, UNTOUCHED_ID],
  )
  expect(rows[0]?.at).toEqual(new Date(updatedAt))
}

async function untouchedRows({ id }: TestShop): Promise<string[]> {
  const parts = Object.values(resources).flatMap(({ table, children }) => [
    `select t::text as row from ${table.name} as t where shop_id = $1 and id::text = $2`,
    ...children.map(
      (child) => `select t::text from ${child.name} as t where shop_id = $1 and ${child.parentColumn}::text = $2`,
    ),
  ])
  const { rows } = await pool.query<{ row: string }>(parts.join(' union all '), [id, String(UNTOUCHED_ID)])
  return rows.map(({ row }) => row).sort()
}

export interface Answered {
  attempt: Attempt
  status: number | null
}

const keyOf = ({ attempt }: Answered) =>
  `${headerOf(attempt, 'X-Shopify-Topic')?.toLowerCase()} ${headerOf(attempt, 'X-Shopify-Webhook-Id')}`

interface Stored {
  key: string
  state: string
  error: string | null
}

const topicOf = ({ attempt }: Answered) => headerOf(attempt, 'X-Shopify-Topic')?.toLowerCase()

const ofShop = ({ domain }: TestShop, answered: readonly Answered[]) =>
  answered.filter(({ attempt }) => headerOf(attempt, 'X-Shopify-Shop-Domain')?.toLowerCase() === domain)

/** What was answered 200 is stored once, and nothing else is; nothing that nobody named has changed. */
export async function expectHeld({ shop, untouched, lastDelivery }: Attacked, answered: readonly Answered[]) {
  const sent = ofShop(shop, answered)
  const taken = sent.filter(({ status }) => status === 200)
  const { rows } = await pool.query<Stored>(
    `select topic || ' ' || webhook_id as key, state, error from webhook_deliveries
     where shop_id = $1 and id > $2`,
    [shop.id, lastDelivery],
  )
  const unanswered = new Set(sent.filter(({ status }) => status === null).map(keyOf))
  const stored = rows.map(({ key }) => key).filter((key) => !unanswered.has(key))
  expect(stored.sort()).toEqual([...new Set(taken.map(keyOf))].sort())
  for (const row of rows) {
    expect(['applied', 'pending', 'ignored', 'dead']).toContain(row.state)
    if (row.state !== 'applied') expect(row.error, row.key).toBeTruthy()
  }
  expect(await impossibleRows(shop.id)).toEqual([])
  expect(await untouchedRows(shop)).toEqual(untouched)
}

/** The same, or no row is left: where the shop's erasure was asked for, and asked for after it had installed the app. */
export async function expectHeldOrErased(
  attacked: Attacked,
  answered: readonly Answered[],
): Promise<'held' | 'erased'> {
  const { shop } = attacked
  const asked = ofShop(shop, answered).filter((each) => topicOf(each) === ERASING && [200, null].includes(each.status))
  const isSure = asked.some(({ attempt, status }) => status === 200 && isTriggeredNow(attempt))
  const { rowCount } = await pool.query('select from shops where id = $1', [shop.id])
  if (rowCount === 1) {
    expect(isSure, 'not erased').toBe(false)
    await expectHeld(attacked, answered)
    return 'held'
  }
  expect(asked, 'erased unasked').not.toEqual([])
  expect(Object.entries(await fingerprintOfShop(shop.id)).filter(([, print]) => !print.startsWith('0 '))).toEqual([])
  return 'erased'
}

const isTriggeredNow = ({ headerEdits }: Attempt) => headerEdits.every(({ name }) => name !== 'X-Shopify-Triggered-At')
