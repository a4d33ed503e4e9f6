import type { PoolClient } from 'pg'
import { type Delivery, type DeliveryState } from './delivery'

export interface DeliveryRow {
  shopId: string
  delivery: Delivery
  state: DeliveryState
  attempts: number
  /** Why it is not applied, or what is to be known besides. */
  error: string | null
  /** JSON text, or null when the body is not kept. */
  payload: string | null
}

const COLUMNS = `shop_id, topic, webhook_id, event_id, api_version, triggered_at, received_at, state, attempts, error,
  payload, applied_at`
const TYPES = [
  'bigint',
  'text',
  'text',
  'text',
  'text',
  'timestamptz',
  'timestamptz',
  'text',
  'integer',
  'text',
  'jsonb',
]

/**
 * Writes the deliveries that are new and returns, for each row in order, its id, or null when the delivery is known
 * already: from before, or from further up in `rows`.
 */
export async function recordDeliveries(client: PoolClient, rows: readonly DeliveryRow[]): Promise<(string | null)[]> {
  if (rows.length === 0) return []
  const { rows: inserted } = await client.query<{ id: string; shop_id: string; topic: string; webhook_id: string }>(
    `insert into webhook_deliveries (${COLUMNS})
     values ${rows.map((_, index) => placeholders(index)).join(', ')}
     on conflict (shop_id, topic, webhook_id) do nothing
     returning id, shop_id, topic, webhook_id`,
    rows.flatMap(parameters),
  )
  const ids = new Map(inserted.map((row) => [keyOf(row.shop_id, row.topic, row.webhook_id), row.id]))
  return rows.map(({ shopId, delivery }) => {
    const key = keyOf(shopId, delivery.topic, delivery.webhookId)
    const id = ids.get(key) ?? null
    ids.delete(key)
    return id
  })
}

const keyOf = (...parts: string[]) => parts.join(' ')

/** `($1::bigint, …, case when $8 = 'applied' then now() end)` for the row at `index`. */
function placeholders(index: number): string {
  const numbered = TYPES.map((type, place) => `$${index * TYPES.length + place + 1}::${type}`)
  return `(${numbered.join(', ')}, case when ${numbered[7]} = 'applied' then now() end)`
}

function parameters({ shopId, delivery, state, attempts, error, payload }: DeliveryRow): unknown[] {
  const { topic, webhookId, eventId, apiVersion, triggeredAt, receivedAt } = delivery
  return [shopId, topic, webhookId, eventId, apiVersion, triggeredAt, receivedAt, state, attempts, error, payload]
}
