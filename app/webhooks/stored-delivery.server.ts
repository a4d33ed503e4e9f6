/** Deliveries as the inbox left them, read again. */
import type { Delivery } from './delivery'
import { parseBody } from './parse-body'

export type StoredDelivery = Pick<Delivery, 'topic' | 'body' | 'triggeredAt' | 'receivedAt'> & { id: string }

export interface StoredRow {
  id: string
  topic: string
  triggered_at: string | null
  received_at: string
  payload: string | null
}

/** Of `delivery`. Instants keep their microseconds, ids in the bodies all their digits. */
export const STORED_COLUMNS = `delivery.id, delivery.topic,
  to_json(delivery.triggered_at) #>> '{}' as triggered_at, to_json(delivery.received_at) #>> '{}' as received_at,
  delivery.payload::text as payload`

export function readStored({ id, topic, triggered_at, received_at, payload }: StoredRow): StoredDelivery {
  const parsed = parseBody(payload ?? '{}')
  const body = parsed.outcome === 'parsed' ? parsed.body : {}
  return { id, topic, triggeredAt: triggered_at, receivedAt: received_at, body }
}
