import { readFileSync } from 'node:fs'
import { parseTOML } from 'confbox/toml'

/** Where the app wants one topic. `path` begins with a slash and is below the app's URL. */
export interface Subscription {
  topic: string
  path: string
}

interface AppConfiguration {
  webhooks?: { subscriptions?: { topics?: string[]; compliance_topics?: string[]; uri: string }[] }
}

/** The subscriptions that an app's `shopify.app.toml` declares, in the file's order. Throws when it cannot be read. */
export function readSubscriptions(tomlPath: string | URL): Subscription[] {
  return parseSubscriptions(readFileSync(tomlPath, 'utf8'))
}

/** What `readSubscriptions` reads, from the text of the file. Event buses (Pub/Sub, EventBridge) are passed over. */
export function parseSubscriptions(toml: string): Subscription[] {
  const { webhooks } = parseTOML<AppConfiguration>(toml)
  return (webhooks?.subscriptions ?? []).flatMap(({ topics = [], compliance_topics = [], uri }) => {
    const path = pathOf(uri)
    return path === null ? [] : [...topics, ...compliance_topics].map((topic) => ({ topic, path }))
  })
}

/** Shopify prefixes a relative address with the application's URL and strips a slash at the end. */
function pathOf(uri: string): string | null {
  if (uri.startsWith('/')) return uri.length > 1 ? uri.replace(/\/$/, '') : uri
  if (!uri.startsWith('https://')) return null
  const { pathname, search } = new URL(uri)
  return pathname + search
}
