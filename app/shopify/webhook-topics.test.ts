import { isEnumType } from 'graphql'
import { expect, it } from 'vitest'
import { adminSchema } from '../../sandbox/graphql/schema.ts'
import { enumOfTopic, isWebhookTopic, topicOfEnum, WEBHOOK_TOPICS } from './webhook-topics'

const type = adminSchema().schema.getType('WebhookSubscriptionTopic')
if (!isEnumType(type)) throw new Error('the schema has no topics')
const values = type.getValues()

it("the topics are those of Shopify's schema, all of them", () => {
  expect(WEBHOOK_TOPICS.map(enumOfTopic).sort()).toEqual(values.map(({ name }) => name).sort())
})

it('each is written as Shopify writes it, and found again by its name in the schema', () => {
  for (const { name, description } of values) {
    const [, topic = ''] = /`([^`]+)`/.exec(description ?? '') ?? []
    expect(enumOfTopic(topic)).toBe(name)
    expect(topicOfEnum(name)).toBe(topic)
  }
})

it('slashes and dots become underscores', () => {
  expect(enumOfTopic('orders/create')).toBe('ORDERS_CREATE')
  expect(enumOfTopic('customer.joined_segment')).toBe('CUSTOMER_JOINED_SEGMENT')
})

it('a name that the version does not have stays as it is', () => {
  expect(topicOfEnum('ORDERS_TELEPORTED')).toBe('ORDERS_TELEPORTED')
})

it('the privacy topics are none: they exist in shopify.app.toml alone', () => {
  expect(['customers/redact', 'orders/teleported', 'ORDERS_CREATE', ''].filter(isWebhookTopic)).toEqual([])
})
