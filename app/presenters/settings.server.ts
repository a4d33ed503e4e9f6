/** The settings page of one shop: its API keys, what customers asked for, and how it gets its webhooks. */
import { EXPORTS_OF_PAGE, listExports } from '~/compliance/data-exports.server'
import type { ShopRow } from '~/db/shops.server'
import { env } from '~/env.server'
import { listApiKeys } from '~/management/api-keys.server'
import { MOST_KEYS } from '~/management/key-limits'
import { readSubscriptions } from '~/webhooks/subscriptions/manage.server'
import { subscriptionSettings } from '~/webhooks/subscriptions/settings.server'
import { createFormat } from './home/format'
import {
  describeDataRequest,
  describeKey,
  describeRequestPages,
  describeSubscriptions,
} from './settings/describe-settings'
import type { SettingsPage } from './settings/settings-page'

/** A page that waits longer for Shopify is shown without its subscriptions. */
const PATIENCE_MS = 4_000

/** `locale` as resolveLocale gives it; `requests`: the page of them, from 1. Reads only what belongs to this shop. */
export async function settingsPage(shop: ShopRow, now: Date, locale = 'en', requests = 1): Promise<SettingsPage> {
  const format = createFormat(locale, shop.timezone, now)
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const [keys, { exports, total }, subscriptions] = await Promise.all([
    listApiKeys(shop.id),
    listExports(shop.id, requests),
    readSubscriptions(shop, { signal, isInteractive: true }),
  ])
  return {
    keys: keys.map((key) => describeKey(key, format)),
    mostKeys: MOST_KEYS,
    dataRequests: exports.map((one) => describeDataRequest(one, env.KEEP_DATA_EXPORTS_DAYS, format)),
    requestPages: describeRequestPages({ page: requests, size: EXPORTS_OF_PAGE, shown: exports.length, total }, format),
    subscriptions: describeSubscriptions(subscriptions, subscriptionSettings),
    timezone: format.timezone,
  }
}
