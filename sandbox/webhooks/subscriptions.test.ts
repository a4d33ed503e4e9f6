import { expect, it } from 'vitest'
import { parseSubscriptions } from './subscriptions.ts'

it('reads topics and compliance topics with the path that each goes to', () => {
  const toml = `
    name = "An app"
    [webhooks]
    api_version = "2026-10"
    # orders
    [[webhooks.subscriptions]]
    topics = ["orders/create", "orders/updated"]
    uri = "/webhooks/orders/"
      [[webhooks.subscriptions]]
      compliance_topics = ["shop/redact"]
      topics = ["app/uninstalled"]
      uri = "https://app.example.com/hooks?from=shopify"
    [[webhooks.subscriptions]]
    topics = ["products/update"]
    uri = "pubsub://project:topic"
  `
  expect(parseSubscriptions(toml)).toEqual([
    { topic: 'orders/create', path: '/webhooks/orders' },
    { topic: 'orders/updated', path: '/webhooks/orders' },
    { topic: 'app/uninstalled', path: '/hooks?from=shopify' },
    { topic: 'shop/redact', path: '/hooks?from=shopify' },
  ])
})

it('reads an app without webhooks', () => {
  expect(parseSubscriptions('name = "An app"')).toEqual([])
})
