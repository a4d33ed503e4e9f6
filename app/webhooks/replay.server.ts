/** Has deliveries applied again. The attempts are made by the job, at once. */
import { inTransaction } from '~/transaction.server'
import { pool } from '~/db.server'
import { enqueueApplyPending } from '~/jobs/enqueue.server'
import { log } from '~/log.server'
import type { DeliveryState } from './delivery'
import { ERASED_BODY } from './replay-attempts.server'

/** Which deliveries of the shop: all that fulfil each of the conditions that are there. */
export interface ReplayFilter {
  deliveryId?: string
  topic?: string
  state?: DeliveryState
  resource?: string
  /** Numeric id; a cart's token. */
  recordId?: string
  /** Received at or after this time, ISO 8601. */
  from?: string
  /** Received before this time, ISO 8601. */
  to?: string
}

export const DEAD_LETTERS: ReplayFilter = { state: 'dead' }

export interface Replayed {
  /** Replays that were asked for. */
  taken: number
  /** Deliveries that have no body any more; an attempt of each says so. */
  erased: number
  /** More fulfil the filter than are taken by one call. */
  hasMore: boolean
}

export const MOST_REPLAYS = 10_000

const CONDITIONS: Readonly<Record<keyof ReplayFilter, (parameter: string) => string>> = {
  deliveryId: (parameter) => `delivery.id = ${parameter}::bigint`,
  topic: (parameter) => `delivery.topic = ${parameter}`,
  state: (parameter) => `delivery.state = ${parameter}`,
  resource: (parameter) => `delivery.resource = ${parameter}`,
  recordId: (parameter) => `delivery.record_id = ${parameter}`,
  from: (parameter) => `delivery.received_at >= ${parameter}::timestamptz`,
  to: (parameter) => `delivery.received_at < ${parameter}::timestamptz`,
}

/**
 * Asks for one more attempt at each of the oldest deliveries that fulfil the filter. One whose replay waits already gets no
 * second. The outcomes are rows of webhook_attempts.
 */
export async function replay(shopId: string, filter: ReplayFilter): Promise<Replayed> {
  const given = (Object.keys(CONDITIONS) as (keyof ReplayFilter)[]).filter((key) => filter[key] !== undefined)
  const conditions = given.map((key, index) => `and ${CONDITIONS[key](`$${index + 4}`)}`)
  const replayed = await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ taken: number; erased: number; found: number }>(
      `with found as (
         select delivery.id, delivery.payload is null as is_erased
         from webhook_deliveries as delivery
         where delivery.shop_id = $1 ${conditions.join(' ')} and not exists (
           select from webhook_attempts as attempt
           where attempt.shop_id = $1 and attempt.delivery_id = delivery.id and attempt.state = 'waiting'
         )
         order by delivery.id
         limit $2::int + 1
       ), asked as (
         insert into webhook_attempts (shop_id, delivery_id, trigger, state, error, finished_at)
         select $1, id, 'replay', case when is_erased then 'erased' else 'waiting' end,
           case when is_erased then $3 end, case when is_erased then now() end
         from (select * from found order by id limit $2::int) as within
         order by id
         returning state
       )
       select count(*) filter (where state = 'waiting')::int as taken,
         count(*) filter (where state = 'erased')::int as erased,
         (select count(*)::int from found) as found
       from asked`,
      [shopId, MOST_REPLAYS, ERASED_BODY, ...given.map((key) => filter[key])],
    )
    const { taken, erased, found } = rows[0]!
    if (taken > 0) await enqueueApplyPending(shopId, { db: client })
    return { taken, erased, hasMore: found > MOST_REPLAYS }
  })
  log.info({ shopId, filter: given, ...replayed }, 'replay asked for')
  return replayed
}
