/** The engine's ports over the sandbox, for whoever has the run lock. Import running-sandbox.ts first. */
import { withRunLock } from '~/db/runs.server'
import { pool } from '~/db.server'
import type { Resource } from '~/resources/resource'
import { bulkSourceOf } from '~/shopify/bulk.server'
import { SourceError } from '~/shopify/source-error'
import { sourceOf } from '~/shopify/source.server'
import type { BackfillPorts } from '~/sync/backfill'
import type { Range } from '~/sync/window'
import type { ConnectedShop } from './sandbox-shops.ts'

const kindOf = (error: unknown) => (error instanceof SourceError ? error.kind : null)

/** Time passes by itself where the code under test would wait. Null: another has the lock. */
export function withPorts<T>(
  { id, domain }: ConnectedShop,
  resource: Resource,
  work: (ports: BackfillPorts) => Promise<T>,
  range?: Range,
): Promise<T | null> {
  const { signal } = new AbortController()
  let nowMs = 0
  const ports = {
    source: sourceOf(domain, signal),
    bulk: bulkSourceOf(domain, signal),
    stopping: signal,
    turn: signal,
    kindOf,
    nowMs: () => nowMs,
    async sleep(ms: number) {
      nowMs += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  return withRunLock(pool, id, resource, (runs, bulkRuns) => work({ ...ports, runs, bulkRuns }), range)
}
