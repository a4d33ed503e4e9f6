import { pool } from '~/db.server'
import { readFindings } from '~/monitoring/findings.server'
import { inTransaction } from '~/transaction.server'
import { resources } from '~/resources/registry'
import { RESOURCE_NAMES } from '~/resources/resource'
import type { HomeFacts } from './facts'
import { readChanges } from './read-changes.server'
import { readDeliveries } from './read-deliveries.server'
import { readProofs } from './read-proofs.server'
import { readCounts, readSetAside } from './read-records.server'
import { readNewestRuns, readRunsByResource, readSyncStates } from './read-runs.server'

const RUNS_SHOWN = 10
const CHANGES_SHOWN = 8

/** One shop's facts, all of the same instant, so that no figure on the page contradicts another. */
export async function readHome(shopId: string, now: Date): Promise<HomeFacts> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only')
    const counts = await readCounts(client, shopId)
    const setAside = await readSetAside(client, shopId)
    const proofs = await readProofs(client, shopId)
    const states = await readSyncStates(client, shopId)
    const runsOf = await readRunsByResource(client, shopId)
    return {
      resources: RESOURCE_NAMES.map((resource) => {
        const all = runsOf.get(resource) ?? []
        const runs = all.filter(({ created }) => created === null)
        const state = states.get(resource)
        return {
          resource,
          completeness: resources[resource].completeness,
          records: counts.get(resource)?.records ?? 0,
          children: counts.get(resource)?.children ?? null,
          watermark: state?.watermark ?? null,
          backfilledAt: state?.backfilledAt ?? null,
          consecutiveFailures: state?.consecutiveFailures ?? 0,
          newestRun: runs[0] ?? null,
          newestEndedRun: runs.find((run) => run.state !== 'running') ?? null,
          newestRange: all.find(({ created }) => created !== null) ?? null,
          setAside: setAside.get(resource) ?? null,
          proof: proofs.get(resource) ?? null,
        }
      }),
      runs: await readNewestRuns(client, shopId, RUNS_SHOWN),
      changes: await readChanges(client, shopId, CHANGES_SHOWN),
      deliveries: await readDeliveries(client, shopId, now),
      findings: await readFindings(client, shopId),
    }
  })
}
