import { env } from '~/env.server'
import type { WantedSettings } from './wanted'

/** What the settings of this process say of subscriptions. */
export const subscriptionSettings: WantedSettings = {
  mode: env.WEBHOOK_SUBSCRIPTIONS,
  extraTopics: env.EXTRA_WEBHOOK_TOPICS,
  appUrl: env.SHOPIFY_APP_URL,
}
