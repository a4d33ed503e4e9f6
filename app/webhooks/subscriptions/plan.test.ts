import { describe, expect, it } from 'vitest'
import { type ExistingSubscription, isOurs, plan, type Situation, type TopicPlan } from './plan'

const APP = 'https://app.example.com'
const orders = { topic: 'orders/create', uri: `${APP}/webhooks/orders` }
const shop = { topic: 'themes/update', uri: `${APP}/webhooks/other` }
const old = 'https://old-tunnel.example.com'

let ids = 0
const existing = (topic: string, uri: string): ExistingSubscription => ({ id: `gid-${++ids}`, topic, uri })

const planned = (situation: Partial<Situation>) =>
  plan({ wanted: [orders, shop], existing: [], action: 'register', declared: [], ...situation })

/** What Shopify lists when every step has been taken. */
function after(before: readonly ExistingSubscription[], plans: readonly TopicPlan[]): ExistingSubscription[] {
  let all = [...before]
  for (const { topic, steps } of plans) {
    for (const step of steps) {
      if (step.step === 'create') all.push(existing(topic, step.uri))
      else if (step.step === 'delete') all = all.filter(({ id }) => id !== step.id)
      else all = all.map((one) => (one.id === step.id ? { ...one, uri: step.uri } : one))
    }
  }
  return all
}

const shown = (all: readonly ExistingSubscription[]) => all.map(({ topic, uri }) => ({ topic, uri }))

describe('register', () => {
  it('makes what is missing, and then finds nothing to do', () => {
    const first = planned({})
    expect(first).toEqual([
      { topic: orders.topic, outcome: 'created', steps: [{ step: 'create', uri: orders.uri }], reason: null },
      { topic: shop.topic, outcome: 'created', steps: [{ step: 'create', uri: shop.uri }], reason: null },
    ])
    const second = planned({ existing: after([], first) })
    expect(second.map(({ outcome, steps }) => [outcome, steps])).toEqual([
      ['unchanged', []],
      ['unchanged', []],
    ])
  })

  it('brings what points to an earlier address of the app to the present one', () => {
    const [host, path] = [
      existing(orders.topic, `${old}/webhooks/orders`),
      existing(shop.topic, `${APP}/webhooks/app?from=1`),
    ]
    const plans = planned({ existing: [host, path] })
    expect(plans.map(({ outcome, steps }) => [outcome, steps])).toEqual([
      ['updated', [{ step: 'update', id: host.id, uri: orders.uri }]],
      ['updated', [{ step: 'update', id: path.id, uri: shop.uri }]],
    ])
  })

  it('leaves one of several of a topic: that with the right address, or the oldest', () => {
    const doubles = [existing(orders.topic, `${old}/webhooks/orders`), existing(orders.topic, orders.uri)]
    const stale = [existing(shop.topic, `${old}/webhooks/a`), existing(shop.topic, `${old}/webhooks/b`)]
    const all = after([...doubles, ...stale], planned({ existing: [...doubles, ...stale] }))
    expect(all).toEqual([doubles[1], { ...stale[0]!, uri: shop.uri }])
  })

  it('takes away what doubles a topic of shopify.app.toml, and leaves other topics that somebody asked for', () => {
    const before = [existing(orders.topic, orders.uri), existing('themes/publish', `${APP}/webhooks/other`)]
    const plans = planned({ wanted: [shop], existing: before, declared: [orders.topic] })
    expect(shown(after(before, plans))).toEqual([shown(before)[1], shop])
    expect(plans.find(({ topic }) => topic === orders.topic)).toMatchObject({
      outcome: 'deleted',
      reason: 'shopify.app.toml subscribes to it',
    })
  })

  it('says of a declared topic that was asked for by name why nothing was done', () => {
    const plans = planned({ wanted: [], declared: [orders.topic], named: [orders.topic] })
    expect(plans).toEqual([
      { topic: orders.topic, outcome: 'unchanged', steps: [], reason: 'shopify.app.toml subscribes to it' },
    ])
  })
})

describe('update', () => {
  it('re-points what is there, takes away what should not be, and adds nothing', () => {
    const before = [
      existing(orders.topic, `${old}/webhooks/orders`),
      existing('themes/publish', `${APP}/webhooks/other`),
    ]
    const plans = planned({ existing: before, action: 'update' })
    expect(plans.map(({ topic, outcome }) => [topic, outcome])).toEqual([
      [orders.topic, 'updated'],
      ['themes/publish', 'deleted'],
    ])
    expect(shown(after(before, plans))).toEqual([orders])
  })
})

describe('unregister', () => {
  const before = [existing(orders.topic, orders.uri), existing(shop.topic, `${old}/webhooks/other`)]

  it('takes away all of ours, whatever host they point to', () => {
    expect(after(before, planned({ existing: before, action: 'unregister' }))).toEqual([])
    expect(planned({ action: 'unregister' })).toEqual([])
  })

  it('keeps to the topics that it is given', () => {
    const plans = planned({ existing: before, action: 'unregister', named: [shop.topic, 'themes/publish'] })
    expect(plans.map(({ topic, outcome }) => [topic, outcome])).toEqual([
      [shop.topic, 'deleted'],
      ['themes/publish', 'unchanged'],
    ])
    expect(after(before, plans)).toEqual([before[0]])
  })
})

describe('what is not ours', () => {
  const foreign = [
    'pubsub://project:topic',
    'arn:aws:events:us-east-1::event-source/aws.partner/shopify.com/1/lockstep',
    'https://other.example.com/hooks',
    `${APP}/hooks/webhooks/orders`,
  ]

  it('is never touched, by no action', () => {
    for (const action of ['register', 'update', 'unregister'] as const) {
      const before = foreign.map((uri) => existing(orders.topic, uri))
      const all = after(before, planned({ existing: before, action, declared: [orders.topic], wanted: [shop] }))
      expect(all.slice(0, before.length)).toEqual(before)
    }
  })

  it('does not stand in for ours', () => {
    const before = [existing(orders.topic, foreign[0]!)]
    expect(planned({ existing: before, wanted: [orders] }).map(({ outcome }) => outcome)).toEqual(['created'])
  })

  it('is known by its address', () => {
    expect(foreign.map(isOurs)).toEqual([false, false, false, false])
    expect([orders.uri, `${old}/webhooks/x`, 'http://127.0.0.1:3000/webhooks/orders'].map(isOurs)).toEqual([
      ...[true, true, true],
    ])
  })
})
