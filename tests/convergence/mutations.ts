/** Rules of the app that the kit must miss when they are taken away: each replaces text that its file has exactly once. */
export interface Mutation {
  file: string
  from: string
  to: string
}

export const mutations: Readonly<Record<string, Mutation>> = {
  /** An older version replaces a newer one. */
  'stale-guard': {
    file: 'app/db/mirror-sql.ts',
    from: 'when excluded.source_updated_at < copy.source_updated_at then false',
    to: 'when excluded.source_updated_at < copy.source_updated_at then true',
  },
  /** A window begins at the watermark itself. */
  lookback: {
    file: 'app/sync/window.ts',
    from: 'watermark.getTime() - resource.lookbackMinutes * 60_000',
    to: 'watermark.getTime()',
  },
  /** A late webhook brings back what was deleted. */
  tombstone: {
    file: 'app/db/mirror-sql.ts',
    from: `when copy.deleted_at is not null then
        excluded.channel <> 'webhook' and excluded.observed_at > copy.observed_at`,
    to: 'when copy.deleted_at is not null then true',
  },
  /** The place where a run goes on is committed before the rows that it stands for. */
  checkpoint: {
    file: 'app/db/runs.server.ts',
    from: `      transact(async () => {
        const checkpoint = await work(copyPort(client))
        await saveProgress(client, kind, runId, checkpoint)
        return checkpoint
      }),`,
    to: `      transact(async () => {
        await client.query('savepoint page')
        const checkpoint = await work(copyPort(client))
        await client.query('rollback to page')
        await saveProgress(client, kind, runId, checkpoint)
        return checkpoint
      }).then(async (checkpoint) => {
        await transact(() => work(copyPort(client)))
        return checkpoint
      }),`,
  },
}
