/**
 * The proof: everything that Shopify lists, held against the copy. What differs is looked at once more, written down with
 * the channel that should have brought it, and repaired.
 */
import type { Resource } from '../resources/resource'
import type { BulkOperation, StagePort } from './bulk-ports'
import { type BulkPorts, EVERYTHING, look, RefusedResult, stageResult, startOperation, waitForEnd } from './bulk-result'
import type { PullTarget, RunPort, Trigger } from './ports'
import { IDS_AT_ONCE, repair } from './repair'

export type Depth = 'ids' | 'fields'
export type DifferenceKind = 'missing' | 'stale' | 'different' | 'vanished'

export interface Difference {
  id: string
  kind: DifferenceKind
  sourceUpdatedAt: Date | null
  copyUpdatedAt: Date | null
}

export interface Reconciliation extends BulkOperation {
  id: string
  depth: Depth
}

/** The records of one shop's and resource's reconciliation. Whoever has it is the only one who reconciles it. */
export interface ReconcilePort {
  /** The one that is under way, or null. */
  current(): Promise<Reconciliation | null>
  begin(trigger: Trigger, depth: Depth, operation: BulkOperation): Promise<Reconciliation>
  /** A place for the result, empty. */
  stage(reconciliation: Reconciliation): Promise<StagePort>
  /** How the copy differs from what is staged; what was written since the operation began is left out. */
  compare(reconciliation: Reconciliation): Promise<Difference[]>
  /** Ids of rows that a webhook wrote last and that no pull's window will bring again, so that nothing would complete them. */
  leftPartial(): Promise<string[]>
  /** Writes differences down, which are repaired: whatever becomes of the rest, they were found. */
  record(reconciliation: Reconciliation, differences: readonly Difference[]): Promise<void>
  /** Closes it as succeeded. `compared`: how many records Shopify listed. Gives how many differences were written down. */
  complete(reconciliation: Reconciliation, compared: number): Promise<Record<DifferenceKind, number>>
  fail(reconciliation: Reconciliation, reason: string): Promise<void>
  store: RunPort['store']
}

export interface ReconcileRequest {
  shopId: string
  resource: Resource
  depth: Depth
  trigger: Trigger
}

export interface ReconcilePorts extends BulkPorts {
  reconciliations: ReconcilePort
}

export type ReconcileOutcome =
  /** `depth`: of what was under way, which need not be what was asked for. */
  | {
      outcome: 'succeeded'
      id: string
      depth: Depth
      compared: number
      drift: Readonly<Record<DifferenceKind, number>>
    }
  | { outcome: 'interrupted' | 'waiting'; id: string | null }
  | { outcome: 'failed'; id: string | null; reason: string; retry: boolean }

/** Throws only when the database fails or the code has a bug; what is under way is closed in that case. */
export async function reconcile(request: ReconcileRequest, ports: ReconcilePorts): Promise<ReconcileOutcome> {
  let current: Reconciliation | null = null
  try {
    current = (await ports.reconciliations.current()) ?? (await begin(request, ports))
    if (current === null) return { outcome: 'waiting', id: null }
    return await goOn(current, request, ports)
  } catch (error) {
    const kind = error instanceof RefusedResult ? 'retryable' : ports.kindOf(error)
    // The stop of the process ends requests as well.
    if (ports.stopping.aborted && kind === 'retryable') return { outcome: 'interrupted', id: current?.id ?? null }
    const reason = error instanceof Error && kind !== null ? error.message : 'An error inside Lockstep ended it.'
    if (current !== null) await ports.reconciliations.fail(current, reason)
    if (kind === null) throw error
    return { outcome: 'failed', id: current?.id ?? null, reason, retry: kind === 'retryable' }
  }
}

async function begin({ resource, depth, trigger }: ReconcileRequest, ports: ReconcilePorts) {
  const query = depth === 'fields' ? resource.bulk!.query : () => idsQuery(resource)
  const begun = await startOperation(resource, { listed: EVERYTHING, query }, ports)
  return begun && ports.reconciliations.begin(trigger, depth, begun)
}

async function goOn(
  current: Reconciliation,
  { shopId, resource }: ReconcileRequest,
  ports: ReconcilePorts,
): Promise<ReconcileOutcome> {
  const { reconciliations, source, bulk, stopping } = ports
  const state = await waitForEnd(current, await look(current, bulk), ports)
  if (stopping.aborted) return { outcome: 'interrupted', id: current.id }
  if (state === null) return { outcome: 'waiting', id: current.id }

  const listed = current.depth === 'fields' ? resource : idsOnly(resource)
  const result = { operation: current, state, resource: listed }
  const staged = await stageResult(result, () => reconciliations.stage(current), ports)
  if (staged === null) return { outcome: 'interrupted', id: current.id }

  const found = await reconciliations.compare(current)
  // Where Shopify lists only some of the records, nothing follows from one that it does not list.
  const suspects = resource.completeness === 'A' ? found : found.filter(({ kind }) => kind !== 'vanished')
  const target: PullTarget = { shopId, resource, channel: 'pull', runId: null }
  for (let start = 0; start < suspects.length; start += IDS_AT_ONCE) {
    const chunk = suspects.slice(start, start + IDS_AT_ONCE)
    const ids = chunk.map(({ id }) => id)
    const { written, deleted } = await repair(ids, { target, via: 'reconcile' }, source, reconciliations)
    // What a webhook or a pull has brought in the meantime was late, and no drift.
    const repaired = new Set([...written, ...deleted])
    const differences = chunk.filter(({ id }) => repaired.has(id))
    await reconciliations.record(current, differences)
  }
  // They say of themselves that they may be behind: completing them is no finding.
  await repair(await reconciliations.leftPartial(), { target, via: 'reconcile' }, source, reconciliations)
  const compared = staged.records + staged.unreadable
  const drift = await reconciliations.complete(current, compared)
  return { outcome: 'succeeded', id: current.id, depth: current.depth, compared, drift }
}

/** Which records there are, and when each changed. */
const idsQuery = ({ bulk }: Resource) => `{ ${bulk!.connection} { edges { node { id createdAt updatedAt } } } }`

/** The resource as the lines of `idsQuery` have it. */
export function idsOnly(resource: Resource): Resource {
  const fromLine: NonNullable<Resource['bulk']>['fromLine'] = (node) => ({
    id: node.id.replace(/^.*\//, ''),
    sourceUpdatedAt: node.updatedAt,
    fields: { created_at: (node as { createdAt?: unknown }).createdAt },
    children: {},
  })
  return {
    ...resource,
    table: { ...resource.table, columns: { created_at: 'timestamptz' } },
    children: [],
    bulk: { ...resource.bulk!, fromLine, children: {} },
  }
}

/** The topic whose webhook should have told of the difference. */
export function missedTopic({ topics }: Resource, kind: DifferenceKind): string {
  const ending = { missing: /\/create$/, stale: /\/updated?$/, different: /\/updated?$/, vanished: /\/delete$/ }[kind]
  return Object.keys(topics).find((topic) => ending.test(topic)) ?? 'none'
}
