/** What follows a run that has stored its window: what was set aside is tried again, and what no window shows is looked for. */
import { ingest, normalizeNodes } from './ingest'
import type { PullTarget, RunPort, SourcePort } from './ports'
import type { RunPorts } from './run'
import { type Known, sweep } from './sweep'

/** What fails here does not undo the run: why, or null. */
export async function lookFurther(
  target: PullTarget,
  runId: string,
  known: Known,
  ports: Pick<RunPorts, 'source' | 'runs' | 'kindOf'>,
): Promise<string | null> {
  try {
    await retrySetAside(target, ports.source, ports.runs)
    // Where Shopify lists only some of the records, nothing follows from one that it does not list.
    if (target.resource.completeness !== 'A') return null
    await ports.runs.noteCounts(runId, await sweep(target, known, ports))
    return null
  } catch (error) {
    if (ports.kindOf(error) === null) throw error
    return (error as Error).message
  }
}

/** What was set aside gets another chance with each run: what was wrong may have been mended in the shop or here. */
async function retrySetAside(target: PullTarget, source: SourcePort, runs: RunPort): Promise<void> {
  const ids = (await runs.setAsideIds()).filter((id) => /^\d+$/.test(id))
  if (ids.length === 0) return
  const { nodes, observedAt } = await source.nodes(target.resource, ids)
  const found = new Set(nodes.map(({ id }) => id.replace(/^.*\//, '')))
  const absent = ids.filter((id) => !found.has(id))
  const { records, unreadable } = normalizeNodes(target, nodes, observedAt)
  await runs.store(async (copy) => {
    if (target.resource.unseenAfterDays === null) {
      const deletions = absent.map((id) => ({ id, observedAt, deliveryId: null, via: 'sweep' }))
      await ingest(copy, { target, records, unreadable, deletions })
    } else {
      const unseen = absent.map((id) => ({ id, reason: 'Shopify does not show the record', deliveryId: null }))
      await ingest(copy, { target, records, unreadable: [...unreadable, ...unseen] })
    }
  })
}
