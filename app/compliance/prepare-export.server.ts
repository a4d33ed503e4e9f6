import type { PoolClient } from 'pg'
import { pool } from '~/db.server'
import { inTransaction } from '~/transaction.server'
import { reasonOf } from '~/webhooks/failure'
import { completeEvent } from './compliance-event.server'
import { countPersonRows } from './count-person.server'
import { exportPerson } from './export-person.server'
import type { Person } from './person'
import { findPerson } from './person-rows.server'

interface Asked {
  requestId: string
  eventId: string
  requestedAt: string
  asked: Person
  domain: string
}

/**
 * Puts an export together. It asks nothing of Shopify, so that it also works for a shop whose token is worth nothing. What is
 * ready already, or has been erased, is left alone. Throws when it fails, and notes why.
 */
export async function prepareExport(shopId: string, exportId: string): Promise<void> {
  try {
    await inTransaction(pool, (client) => prepare(client, shopId, exportId))
  } catch (error) {
    await pool.query('update data_exports set error = $3 where shop_id = $1 and id = $2 and ready_at is null', [
      shopId,
      exportId,
      reasonOf(error),
    ])
    throw error
  }
}

async function prepare(client: PoolClient, shopId: string, exportId: string): Promise<void> {
  // Nobody is erased meanwhile: who erases holds the shop for itself.
  const { rows } = await client.query<Asked>(
    `select export.request_id as "requestId", export.event_id as "eventId", export.asked, shops.domain,
       to_json(export.requested_at) #>> '{}' as "requestedAt"
     from shops
     join data_exports as export on export.shop_id = shops.id
     where shops.id = $1 and export.id = $2 and export.ready_at is null
     for key share of shops
     for update of export`,
    [shopId, exportId],
  )
  if (rows[0] === undefined) return
  const { eventId, asked, ...request } = rows[0]
  const person = await findPerson(client, shopId, asked)
  await completeEvent(client, eventId, { rows: await countPersonRows(client, shopId, person) })
  await exportPerson(client, { shopId, exportId, person, asked, ...request })
}
