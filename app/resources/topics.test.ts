/** What shopify.app.toml subscribes to is known to Shopify and dealt with by somebody here. */
import { readFileSync } from 'node:fs'
import { parseTOML } from 'confbox/toml'
import { isEnumType } from 'graphql'
import { expect, it } from 'vitest'
import { adminSchema } from '../../sandbox/graphql/schema.ts'
import { complianceTopics } from '../compliance/compliance-topics.server'
import { apiVersion } from '../shopify/api-version'
import { enumOfTopic } from '../shopify/webhook-topics'
import { operationTopics } from '../webhooks/bulk-finish.server'
import { COMPLIANCE_TOPICS, DECLARED_TOPICS } from '../webhooks/declared-topics'
import { lifecycleTopics } from '../webhooks/lifecycle.server'
import { resourceOfTopic, resources } from './registry'

interface AppToml {
  webhooks: { api_version: string; subscriptions: { topics?: string[]; compliance_topics?: string[]; uri: string }[] }
}

const { webhooks } = parseTOML<AppToml>(readFileSync(new URL('../../shopify.app.toml', import.meta.url), 'utf8'))
const topics = webhooks.subscriptions.flatMap((subscription) => subscription.topics ?? [])
const compliance = webhooks.subscriptions.flatMap((subscription) => subscription.compliance_topics ?? [])

it('every topic is one that Shopify has', () => {
  const type = adminSchema().schema.getType('WebhookSubscriptionTopic')
  if (!isEnumType(type)) throw new Error('the schema has no topics')
  const known = new Set(type.getValues().map(({ name }) => name))
  expect(topics.filter((topic) => !known.has(enumOfTopic(topic)))).toEqual([])
  // They exist in the TOML only: https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
  expect(compliance.filter((topic) => known.has(enumOfTopic(topic)))).toEqual([])
})

const others = [...Object.keys(lifecycleTopics), ...Object.keys(operationTopics)]

it('every topic is dealt with, by a resource or as news of the installation or of a bulk operation', () => {
  expect(topics.filter((topic) => resourceOfTopic(topic) === undefined && !others.includes(topic))).toEqual([])
})

it('every topic that is dealt with is subscribed to, once', () => {
  const handled = [...Object.values(resources).flatMap((each) => Object.keys(each.topics)), ...others]
  expect([...topics].sort()).toEqual(handled.sort())
})

it('all three privacy topics are subscribed to and dealt with', () => {
  expect([...compliance].sort()).toEqual(['customers/data_request', 'customers/redact', 'shop/redact'])
  expect(Object.keys(complianceTopics).sort()).toEqual([...compliance].sort())
})

it('pages and API speak of the topics that are subscribed to', () => {
  expect(DECLARED_TOPICS).toEqual(topics)
  expect(COMPLIANCE_TOPICS).toEqual(compliance)
})

it('webhooks come in the version that requests ask for', () => {
  expect(webhooks.api_version).toBe(apiVersion)
})
