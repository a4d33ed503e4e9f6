/** All that is held about a person, as one JSON document. */
import type { PoolClient } from 'pg'
import { ERASED } from '~/db/mirror-sql'
import type { Person } from './person'
import { CONCERNED_DELIVERIES, CONCERNED_SET_ASIDE, type FoundPerson, personParameters } from './person-rows.server'

/** What the copy notes of each row for itself. */
const BOOKKEEPING = [
  ...['shop_id', 'observed_at', 'synced_at', 'channel', 'run_id', 'delivery_id', 'partial', 'digest'],
  ...['deleted_via', 'order_id'],
]
const WITHOUT_BOOKKEEPING = `'{${BOOKKEEPING.join(',')}}'::text[]`

const listOf = (select: string) => `coalesce((${select}), '[]')`

const childrenOf = (table: string) =>
  listOf(`select jsonb_agg(to_jsonb(child) - ${WITHOUT_BOOKKEEPING} order by child.id)
    from ${table} as child where child.shop_id = owner.shop_id and child.order_id = owner.id`)

/** Rows are in the words of the copy, deleted ones with their `deleted_at`. $1 to $7 as in CONCERNED_DELIVERIES. */
const DOCUMENT = `jsonb_build_object(
  'customer', (
    select to_jsonb(customers) - ${WITHOUT_BOOKKEEPING} from customers
    where shop_id = $1::bigint and id = $2::bigint and deleted_via is distinct from '${ERASED}'
  ),
  'orders', ${listOf(`select jsonb_agg(to_jsonb(owner) - ${WITHOUT_BOOKKEEPING} || jsonb_build_object(
      'line_items', ${childrenOf('order_line_items')},
      'refunds', ${childrenOf('order_refunds')},
      'transactions', ${childrenOf('order_transactions')}
    ) order by owner.id)
    from orders as owner where shop_id = $1::bigint and id = any ($3::bigint[])`)},
  'checkouts', ${listOf(`select jsonb_agg(to_jsonb(checkouts) - ${WITHOUT_BOOKKEEPING} order by id)
    from checkouts where shop_id = $1::bigint and id = any ($4::bigint[])`)},
  'carts', ${listOf(`select jsonb_agg(to_jsonb(carts) - ${WITHOUT_BOOKKEEPING} order by id)
    from carts where shop_id = $1::bigint and id = any ($7::text[])`)},
  'set_aside', ${listOf(`select jsonb_agg(jsonb_build_object(
      'resource', resource, 'record_id', record_id, 'reason', reason, 'created_at', created_at
    ) order by resource, record_id)
    from set_aside_records where ${CONCERNED_SET_ASIDE}`)},
  'webhook_deliveries', ${listOf(`select jsonb_agg(jsonb_build_object(
      'topic', topic, 'triggered_at', triggered_at, 'received_at', received_at, 'state', state, 'body', payload
    ) order by id)
    from webhook_deliveries where ${CONCERNED_DELIVERIES}`)}
)`

export interface PersonExport {
  shopId: string
  exportId: string
  person: FoundPerson
  asked: Person
  domain: string
  requestId: string
  /** ISO 8601. */
  requestedAt: string
}

/** Puts the document into the export's row, in one statement: it never leaves the database, and all of it is of one moment. */
export async function exportPerson(client: PoolClient, wanted: PersonExport): Promise<void> {
  const { shopId, exportId, person, asked, domain, requestId, requestedAt } = wanted
  const request = {
    ...{ shop: domain, request_id: requestId, requested_at: requestedAt },
    ...{ customer_id: asked.customerId, email: asked.email, phone: asked.phone, orders_requested: asked.orderIds },
  }
  await client.query(
    `update data_exports set
       content = jsonb_build_object('request', $9::jsonb, 'prepared_at', now()) || ${DOCUMENT},
       ready_at = now(),
       error = null
     where shop_id = $1::bigint and id = $8::bigint`,
    [...personParameters(shopId, person), exportId, JSON.stringify(request)],
  )
}
