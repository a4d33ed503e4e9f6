import type { Session } from '@shopify/shopify-api'
import { findShop, isInstalled, recordInstall } from '~/db/shops.server'
import { missingFirstCopies } from '~/db/sync-state.server'
import { enqueueSync } from '~/jobs/enqueue.server'

/**
 * Runs after every token exchange, which is at the install and again whenever a token has expired: records the shop and
 * asks for what it has not got yet. A shop that comes back catches up what it missed.
 */
export async function welcomeShop(session: Session): Promise<void> {
  const before = await findShop(session.shop)
  const shop = await recordInstall(session.shop, { scopes: session.scope ?? null })
  const cameBack = before === null || !isInstalled(before)
  const wanted = cameBack ? ('all' as const) : await missingFirstCopies(shop.id)
  await enqueueSync(shop.id, wanted, { trigger: 'install' })
}
