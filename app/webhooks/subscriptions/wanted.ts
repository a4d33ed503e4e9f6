/** What is to be subscribed to for one shop through the API, beside what shopify.app.toml declares for all. Pure. */
import { COMPLIANCE_TOPICS, DECLARED_TOPICS } from '../declared-topics'
import { pathOfTopic } from '../topic-paths'

/**
 * How the app gets its webhooks. `declared`: Shopify CLI deploys shopify.app.toml, which subscribes for every shop. `shop`:
 * nobody deploys it, and each shop is subscribed to what it declares.
 */
export const SUBSCRIPTION_MODES = ['declared', 'shop'] as const
export type SubscriptionMode = (typeof SUBSCRIPTION_MODES)[number]

export interface WantedSettings {
  mode: SubscriptionMode
  /** Topics beside those of shopify.app.toml. */
  extraTopics: readonly string[]
  /** The app's own, without a slash at the end. */
  appUrl: string
}

export interface WantedSubscription {
  topic: string
  uri: string
}

/** Topics that Shopify knows from shopify.app.toml: to subscribe to them once more would have each delivered twice. */
export function declaredTopics(mode: SubscriptionMode): readonly string[] {
  return mode === 'declared' ? [...DECLARED_TOPICS, ...COMPLIANCE_TOPICS] : []
}

/** Each topic once. `more`: topics beside those of the settings. */
export function wantedSubscriptions(
  { mode, extraTopics, appUrl }: WantedSettings,
  more: readonly string[] = [],
): WantedSubscription[] {
  const declared = new Set(declaredTopics(mode))
  const topics = new Set([...(mode === 'shop' ? DECLARED_TOPICS : []), ...extraTopics, ...more])
  return [...topics].filter((topic) => !declared.has(topic)).map((topic) => ({ topic, uri: uriOf(topic, appUrl) }))
}

const uriOf = (topic: string, appUrl: string) => `${appUrl}${pathOfTopic(topic)}`
