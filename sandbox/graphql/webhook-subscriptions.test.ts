import { expect, it } from 'vitest'
import { testApi } from './test-api.ts'

const CREATE = `mutation ($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri }) {
    webhookSubscription { id topic uri format createdAt }
    userErrors { field message }
  }
}`
const UPDATE = `mutation ($id: ID!, $uri: String!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: { uri: $uri }) {
    webhookSubscription { id topic uri }
    userErrors { field message }
  }
}`
const DELETE = `mutation ($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}`
const LIST = `query ($first: Int!, $after: String, $topics: [WebhookSubscriptionTopic!]) {
  webhookSubscriptions(first: $first, after: $after, topics: $topics) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}`
const ORDERS = 'https://app.example.com/webhooks/orders'

interface Answered {
  webhookSubscription: { id: string; topic: string; uri: string } | null
  userErrors: { field: string[]; message: string }[]
}

function setUp() {
  const { ask } = testApi({ products: 1, customers: 1, orders: 1 })
  const run = (document: string, name: string, variables: Record<string, unknown>) =>
    ask(document, variables).data?.[name] as Answered
  return {
    ask,
    create: (topic: string, uri: string) => run(CREATE, 'webhookSubscriptionCreate', { topic, uri }),
    update: (id: string, uri: string) => run(UPDATE, 'webhookSubscriptionUpdate', { id, uri }),
    list: (variables: Record<string, unknown> = {}) =>
      ask(LIST, { first: 50, ...variables }).data?.['webhookSubscriptions'] as {
        nodes: { id: string; topic: string; uri: string }[]
        pageInfo: { hasNextPage: boolean; endCursor: string | null }
      },
  }
}

it('lists what was made through the API, page by page and by topic, and nothing that is declared', () => {
  const { create, list } = setUp()
  expect(list().nodes).toEqual([])
  const made = ['ORDERS_CREATE', 'ORDERS_UPDATED', 'SHOP_UPDATE'].map((topic) => create(topic, ORDERS))
  expect(made.map(({ userErrors }) => userErrors)).toEqual([[], [], []])
  const ids = made.map(({ webhookSubscription }) => webhookSubscription!.id)
  const first = list({ first: 2 })
  const rest = list({ first: 2, after: first.pageInfo.endCursor })
  expect([...first.nodes, ...rest.nodes].map(({ id }) => id)).toEqual(ids)
  expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false])
  expect(list({ topics: ['SHOP_UPDATE'] }).nodes.map(({ id }) => id)).toEqual([ids[2]])
})

it('updates, finds and deletes one by its id', () => {
  const { ask, create, update, list } = setUp()
  const { id } = create('ORDERS_CREATE', ORDERS).webhookSubscription!
  const elsewhere = 'https://other.example.com/webhooks/orders'
  expect(update(id, elsewhere)).toMatchObject({ webhookSubscription: { id, uri: elsewhere }, userErrors: [] })
  const find = () => ask('query ($id: ID!) { webhookSubscription(id: $id) { uri } }', { id }).data
  expect(find()).toEqual({ webhookSubscription: { uri: elsewhere } })
  expect(ask(DELETE, { id }).data).toEqual({
    webhookSubscriptionDelete: { deletedWebhookSubscriptionId: id, userErrors: [] },
  })
  expect(find()).toEqual({ webhookSubscription: null })
  expect(list().nodes).toEqual([])
})

it('objects to an address that is none, and to one that is taken for its topic', () => {
  const { create, update } = setUp()
  const objections = ['', 'webhooks/orders', 'http://app.example.com/hooks'].map(
    (uri) => create('ORDERS_CREATE', uri).userErrors[0],
  )
  expect(objections.map((one) => one?.message)).toEqual([
    "Address can't be blank",
    'Address is invalid',
    'Address protocol http:// is not supported',
  ])
  expect(objections[0]?.field).toEqual(['webhookSubscription', 'uri'])
  expect(create('ORDERS_CREATE', 'pubsub://project:topic').userErrors).toEqual([])
  expect(create('ORDERS_CREATE', ORDERS).userErrors).toEqual([])
  expect(create('ORDERS_UPDATED', ORDERS).userErrors).toEqual([])
  const taken = [{ field: ['webhookSubscription', 'uri'], message: 'Address for this topic has already been taken' }]
  expect(create('ORDERS_CREATE', ORDERS)).toEqual({ webhookSubscription: null, userErrors: taken })
  const { id } = create('ORDERS_CREATE', `${ORDERS}/other`).webhookSubscription!
  expect(update(id, ORDERS)).toEqual({ webhookSubscription: null, userErrors: taken })
  expect(update(id, `${ORDERS}/other`).userErrors).toEqual([])
})

it('objects to an id that it does not know', () => {
  const { ask, update } = setUp()
  const id = 'gid://shopify/WebhookSubscription/1'
  const unknown = [{ field: ['id'], message: 'Webhook subscription does not exist' }]
  expect(update(id, ORDERS)).toEqual({ webhookSubscription: null, userErrors: unknown })
  expect(ask(DELETE, { id }).data).toEqual({
    webhookSubscriptionDelete: { deletedWebhookSubscriptionId: null, userErrors: unknown },
  })
})

it('says of what it does not model that it does not, instead of taking it for nothing', () => {
  const { ask } = setUp()
  const filtered = `mutation { webhookSubscriptionCreate(topic: ORDERS_CREATE,
    webhookSubscription: { uri: "${ORDERS}", filter: "id:1" }) { userErrors { message } } }`
  expect(ask(filtered).errors?.[0]?.message).toContain('WebhookSubscriptionInput.filter')
})
