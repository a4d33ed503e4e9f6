/** The webhooks of one shop: whether and how well they arrive. For the page and for the management API. */
import { pool } from '~/db.server'
import type { ShopRow } from '~/db/shops.server'
import { env } from '~/env.server'
import { refreshRollups as refresh } from '~/webhooks/health/roll-up.server'
import { describeHealth } from './webhooks/describe-health'
import { describePage } from './webhooks/describe-page'
import { readWebhooks } from './webhooks/read-webhooks.server'
import type { WebhookHealth } from './webhooks/webhook-health'
import type { WebhooksPage } from './webhooks/webhooks-page'

const countSchedule = env.SCHEDULE_WEBHOOK_ROLLUP

/** Reads only what belongs to this shop. Its figures are as old as the last count: see `refreshRollups`. */
export async function webhookHealth(shop: ShopRow, now: Date, locale = 'en'): Promise<WebhookHealth> {
  return describeHealth(shop, await readWebhooks(shop, now), { now, locale, countSchedule })
}

/** `locale` as resolveLocale gives it. */
export async function webhooksPage(shop: ShopRow, now: Date, locale = 'en'): Promise<WebhooksPage> {
  return describePage(shop, await webhookHealth(shop, now, locale), { now, locale })
}

/** Counts this shop's newest deliveries now, for whoever asks for health and will not wait for the next count. */
export async function refreshRollups(shop: Pick<ShopRow, 'id'>, now: Date): Promise<void> {
  await refresh(pool, shop.id, { now, keepDays: env.KEEP_WEBHOOK_DELIVERIES_DAYS })
}

/** Health as of this moment: all that was received is counted first. */
export async function refreshedHealth(shop: ShopRow, now: Date, locale = 'en'): Promise<WebhookHealth> {
  await refreshRollups(shop, now)
  // A shop that has received nothing lately has no row that would tell that it was counted.
  return describeHealth(shop, { ...(await readWebhooks(shop, now)), countedAt: now }, { now, locale, countSchedule })
}
