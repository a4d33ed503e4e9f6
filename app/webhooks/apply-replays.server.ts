/** Makes the attempts that replays asked for. */
import { shopById } from '~/db/shops.server'
import { pool as appPool } from '~/db.server'
import { applyEntries, type PendingDeps } from './apply-pending.server'
import { createReader } from './read-signals'
import { concludeReplays, takeWaiting, waitingAfter, type WaitingReplay } from './replay-attempts.server'
import type { Ledger } from './settle.server'

const PAGE = 1_000

const ledger: Ledger<WaitingReplay> = { take: takeWaiting, conclude: concludeReplays }
const never = new AbortController().signal

/** Each waiting replay of the shop once, the oldest first. Throws when the database is away: then they wait on. */
export async function applyReplays(shopId: string, deps: PendingDeps): Promise<void> {
  const { source, pool = appPool, stopping = never, turn = stopping, eased } = deps
  const shop = await shopById(shopId)
  if (shop === null) return
  const read = createReader(source, shopId)
  let page: WaitingReplay[] = []
  do {
    await eased?.()
    if (stopping.aborted) break
    page = await waitingAfter(pool, shopId, page.at(-1)?.id ?? '0', PAGE)
    await applyEntries({ shop, pool, read, stopping }, page, ledger)
  } while (page.length === PAGE && !stopping.aborted && !turn.aborted)
}
