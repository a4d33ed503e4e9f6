import { TOPIC_PATHS } from './topic-paths'

/** Shopify sends these to every public app, and accepts them in shopify.app.toml only. */
export const COMPLIANCE_TOPICS: readonly string[] = ['customers/data_request', 'customers/redact', 'shop/redact']

/** What shopify.app.toml subscribes to, in its order. */
export const DECLARED_TOPICS: readonly string[] = Object.keys(TOPIC_PATHS).filter(
  (topic) => !COMPLIANCE_TOPICS.includes(topic),
)
