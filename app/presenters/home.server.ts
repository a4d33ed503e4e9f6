/** The home page of one shop: what the copy holds, how fresh it is, and what is going on. */
import type { ShopRow } from '~/db/shops.server'
import { describeHome } from './home/describe-home'
import type { HomePage } from './home/home-page'
import { lateAfterMs } from './home/lateness.server'
import { readHome } from './home/read-home.server'

/** `locale` as resolveLocale gives it. Reads only what belongs to this shop. */
export async function homePage(shop: ShopRow, now: Date, locale = 'en'): Promise<HomePage> {
  const facts = await readHome(shop.id, now)
  return describeHome(shop, facts, { now, locale, lateAfterMs })
}
