/** Slots that were enqueued, and the shops that one is for. */
import { pool } from '~/db.server'
import type { PulledName } from '~/resources/resource'
import { MAY_BE_ASKED } from './shops.server'

interface SlotShop {
  shopId: string
  isCopied: boolean
}

const INSTALLED = `
  select shops.id as "shopId", backfilled_at is not null as "isCopied"
  from shops
  left join sync_states on sync_states.shop_id = shops.id and resource = $1
  where installed_at is not null and uninstalled_at is null and (${MAY_BE_ASKED})`

/** Shops that have the app and may be read. */
export async function shopsForSlot(resource: PulledName): Promise<SlotShop[]> {
  return (await pool.query<SlotShop>(`${INSTALLED} order by shops.id`, [resource])).rows
}

/** Of these, the ones that were installed before the slot and of which nothing has been read since. */
export async function shopsThatMissed(resource: PulledName, slot: Date): Promise<SlotShop[]> {
  const { rows } = await pool.query<SlotShop>(
    `${INSTALLED} and installed_at < $2 and (last_success_at is null or last_success_at < $2) order by shops.id`,
    [resource, slot],
  )
  return rows
}

/** The slot has been enqueued for all shops. */
export async function noteSlot(resource: PulledName, slot: Date, next: Date): Promise<void> {
  await pool.query(
    `insert into schedule_slots as known (resource, slot, next_slot) values ($1, $2, $3)
     on conflict (resource) do update set slot = excluded.slot, next_slot = excluded.next_slot
     where known.slot < excluded.slot`,
    [resource, slot, next],
  )
}

/** Another process may be at a slot just now. */
const GRACE = "interval '10 seconds'"

/** The first slot that nobody enqueued, or null. */
export async function missedSlot(resource: PulledName, now: Date): Promise<Date | null> {
  const { rows } = await pool.query<{ slot: Date }>(
    `select next_slot as slot from schedule_slots where resource = $1 and next_slot < $2::timestamptz - ${GRACE}`,
    [resource, now],
  )
  return rows[0]?.slot ?? null
}
