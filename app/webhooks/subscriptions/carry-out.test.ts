import { expect, it } from 'vitest'
import type { SubscriptionChange, SubscriptionsPort } from '../../shopify/webhook-subscriptions.server'
import { carryOut } from './carry-out'
import type { Step, TopicPlan } from './plan'

const topic = 'themes/update'
const uri = 'https://app.example.com/webhooks/other'
const steps: Record<Step['step'], Step> = {
  create: { step: 'create', uri },
  update: { step: 'update', id: 'gid-1', uri },
  delete: { step: 'delete', id: 'gid-1' },
}
const outcomes = { create: 'created', update: 'updated', delete: 'deleted' } as const

const done: SubscriptionChange = { outcome: 'done' }
const taken: SubscriptionChange = { outcome: 'taken', reason: 'Address has already been taken' }
const unknown: SubscriptionChange = { outcome: 'unknown', reason: 'Topic does not exist' }
const refused: SubscriptionChange = { outcome: 'refused', reason: 'Address is not allowed' }

async function take(step: Step['step'], change: SubscriptionChange) {
  const answer = () => Promise.resolve(change)
  const port: SubscriptionsPort = { list: () => Promise.resolve([]), create: answer, update: answer, delete: answer }
  const plan: TopicPlan = { topic, outcome: outcomes[step], steps: [steps[step]], reason: null }
  return (await carryOut([plan], port, new AbortController().signal))[0]!
}

it.each([
  ['create', done],
  ['create', taken],
  ['update', done],
  ['delete', done],
  ['delete', unknown],
] as const)('%s is at its end when Shopify answers %o', async (step, change) => {
  expect(await take(step, change)).toEqual({ topic, outcome: outcomes[step], reason: null })
})

it.each([
  ['create', unknown, 'Shopify refuses it: Topic does not exist.'],
  ['create', refused, 'Shopify refuses it: Address is not allowed.'],
  ['update', taken, 'It was changed by somebody else meanwhile. Try again.'],
  ['update', unknown, 'It was changed by somebody else meanwhile. Try again.'],
  ['update', refused, 'Shopify refuses it: Address is not allowed.'],
  ['delete', taken, 'Shopify refuses it: Address has already been taken.'],
  ['delete', refused, 'Shopify refuses it: Address is not allowed.'],
] as const)('%s has failed when Shopify answers %o', async (step, change, reason) => {
  expect(await take(step, change)).toEqual({ topic, outcome: 'failed', reason })
})
