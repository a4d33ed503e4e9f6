import type { Session } from '@shopify/shopify-api'
import { findShop, isInstalled, recordInstall } from '~/db/shops.server'
import { missingFirstCopies } from '~/db/sync-state.server'
import { enqueueAllPending, enqueueSubscriptions, enqueueSync } from '~/jobs/enqueue.server'
import { subscriptionSettings } from '~/webhooks/subscriptions/settings.server'
import { wantedSubscriptions } from '~/webhooks/subscriptions/wanted'

/**
 * Runs after every token exchange, which is at the install and again whenever a token has expired: records the shop and
 * asks for what it has not got yet. A shop that comes back, or whose token had been refused, catches up what it missed.
 */
export async function welcomeShop(session: Session): Promise<void> {
  const before = await findShop(session.shop)
  const shop = await recordInstall(session.shop, { scopes: session.scope ?? null })
  if (before !== null && (!isInstalled(before) || before.pausedSince !== null)) await enqueueAllPending(shop.id)
  if (before === null || !isInstalled(before)) await enqueueSync(shop.id, 'all', { trigger: 'install' })
  else if (before.pausedSince !== null) await enqueueSync(shop.id, 'all', { trigger: 'catch-up' })
  else await enqueueSync(shop.id, await missingFirstCopies(shop.id), { trigger: 'install' })
  // Each time: Shopify removes a subscription that was made through the API when the app failed to answer eight times.
  if (wantedSubscriptions(subscriptionSettings).length > 0) await enqueueSubscriptions(shop.id, 'register')
}
