/**
 * What tells the run of a range of dates from an ordinary one: where the place inside it is kept, and what its end changes.
 * The ordinary run's end moves the watermark; a range's changes nothing but its own place, so that the ordinary runs go on
 * as if it had never been.
 */
import type { PoolClient } from 'pg'
import type { Mode, Range } from '~/sync/window'

export interface RunKind {
  /** Null: an ordinary run. */
  range: Range | null
  state(): Promise<StoredState>
  /** Remembers the place inside the run. */
  keep(checkpoint: unknown): Promise<void>
  succeed(end: { mode: Mode; to: string; isSplit: boolean }): Promise<void>
  /** `forget`: the next run begins anew. */
  fail(forget: boolean): Promise<void>
}

export interface StoredState {
  watermark: Date | null
  checkpoint: unknown
  /** Runs in a row that failed. */
  failures: number
}

export const ordinaryRun = (client: PoolClient, key: readonly string[]): RunKind => ({
  range: null,

  async state() {
    const { rows } = await client.query<StoredState>(
      `select watermark, checkpoint, consecutive_failures as failures from sync_states
       where shop_id = $1 and resource = $2`,
      [...key],
    )
    return rows[0] ?? { watermark: null, checkpoint: null, failures: 0 }
  },

  async keep(checkpoint) {
    await client.query(
      `insert into sync_states (shop_id, resource, checkpoint) values ($1, $2, $3)
       on conflict (shop_id, resource) do update set checkpoint = excluded.checkpoint, updated_at = now()`,
      [...key, JSON.stringify(checkpoint)],
    )
  },

  async succeed({ mode, to, isSplit }) {
    await client.query(
      `update sync_states set checkpoint = null, last_success_at = now(), consecutive_failures = 0,
         -- The first part of everything anew takes it back, so that the next run goes on there.
         watermark = case when $5::boolean then $3 else greatest(watermark, $3) end,
         backfilled_at = case
           -- A first copy in parts is complete with its last one.
           when not $5::boolean and ($4 = 'backfill' or backfilled_at is null) then now() else backfilled_at
         end,
         updated_at = now()
       where shop_id = $1 and resource = $2`,
      [...key, to, mode, isSplit],
    )
  },

  async fail(forget) {
    await client.query(
      `insert into sync_states (shop_id, resource, consecutive_failures) values ($1, $2, 1)
       on conflict (shop_id, resource) do update set consecutive_failures = sync_states.consecutive_failures + 1,
         checkpoint = case when $3::boolean then null else sync_states.checkpoint end, updated_at = now()`,
      [...key, forget],
    )
  },
})

/** Several ranges of a resource may wait for their bulk operations at the same time: each has a place of its own. */
export function rangeRun(client: PoolClient, key: readonly string[], range: Range): RunKind {
  const place = `${range.from}/${range.to}`
  const forget = () =>
    client.query(
      `update sync_states set range_checkpoints = range_checkpoints - $3, updated_at = now()
       where shop_id = $1 and resource = $2`,
      [...key, place],
    )
  return {
    range,

    async state() {
      const { rows } = await client.query<StoredState>(
        `with ended as (
           select id, state from sync_logs
           where shop_id = $1 and sync_type = $2 and window_by = 'created_at' and window_from = $4 and window_to = $5
         )
         select null as watermark,
           (select range_checkpoints -> $3 from sync_states where shop_id = $1 and resource = $2) as checkpoint,
           count(*)::int as failures
         from ended
         where state = 'failed' and id > coalesce((select max(id) from ended where state = 'succeeded'), 0)`,
        [...key, place, range.from, range.to],
      )
      return rows[0]!
    },

    async keep(checkpoint) {
      await client.query(
        `insert into sync_states as known (shop_id, resource, range_checkpoints)
         values ($1, $2, jsonb_build_object($3::text, $4::jsonb))
         on conflict (shop_id, resource) do update
         set range_checkpoints = known.range_checkpoints || excluded.range_checkpoints, updated_at = now()`,
        [...key, place, JSON.stringify(checkpoint)],
      )
    },

    async succeed() {
      await forget()
    },

    async fail(isUseless) {
      if (isUseless) await forget()
    },
  }
}
