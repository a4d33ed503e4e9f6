/** Applies what the inbox could not apply at once, and what failed before and is due again. */
import type { Pool } from 'pg'
import { shopById, isInstalled, type ShopRow } from '~/db/shops.server'
import { pool as appPool } from '~/db.server'
import type { SourcePort } from '~/sync/ports'
import { recordsNaming } from './naming-records.server'
import {
  concludePending,
  countPending,
  dueAfter,
  type PendingDelivery,
  standingAfter,
  takeDue,
} from './pending-deliveries.server'
import { isSignal, NOT_INSTALLED, type Plan, planBody, planSignals, readAll } from './plan'
import { createReader, type Reader } from './read-signals'
import { type Concluded, type Ledger, settle } from './settle.server'

export interface PendingDeps {
  /** The shop's Admin API, for deliveries that do not carry their record. */
  source: SourcePort
  pool?: Pool
  /** The process has to stop: what was not read for that reason stays as it is. */
  stopping?: AbortSignal
  /** No further page is begun. */
  turn?: AbortSignal
  /** Waits, before each page, for a while in which it disturbs less. */
  eased?: () => Promise<void>
}

/** `applied` and `dead`: what this call did. `pending`: what is left for a later one. */
export interface PendingOutcome {
  applied: number
  pending: number
  dead: number
}

/** One transaction, and one write of each record. */
const PAGE = 1_000

const ledger: Ledger<PendingDelivery> = { take: takeDue, conclude: concludePending }
const never = new AbortController().signal

/**
 * Tries each pending delivery of the shop that is due once, the oldest first. Two workers may do so at once: each delivery
 * is applied by one of them. Throws when the database is away.
 */
export async function applyPending(shopId: string, deps: PendingDeps): Promise<PendingOutcome> {
  const { source, pool = appPool, stopping = never, turn = stopping, eased } = deps
  const shop = await shopById(shopId)
  const outcome = { applied: 0, pending: 0, dead: 0 }
  if (shop === null) return outcome
  const read = createReader(source, shopId)
  let page: PendingDelivery[] = []
  do {
    await eased?.()
    if (stopping.aborted) break
    page = await dueAfter(pool, shopId, page.at(-1)?.delivery.id ?? '0', PAGE)
    for (const { entry, result } of await applyEntries({ shop, pool, read, stopping }, page, ledger)) {
      const { state } = standingAfter(entry, result)
      if (state === 'applied' || state === 'dead') outcome[state] += 1
    }
  } while (page.length === PAGE && !stopping.aborted && !turn.aborted)
  return { ...outcome, pending: await countPending(pool, shopId) }
}

interface Work {
  shop: ShopRow
  pool: Pool
  read: Reader
  stopping: AbortSignal
}

/** Bodies first: they do not wait for Shopify. Returns what was concluded. */
export async function applyEntries<Entry extends Pick<PendingDelivery, 'delivery'>>(
  { shop, pool, read, stopping }: Work,
  entries: readonly Entry[],
  ledger: Ledger<Entry>,
): Promise<Concluded<Entry>[]> {
  if (!isInstalled(shop)) return settle(pool, shop.domain, entries.map(leaveAlone), ledger)
  const all = readAll(entries)
  const bodies = all.filter((one) => !isSignal(one)).map((one) => planBody(shop.id, one))
  const concluded = await settle(pool, shop.domain, bodies, ledger)
  const signals = all.filter(isSignal)
  if (signals.length === 0) return concluded
  const findNaming = (ids: readonly string[]) => recordsNaming(pool, shop.id, ids)
  const plans = await planSignals(shop.id, signals, { read, findNaming })
  const told = plans.filter(({ result }) => !(stopping.aborted && result.isAway))
  return [...concluded, ...(await settle(pool, shop.domain, told, ledger))]
}

const leaveAlone = <Entry>(entry: Entry): Plan<Entry> => ({ entry, changes: [], result: NOT_INSTALLED })
