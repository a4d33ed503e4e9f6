import { findShop, type ShopRow, takeProbe } from './db/shops.server'
import { enqueueSync } from './jobs/enqueue.server'
import { shopify } from './shopify.server'
import { welcomeShop } from './welcome-shop.server'

/**
 * The shop whose verified session token came with the request; never one that a parameter names. Throws the Response
 * that makes the browser fetch a token when there is none.
 */
export async function authenticatedShop(request: Request): Promise<ShopRow> {
  const { session } = await shopify.authenticate.admin(request)
  const known = await findShop(session.shop)
  if (known !== null) {
    if (known.pausedSince !== null && (await takeProbe(known.id))) {
      await enqueueSync(known.id, 'all', { trigger: 'catch-up' })
    }
    return known
  }
  // A session from before the shop's data was erased: without a new token the hook for new shops does not run.
  await welcomeShop(session)
  const welcomed = await findShop(session.shop)
  if (welcomed === null) throw new Error('the shop was erased while it was being recorded')
  return welcomed
}
