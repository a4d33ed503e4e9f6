/** Has deliveries applied again. The attempts are made by the job, at once. */
import { inTransaction } from '~/transaction.server'
import { pool } from '~/db.server'
import { enqueueApplyPending } from '~/jobs/enqueue.server'
import { log } from '~/log.server'
import { resources } from '~/resources/registry'
import type { ResourceName } from '~/resources/resource'
import type { DeliveryState } from './delivery'
import { NO_BODY } from './replay-attempts.server'

/** Which deliveries of the shop: all that fulfil each of the conditions that are there. */
export interface ReplayFilter {
  deliveryIds?: readonly string[]
  topic?: string
  state?: DeliveryState
  /** By its topics: a delivery that cannot be read says of no record which it is. */
  resource?: ResourceName
  /** Numeric id; a cart's token. */
  recordId?: string
  /** Received at or after this time, ISO 8601. */
  from?: string
  /** Received before this time, ISO 8601. */
  to?: string
  /** No replay was asked for at or after this time, ISO 8601: by it whoever takes all that there are comes to an end. */
  notReplayedSince?: string
}

export const DEAD_LETTERS: ReplayFilter = { state: 'dead' }

/** Each delivery that fulfils the filter is one of them. */
export interface Replayed {
  /** Replays that were asked for. */
  taken: number
  /** Replays of these wait already. */
  waiting: number
  /** Without a body there is nothing to replay; an attempt of each says so, once. */
  withoutBody: number
  /** More could be replayed than are taken by one call: the next one takes them. */
  hasMore: boolean
}

export const MOST_REPLAYS = 10_000

const CONDITIONS: Readonly<Record<keyof ReplayFilter, (parameter: string) => string>> = {
  deliveryIds: (parameter) => `delivery.id = any (${parameter}::bigint[])`,
  topic: (parameter) => `delivery.topic = ${parameter}`,
  state: (parameter) => `delivery.state = ${parameter}`,
  resource: (parameter) => `delivery.topic = any (${parameter}::text[])`,
  recordId: (parameter) => `delivery.record_id = ${parameter}`,
  from: (parameter) => `delivery.received_at >= ${parameter}::timestamptz`,
  to: (parameter) => `delivery.received_at < ${parameter}::timestamptz`,
  notReplayedSince: (parameter) => `coalesce(earlier.last_at < ${parameter}::timestamptz, true)`,
}

/**
 * Asks for one more attempt at each delivery that fulfils the filter: the oldest of those that were never replayed, then those
 * whose last replay is longest ago, so that what fails again is in nobody's way. One whose replay waits already gets no second.
 * The outcomes are rows of webhook_attempts.
 */
export async function replay(shopId: string, filter: ReplayFilter): Promise<Replayed> {
  const given = (Object.keys(CONDITIONS) as (keyof ReplayFilter)[]).filter((key) => filter[key] !== undefined)
  const values = { ...filter, resource: filter.resource && Object.keys(resources[filter.resource].topics) }
  const conditions = given.map((key, index) => `and ${CONDITIONS[key](`$${index + 4}`)}`)
  const replayed = await inTransaction(pool, async (client) => {
    // Of two calls at the same time, the second sees what the first has asked for.
    await client.query(`select pg_advisory_xact_lock(hashtextextended('replay ' || $1, 0))`, [shopId])
    const { rows } = await client.query<{ found: number; waiting: number; withoutBody: number; taken: number }>(
      `with found as materialized (
         select delivery.id, delivery.payload is null as is_bare, earlier.last_id,
           coalesce(earlier.is_waiting, false) as is_waiting, coalesce(earlier.is_told, false) as is_told
         from webhook_deliveries as delivery
         left join (
           select delivery_id, max(id) as last_id, max(requested_at) as last_at, bool_or(state = 'waiting') as is_waiting,
             bool_or(state = 'erased') as is_told
           from webhook_attempts
           where shop_id = $1
           group by delivery_id
         ) as earlier on earlier.delivery_id = delivery.id
         where delivery.shop_id = $1 ${conditions.join(' ')}
       ), chosen as (
         (
           select id, 'waiting' as state from found
           where not is_waiting and not is_bare
           order by last_id nulls first, id
           limit $2::int
         )
         union all
         (select id, 'erased' from found where not is_waiting and is_bare and not is_told order by id limit $2::int)
       ), asked as (
         insert into webhook_attempts (shop_id, delivery_id, trigger, state, error, finished_at)
         select $1, id, 'replay', state, case when state = 'erased' then $3 end,
           case when state = 'erased' then now() end
         from chosen
         order by id
         returning state
       )
       select count(*)::int as found, count(*) filter (where is_waiting)::int as waiting,
         count(*) filter (where is_bare and not is_waiting)::int as "withoutBody",
         (select count(*)::int from asked where state = 'waiting') as taken
       from found`,
      [shopId, MOST_REPLAYS, NO_BODY, ...given.map((key) => values[key])],
    )
    const { found, ...counts } = rows[0]!
    if (counts.taken > 0) await enqueueApplyPending(shopId, { db: client })
    return { ...counts, hasMore: found > counts.taken + counts.waiting + counts.withoutBody }
  })
  log.info({ shopId, filter: given, ...replayed }, 'replay asked for')
  return replayed
}

/** The same of those with these ids. `notFound`: the shop has no delivery of that id. */
export async function replayByIds(shopId: string, ids: readonly string[]): Promise<Replayed & { notFound: number }> {
  const deliveryIds = [...new Set(ids)]
  const replayed = await replay(shopId, { deliveryIds })
  const { taken, waiting, withoutBody } = replayed
  return { ...replayed, notFound: deliveryIds.length - taken - waiting - withoutBody }
}
