import type { PoolClient } from 'pg'
import type { PulledName } from '~/resources/resource'
import type { Range } from '~/sync/window'

/** A run of a resource, perhaps of a range of dates, or its reconciliation. */
export interface WaitingWork {
  work: 'run' | 'reconcile'
  resource: PulledName
  range?: Range
}

/** What of the shop waits for the bulk operation. The answer is as short as the operation's work: nothing, or one entry. */
export async function whatWaitsFor(client: PoolClient, shopId: string, operationId: string): Promise<WaitingWork[]> {
  const { rows } = await client.query<Omit<WaitingWork, 'range'> & { place: string | null }>(
    `select 'run' as work, resource, null as place from sync_states
     where shop_id = $1 and checkpoint -> 'bulk' ->> 'operationId' = $2
     union all
     select 'run', resource, place.key from sync_states, jsonb_each(range_checkpoints) as place
     where shop_id = $1 and place.value -> 'bulk' ->> 'operationId' = $2
     union all
     select 'reconcile', resource, null from reconciliations
     where shop_id = $1 and state = 'running' and operation ->> 'operationId' = $2`,
    [shopId, operationId],
  )
  return rows.map(({ work, resource, place }) => {
    const [from, to] = place?.split('/') ?? []
    return { work, resource, ...(from && to ? { range: { from, to } } : {}) }
  })
}
