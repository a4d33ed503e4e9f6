/** Carries plans out: the changes of many deliveries, and what became of each, in one transaction. */
import type { Pool, PoolClient } from 'pg'
import { copyPort } from '~/db/copy.server'
import { isLockTimeout } from '~/db/sql-state'
import { inTransaction } from '~/transaction.server'
import { applyChanges } from './changes'
import { isDatabaseAway } from './connection.server'
import { reasonOf } from './failure'
import { failure, NOT_INSTALLED, type Plan, type Result } from './plan'
import { holdShops } from './shop-lock.server'

export interface Concluded<Entry> {
  entry: Entry
  result: Result
}

/** Where it is written what becomes of each. Inside the transaction. */
export interface Ledger<Entry> {
  /** Those that are still to be done and that no other worker has taken; they are ours until the commit. */
  take(client: PoolClient, shopId: string, entries: readonly Entry[]): Promise<Set<Entry>>
  conclude(client: PoolClient, shopId: string, concluded: readonly Concluded<Entry>[]): Promise<void>
}

const PATIENT = { lockWaitMs: 10_000 }

/**
 * All in one transaction. If that fails, in two halves, and so on: a bad one is found in a few steps and holds nobody up.
 * Throws when the database is away. Returns what was concluded.
 */
export async function settle<Entry>(
  pool: Pool,
  domain: string,
  plans: readonly Plan<Entry>[],
  ledger: Ledger<Entry>,
): Promise<Concluded<Entry>[]> {
  if (plans.length === 0) return []
  try {
    return await inTransaction(pool, (client) => carryOut(client, domain, plans, ledger), PATIENT)
  } catch (error) {
    if (await isDatabaseAway(pool, error)) throw error
    // Whoever holds a lock for so long is in the way of all, and it is no delivery's fault.
    if (plans.length === 1 || isLockTimeout(error)) return leave(pool, domain, plans, ledger, error)
    const middle = Math.ceil(plans.length / 2)
    const first = await settle(pool, domain, plans.slice(0, middle), ledger)
    return [...first, ...(await settle(pool, domain, plans.slice(middle), ledger))]
  }
}

function leave<Entry>(
  pool: Pool,
  domain: string,
  plans: readonly Plan<Entry>[],
  ledger: Ledger<Entry>,
  error: unknown,
): Promise<Concluded<Entry>[]> {
  const result = failure(reasonOf(error), isLockTimeout(error))
  const left = plans.map(({ entry }) => ({ entry, changes: [], result }))
  return inTransaction(pool, (client) => carryOut(client, domain, left, ledger), PATIENT)
}

async function carryOut<Entry>(
  client: PoolClient,
  domain: string,
  plans: readonly Plan<Entry>[],
  ledger: Ledger<Entry>,
): Promise<Concluded<Entry>[]> {
  const shop = (await holdShops(client, [domain])).get(domain)
  if (!shop?.isHeld) return []
  const ours = await ledger.take(
    client,
    shop.id,
    plans.map(({ entry }) => entry),
  )
  const taken = plans.filter(({ entry }) => ours.has(entry))
  const concluded = shop.isInstalled ? await apply(client, taken) : taken.map(leaveAlone)
  await ledger.conclude(client, shop.id, concluded)
  return concluded
}

const leaveAlone = <Entry>({ entry }: Plan<Entry>) => ({ entry, result: NOT_INSTALLED })

async function apply<Entry>(client: PoolClient, plans: readonly Plan<Entry>[]): Promise<Concluded<Entry>[]> {
  const stale = await applyChanges(
    copyPort(client),
    plans.flatMap(({ changes }) => changes),
  )
  return plans.map(({ entry, changes, result }) => {
    return { entry, result: { ...result, stale: changes.length > 0 && changes.every((change) => stale.has(change)) } }
  })
}
