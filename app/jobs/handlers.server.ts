/** What each job does. A handler is safe to run twice, and an error of one shop ends only that shop's job. */
import { setTimeout } from 'node:timers/promises'
import { cleanUp } from '~/cleanup/cleanup.server'
import { unpreparedExports } from '~/compliance/data-exports.server'
import { prepareExport } from '~/compliance/prepare-export.server'
import { pool } from '~/db.server'
import { withReconcileLock } from '~/db/reconcile.server'
import { withRunLock } from '~/db/runs.server'
import { endPause, isInstalled, isResting, recordDetails, shopById, type ShopRow } from '~/db/shops.server'
import { env } from '~/env.server'
import { log } from '~/log.server'
import { examineShop } from '~/monitoring/doctor.server'
import { resources } from '~/resources/registry'
import { PULLED_NAMES, type PulledName } from '~/resources/resource'
import { createMeter } from '~/shopify/meter'
import { SourceError } from '~/shopify/source-error'
import { bulkSourceOf } from '~/shopify/bulk.server'
import { readShopDetails, sourceOf } from '~/shopify/source.server'
import type { BulkRunPort } from '~/sync/bulk-ports'
import type { BulkPorts } from '~/sync/bulk-result'
import type { RunPort } from '~/sync/ports'
import { reconcile } from '~/sync/reconcile'
import { syncResource, type SyncOutcome } from '~/sync/sync-resource'
import { applyPending } from '~/webhooks/apply-pending.server'
import { inbox } from '~/webhooks/inbox.server'
import { manageSubscriptions } from '~/webhooks/subscriptions/manage.server'
import { applyReplays } from '~/webhooks/apply-replays.server'
import { nextDueAt } from '~/webhooks/waiting-work.server'
import { rollUp } from '~/webhooks/health/roll-up.server'
import type { JobName, Payload } from './catalogue'
import {
  enqueueAllPending,
  enqueueApplyPending,
  enqueueDataExport,
  enqueueReconcile,
  enqueueRest,
  enqueueSync,
  type RunQueue,
} from './enqueue.server'
import { TryAgain } from './try-again'
import { takeTurn } from './turn.server'

type Handlers = { [Name in JobName]: (payload: Payload<Name>, stopping: AbortSignal) => Promise<void> }

export const handlers: Handlers = {
  sync: (payload, stopping) => runOnce('sync', payload, stopping),

  async 'first-copy'(payload, stopping) {
    const turn = takeTurn('first-copy', stopping)
    try {
      await runOnce('first-copy', payload, stopping, turn.signal)
    } finally {
      turn.end()
    }
  },

  async reconcile({ shopId, resource: name, deep, trigger }, stopping) {
    const shop = await shopById(shopId)
    const resource = resources[name]
    if (shop === null || !isInstalled(shop) || resource.bulk === null) return
    if (trigger === 'schedule' && (await isResting(shopId))) return
    const outcome = await withReconcileLock(pool, shopId, resource, (reconciliations) =>
      reconcile(
        { shopId, resource, depth: deep ? 'fields' : 'ids', trigger },
        { ...bulkPortsOf(shop, stopping), reconciliations },
      ),
    )
    if (outcome === null) throw new TryAgain('this resource is being reconciled already')
    log.info({ shop: shop.domain, resource: name, ...outcome }, 'reconciliation')
    if (outcome.outcome === 'waiting') await enqueueReconcile(shopId, name, { trigger, deep, afterSeconds: 15 })
    if (outcome.outcome === 'interrupted') await enqueueReconcile(shopId, name, { trigger, deep })
    // What was under way has been finished, and was less than what this job is for.
    const isLess = outcome.outcome === 'succeeded' && deep && outcome.depth === 'ids'
    if (isLess) await enqueueReconcile(shopId, name, { trigger, deep })
    if (outcome.outcome === 'failed' && outcome.retry) throw new TryAgain(outcome.reason)
  },

  async 'apply-pending'({ shopId }, stopping) {
    const shop = await shopById(shopId)
    if (shop === null) return
    const deps = {
      source: sourceOf(shop.domain, stopping),
      stopping,
      turn: AbortSignal.timeout(APPLYING_TURN_MS),
      // To be answered in time comes first.
      eased: () => inbox.eased(MOST_EASING_MS),
    }
    await applyReplays(shopId, deps)
    await applyPending(shopId, deps)
    const due = await nextDueAt(pool, shopId)
    // What is due already was in somebody else's hands, or has come meanwhile.
    if (due !== null) await enqueueApplyPending(shopId, { at: new Date(Math.max(due.getTime(), Date.now() + 1_000)) })
  },

  async 'webhook-subscriptions'({ shopId, action }, stopping) {
    const shop = await shopById(shopId)
    if (shop === null || !isInstalled(shop)) return
    const outcome = await manageSubscriptions(shop, { action }, { signal: stopping })
    if (outcome.outcome === 'busy')
      throw new TryAgain('subscriptions are being changed already, of this shop or of others')
    // What only the merchant can change is looked at again when the merchant has: every token brings this job.
    if (outcome.outcome === 'unreadable') {
      if (outcome.retry) throw new TryAgain(outcome.reason)
      return
    }
    const failed = outcome.results.filter((result) => result.outcome === 'failed')
    if (failed.length > 0) throw new TryAgain(`${failed.length} topics failed`)
  },

  'data-export': ({ shopId, exportId }) => prepareExport(shopId, exportId),

  async cleanup(_, stopping) {
    const removed = await cleanUp(pool, retention, new Date(), stopping)
    log.info({ removed }, 'cleaned up')
    for (const { shopId, exportId } of await unpreparedExports(pool)) await enqueueDataExport(shopId, exportId)
  },

  async 'webhook-rollup'({ pass }, stopping) {
    const moment = { now: new Date(), keepDays: env.KEEP_WEBHOOK_DELIVERIES_DAYS }
    if (!(await rollUp(pool, pass, moment, stopping))) throw new TryAgain('this process stops')
  },
}

const retention = {
  syncLogsDays: env.KEEP_SYNC_LOGS_DAYS,
  webhookBodiesDays: env.KEEP_WEBHOOK_BODIES_DAYS,
  webhookDeliveriesDays: env.KEEP_WEBHOOK_DELIVERIES_DAYS,
  webhookRollupsDays: env.KEEP_WEBHOOK_ROLLUPS_DAYS,
  tombstonesDays: env.KEEP_TOMBSTONES_DAYS,
  dataExportsDays: env.KEEP_DATA_EXPORTS_DAYS,
}

const bulkPortsOf = ({ domain }: ShopRow, stopping: AbortSignal, meter = createMeter()): BulkPorts => ({
  source: sourceOf(domain, stopping, { meter }),
  bulk: bulkSourceOf(domain, stopping, { meter }),
  stopping,
  kindOf,
  sleep: (ms) => sleep(ms, stopping),
  nowMs: Date.now,
})

/** Ends early, and without an error, when the process is told to stop. */
const sleep = (ms: number, stopping: AbortSignal) =>
  setTimeout(ms, undefined, { signal: stopping }).catch(() => undefined)

async function runOnce(
  queue: RunQueue,
  payload: Payload<RunQueue>,
  stopping: AbortSignal,
  turn: AbortSignal = stopping,
): Promise<void> {
  const { shopId, resource: name, trigger, force, range } = payload
  const shop = await shopById(shopId)
  if (shop === null || !isInstalled(shop)) return log.info({ shopId, resource: name }, 'not synced: not installed')
  if (trigger === 'schedule' && (await isResting(shopId))) return
  const resource = resources[name]
  const work = async (runs: RunPort, bulkRuns: BulkRunPort) => {
    // A queue of changes has no time for what may take hours.
    if (queue === 'sync' && (await bulkRuns.underWay()) === 'backfill') return 'first-copy' as const
    await learnDetails(shop, stopping)
    const meter = createMeter()
    const ports = { ...bulkPortsOf(shop, stopping, meter), turn, runs, bulkRuns }
    const ended = await syncResource({ shopId, resource, trigger, force, range, ...bulkLimits() }, ports)
    if (ended.runId !== null) await runs.noteUsage(ended.runId, meter)
    return ended
  }
  const outcome = await withRunLock(pool, shopId, resource, work, range)
  if (outcome === null) {
    // What is going on may take hours, and brings not what a range asks for: that waits for as long as it takes.
    if (range !== undefined) return void (await enqueueRest(queue, payload, LOOK_AGAIN_SECONDS))
    throw new TryAgain('a run of this resource is going on already')
  }
  if (outcome === 'first-copy') return void (await enqueueRest('first-copy', payload, LOOK_AGAIN_SECONDS))
  report(shop, payload, outcome)
  if (outcome.outcome === 'succeeded') {
    await resume(shop, name)
    await examineShop(shopId, new Date())
  }
  // Force is spent by what was begun anew: that goes on from its checkpoint.
  const rest = { ...payload, force: outcome.isForceOpen }
  if (outcome.outcome === 'succeeded' && (outcome.hasRest || outcome.isForceOpen)) await enqueueRest(queue, rest)
  if (outcome.outcome === 'waiting') await enqueueRest(queue, rest, outcome.lookAgainSeconds)
  if (outcome.outcome === 'interrupted') await enqueueRest(queue, rest)
  if (outcome.outcome === 'failed' && outcome.retry) throw new TryAgain(outcome.reason)
}

/** How long the deliveries of one shop are applied before those of another get a turn. */
const APPLYING_TURN_MS = 5 * 60_000
const MOST_EASING_MS = 5_000

/** For what cannot go on while another run of its resource does. */
const LOOK_AGAIN_SECONDS = 10

/** From how many records on bulk operations are used, where the settings say other than the engine. */
const bulkLimits = () => ({
  ...(env.BULK_FROM_RECORDS !== undefined && { mostByPages: env.BULK_FROM_RECORDS }),
  ...(env.BULK_FROM_CHANGES !== undefined && { mostChangesByPages: env.BULK_FROM_CHANGES }),
})

const kindOf = (error: unknown) => (error instanceof SourceError ? error.kind : null)

/** A shop that was frozen or locked can be read again: what its other resources missed is read as well. */
async function resume(shop: ShopRow, resource: PulledName): Promise<void> {
  if (shop.pausedSince === null || !(await endPause(shop.id))) return
  log.info({ shop: shop.domain }, 'the shop is read again')
  const others = PULLED_NAMES.filter((name) => name !== resource)
  await enqueueSync(shop.id, others, { trigger: 'catch-up' })
  await enqueueAllPending(shop.id)
}

/** The shop's name, currency and timezone are for the pages: a run does not fail for want of them. */
async function learnDetails(shop: ShopRow, stopping: AbortSignal): Promise<void> {
  if (shop.timezone !== null) return
  try {
    await recordDetails(shop.id, await readShopDetails(shop.domain, stopping))
  } catch (err) {
    if (!(err instanceof SourceError)) throw err
    log.warn({ shop: shop.domain, err }, 'the details of the shop could not be read yet')
  }
}

function report(shop: ShopRow, { resource, range: created }: Payload<RunQueue>, outcome: SyncOutcome): void {
  const ids = { shop: shop.domain, resource, created, runId: outcome.runId }
  if (outcome.outcome === 'failed') log.warn({ ...ids, reason: outcome.reason, retry: outcome.retry }, 'run failed')
  else if (outcome.outcome === 'interrupted') log.info(ids, 'run interrupted')
  else if (outcome.outcome === 'waiting') log.info(ids, 'run waits for a bulk operation')
  else if (outcome.unfinished !== null) log.warn({ ...ids, unfinished: outcome.unfinished }, 'run succeeded, in part')
  else log.info({ ...ids, books: outcome.books, hasRest: outcome.hasRest }, 'run succeeded')
}
