/** What `npm run webhooks` does in a process of its own, which has only its settings in common with those that serve. */
import { findShop, installedShops, isInstalled, type ShopRow } from '~/db/shops.server'
import { closeDatabase } from '~/db.server'
import { manageSubscriptions } from './manage.server'
import type { SubscriptionAction } from './plan'

/** For a table. `topic` and `reason` are empty where there is nothing to say. */
export interface CommandRow {
  shop: string
  topic: string
  outcome: string
  reason: string
}

export interface CommandOutcome {
  rows: CommandRow[]
  /** Something failed, or there was nothing to do it for. */
  isFailure: boolean
}

/** One shop after the other. `domain` null: all that have the app. Ends the process's use of the database. */
export async function subscriptionCommand(
  action: SubscriptionAction,
  domain: string | null,
  signal: AbortSignal,
): Promise<CommandOutcome> {
  try {
    const shops = await shopsNamed(domain)
    if (shops.length === 0) {
      const row = { shop: domain ?? 'all', topic: '', outcome: 'failed', reason: 'no such shop has the app installed' }
      return { rows: [row], isFailure: true }
    }
    const rows: CommandRow[] = []
    for (const shop of shops) if (!signal.aborted) rows.push(...(await rowsOf(shop, action, signal)))
    return { rows, isFailure: signal.aborted || rows.some(({ outcome }) => outcome === 'failed') }
  } finally {
    await closeDatabase()
  }
}

async function shopsNamed(domain: string | null): Promise<ShopRow[]> {
  if (domain === null) return installedShops()
  const shop = await findShop(domain.toLowerCase())
  return shop !== null && isInstalled(shop) ? [shop] : []
}

async function rowsOf(shop: ShopRow, action: SubscriptionAction, signal: AbortSignal): Promise<CommandRow[]> {
  const row = (outcome: string, topic = '', reason: string | null = null): CommandRow => ({
    ...{ shop: shop.domain, topic, outcome },
    reason: reason ?? '',
  })
  const managed = await manageSubscriptions(shop, { action }, { signal })
  switch (managed.outcome) {
    case 'busy':
      return [row('failed', '', 'they are being changed already, or the database has no connection left: try again')]
    case 'unreadable':
      return [row('failed', '', managed.reason)]
    case 'done':
      if (managed.results.length === 0) return [row('nothing to do')]
      return managed.results.map(({ topic, outcome, reason }) => row(outcome, topic, reason))
  }
}
