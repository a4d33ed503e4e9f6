/** What the management API tells of the webhooks of one shop. */
import type { ShopRow } from '~/db/shops.server'
import { readSubscriptions, type Unreadable } from '~/webhooks/subscriptions/manage.server'
import { isOurs } from '~/webhooks/subscriptions/plan'
import { subscriptionSettings } from '~/webhooks/subscriptions/settings.server'
import { declaredTopics, type SubscriptionMode } from '~/webhooks/subscriptions/wanted'
import { webhookHealth } from './webhooks.server'
import type { Verdict, WebhookHealth } from './webhooks/webhook-health'

export interface ShownSubscription {
  /** Shopify's gid. */
  id: string
  topic: string
  uri: string
  /** False: it leads elsewhere than to this app, which leaves it alone. */
  isManaged: boolean
}

export interface WebhookStatus {
  tenantId: string
  mode: SubscriptionMode
  /** Topics that shopify.app.toml subscribes to, for every shop, when the CLI deploys it. Shopify's API does not list them. */
  declared: readonly string[]
  /** Those that were made through the API for this shop. */
  subscriptions: ShownSubscription[]
  /** Whether webhooks arrive, and why it is said so; as of `figuresAsOf`. PUT /api/webhooks/health tells all of it. */
  health: Verdict & Pick<WebhookHealth, 'figuresAsOf'>
}

export type WebhookStatusOutcome = { outcome: 'read'; status: WebhookStatus } | Unreadable

export async function webhookStatus(shop: ShopRow, now: Date, signal: AbortSignal): Promise<WebhookStatusOutcome> {
  const [read, { verdict, figuresAsOf }] = await Promise.all([
    readSubscriptions(shop, { signal, isInteractive: true }),
    webhookHealth(shop, now),
  ])
  if (read.outcome !== 'read') return read
  const { mode } = subscriptionSettings
  return {
    outcome: 'read',
    status: {
      tenantId: shop.domain,
      mode,
      declared: declaredTopics(mode),
      subscriptions: read.subscriptions.map((one) => ({ ...one, isManaged: isOurs(one.uri) })),
      health: { ...verdict, figuresAsOf },
    },
  }
}
