import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parseTOML } from 'confbox/toml'
import { expect, it } from 'vitest'
import { WEBHOOK_TOPICS } from '../shopify/webhook-topics'
import { COMPLIANCE_TOPICS, DECLARED_TOPICS } from './declared-topics'
import { pathOfTopic, TOPIC_PATHS, WEBHOOK_PATHS } from './topic-paths'

interface AppToml {
  webhooks: { subscriptions: { topics?: string[]; compliance_topics?: string[]; uri: string }[] }
}

const root = new URL('../../', import.meta.url)
const { subscriptions } = parseTOML<AppToml>(readFileSync(new URL('shopify.app.toml', root), 'utf8')).webhooks

const PUBSUB = /^pubsub:\/\/[^:/]+:[^:/]+$/

it('the paths are those of shopify.app.toml, but for what it has published to Pub/Sub', () => {
  const declared = subscriptions.flatMap(({ topics = [], compliance_topics = [], uri }) => [
    ...topics.map((topic) => [topic, PUBSUB.test(uri) ? TOPIC_PATHS[topic] : uri]),
    ...compliance_topics.map((topic) => [topic, uri]),
  ])
  expect(TOPIC_PATHS).toEqual(Object.fromEntries(declared))
  expect(DECLARED_TOPICS).toEqual(subscriptions.flatMap(({ topics = [] }) => topics))
  expect(COMPLIANCE_TOPICS).toEqual(subscriptions.flatMap(({ compliance_topics = [] }) => compliance_topics))
})

it.each([
  ['orders/create', '/webhooks/orders'],
  ['orders/risk_assessment_changed', '/webhooks/orders'],
  ['customers/merge', '/webhooks/customers'],
  ['themes/update', '/webhooks/other'],
  ['customer.joined_segment', '/webhooks/other'],
  ['themes/publish', '/webhooks/other'],
])('%s goes to %s', (topic, path) => expect(pathOfTopic(topic)).toBe(path))

it('all paths are those of the routes', () => {
  const routes = readdirSync(new URL('app/routes', root)).filter((name) => name.startsWith('webhooks.'))
  const paths = routes.map((name) => `/${name.replace(/\.tsx$/, '').replaceAll('.', '/')}`)
  expect([...WEBHOOK_PATHS].sort()).toEqual(paths.sort())
})

it('every topic of Shopify goes to a route that is there', () => {
  for (const path of new Set(WEBHOOK_TOPICS.map(pathOfTopic))) {
    expect([path, existsSync(new URL(`app/routes/${path.slice(1).replaceAll('/', '.')}.tsx`, root))]).toEqual([
      path,
      true,
    ])
  }
})
