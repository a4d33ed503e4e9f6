/** The subscriptions of one shop, against the sandbox: what is made, moved and taken away, and what is left alone. */
import { sandbox } from '../factories/running-sandbox.ts'
import type { PoolClient } from 'pg'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { subscriptionsOf } from '~/shopify/webhook-subscriptions.server'
import { DECLARED_TOPICS } from '~/webhooks/declared-topics'
import { manageSubscriptions, readSubscriptions } from '~/webhooks/subscriptions/manage.server'
import type { SubscriptionAction } from '~/webhooks/subscriptions/plan'
import type { WantedSettings } from '~/webhooks/subscriptions/wanted'
import { testEnvironment } from '../setup/test-environment.ts'
import { connectedShop, type ConnectedShop, endToken } from '../factories/sandbox-shops.ts'

afterAll(async () => {
  await closeDatabase()
  await sandbox.close()
})

const never = new AbortController().signal
const appUrl = testEnvironment.SHOPIFY_APP_URL
const forShop: WantedSettings = { mode: 'shop', extraTopics: [], appUrl }
const declared: WantedSettings = { mode: 'declared', extraTopics: [], appUrl }

const portOf = ({ domain }: ConnectedShop) => subscriptionsOf(domain, never)

async function manage(shop: ConnectedShop, action: SubscriptionAction, settings = forShop, topics: string[] = []) {
  const outcome = await manageSubscriptions(shop, { action, topics }, { signal: never, settings })
  if (outcome.outcome !== 'done') throw new Error(JSON.stringify(outcome))
  return outcome.results
}

const listed = async (shop: ConnectedShop) => (await portOf(shop).list()).map(({ topic, uri }) => ({ topic, uri }))
const outcomes = (results: { outcome: string }[]) => [...new Set(results.map(({ outcome }) => outcome))]

describe('an app that nobody deploys', () => {
  it('subscribes each shop to everything that shopify.app.toml declares, each topic to its path, once', async () => {
    const shop = await connectedShop()
    expect(outcomes(await manage(shop, 'register'))).toEqual(['created'])
    const there = await listed(shop)
    expect(there.map(({ topic }) => topic)).toEqual(DECLARED_TOPICS)
    expect(there[0]).toEqual({ topic: 'orders/create', uri: `${appUrl}/webhooks/orders` })
    const before = shop.shop.requests
    expect(outcomes(await manage(shop, 'register'))).toEqual(['unchanged'])
    expect(shop.shop.requests - before).toBe(1)
    expect(await listed(shop)).toEqual(there)
  })

  it('moves to another address with update, adding nothing', async () => {
    const shop = await connectedShop()
    await manage(shop, 'register')
    await portOf(shop).delete((await portOf(shop).list())[0]!.id)
    const moved = { ...forShop, appUrl: 'https://moved.lockstep.test' }
    expect(outcomes(await manage(shop, 'update', moved))).toEqual(['updated'])
    const there = await listed(shop)
    expect(there).toHaveLength(DECLARED_TOPICS.length - 1)
    expect(there.filter(({ uri }) => !uri.startsWith('https://moved.lockstep.test/webhooks/'))).toEqual([])
  })

  it('takes everything of its own away again, and nothing of others', async () => {
    const shop = await connectedShop()
    const foreign = [
      { topic: 'orders/create', uri: 'pubsub://project:topic' },
      { topic: 'orders/create', uri: 'https://other.example.com/hooks' },
    ]
    for (const { topic, uri } of foreign) await portOf(shop).create(topic, uri)
    await manage(shop, 'register')
    await manage(shop, 'update')
    expect(outcomes(await manage(shop, 'unregister'))).toEqual(['deleted'])
    expect(await listed(shop)).toEqual(foreign)
    expect(await manage(shop, 'unregister')).toEqual([])
  })
})

describe('an app that the CLI deploys', () => {
  it('subscribes to nothing but the extra topics', async () => {
    const shop = await connectedShop()
    expect(await manage(shop, 'register', declared)).toEqual([])
    const extra = { ...declared, extraTopics: ['themes/update'] }
    expect(await manage(shop, 'register', extra, ['themes/publish', 'orders/create'])).toEqual([
      { topic: 'themes/update', outcome: 'created', reason: null },
      { topic: 'themes/publish', outcome: 'created', reason: null },
      { topic: 'orders/create', outcome: 'unchanged', reason: 'shopify.app.toml subscribes to it' },
    ])
    expect((await listed(shop)).map(({ topic }) => topic)).toEqual(['themes/update', 'themes/publish'])
  })

  it('takes away what would have a declared topic come twice', async () => {
    const shop = await connectedShop()
    await manage(shop, 'register', forShop)
    const results = await manage(shop, 'register', declared)
    expect(results).toHaveLength(DECLARED_TOPICS.length)
    expect(outcomes(results)).toEqual(['deleted'])
    expect(await listed(shop)).toEqual([])
  })
})

it('one of several of a topic is left', async () => {
  const shop = await connectedShop()
  for (const host of ['one', 'two', 'three']) {
    await portOf(shop).create('themes/update', `https://${host}.example.com/webhooks/other`)
  }
  const extra = { ...declared, extraTopics: ['themes/update'] }
  expect(await manage(shop, 'register', extra)).toEqual([
    { topic: 'themes/update', outcome: 'updated', reason: '2 more of the same topic removed' },
  ])
  expect(await listed(shop)).toEqual([{ topic: 'themes/update', uri: `${appUrl}/webhooks/other` }])
})

it('all of them are seen, however many pages there are', async () => {
  const shop = await connectedShop()
  for (let count = 0; count < 101; count++) {
    await portOf(shop).create('themes/update', `https://n${count}.example.com/webhooks/other`)
  }
  expect(await portOf(shop).list()).toHaveLength(101)
})

describe('two processes at once', () => {
  /** Loaded anew: of what is here it knows the database alone. */
  async function anotherProcess(): Promise<typeof manageSubscriptions> {
    vi.resetModules()
    return (await import('~/webhooks/subscriptions/manage.server')).manageSubscriptions
  }

  it('make no doubles, though they know the app by different addresses', async () => {
    const shop = await connectedShop()
    const elsewhere = await anotherProcess()
    const settings = { ...forShop, appUrl: 'https://other.lockstep.test' }
    const theirs = elsewhere(shop, { action: 'register' }, { signal: never, settings })
    const [, other] = await Promise.all([manage(shop, 'register'), theirs])
    expect(other).toMatchObject({ outcome: 'done' })
    const there = await listed(shop)
    expect(there.map(({ topic }) => topic).sort()).toEqual(DECLARED_TOPICS.toSorted())
  })

  it('wait for each other only so long', async () => {
    const shop = await connectedShop()
    const elsewhere = await anotherProcess()
    const asked = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<null>()
    shop.shop.faults = () => {
      asked.resolve()
      return gate.promise
    }
    const first = manage(shop, 'register')
    await asked.promise
    const second = await elsewhere(shop, { action: 'register' }, { signal: never, patienceMs: 0 })
    expect(second).toEqual({ outcome: 'busy' })
    gate.resolve(null)
    expect(outcomes(await first)).toEqual(['created'])
  })
})

describe('the connections of the process', () => {
  it('are enough for more shops at once than there are connections', async () => {
    const shops = await Promise.all(Array.from({ length: pool.options.max + 1 }, () => connectedShop()))
    await Promise.all(shops.map(({ domain }) => endToken(domain)))
    const extra = { ...declared, extraTopics: ['themes/update'] }
    const results = await Promise.all(shops.map((shop) => manage(shop, 'register', extra)))
    expect(results).toEqual(shops.map(() => [{ topic: 'themes/update', outcome: 'created', reason: null }]))
  })

  it('that are all in use make it busy, before it is begun and in its midst', async () => {
    const shop = await connectedShop()
    const others: PoolClient[] = []
    const occupy = async (left: number) => {
      while (others.length < pool.options.max - left) others.push(await pool.connect())
    }
    const options = { signal: never, settings: forShop, patienceMs: 0 }
    await occupy(0)
    const begun = manageSubscriptions(shop, { action: 'register' }, options)
    expect(await begun).toEqual({ outcome: 'busy' })
    for (const client of others.splice(0)) client.release()

    shop.shop.faults = async () => {
      await occupy(1)
      return null
    }
    const inItsMidst = manageSubscriptions(shop, { action: 'register' }, options)
    expect(await inItsMidst).toEqual({ outcome: 'busy' })
    for (const client of others.splice(0)) client.release()
    shop.shop.faults = null
    await manage(shop, 'register')
    expect((await listed(shop)).map(({ topic }) => topic).sort()).toEqual(DECLARED_TOPICS.toSorted())
  })
})

describe('when Shopify fails', () => {
  it('a topic that is refused does not stop the others', async () => {
    const shop = await connectedShop()
    const odd = { ...forShop, appUrl: 'http://lockstep.test' }
    const results = await manage(shop, 'register', odd)
    expect(results).toHaveLength(DECLARED_TOPICS.length)
    expect(results[0]).toEqual({
      topic: 'orders/create',
      outcome: 'failed',
      reason: 'Shopify refuses it: Address protocol http:// is not supported.',
    })
  })

  it('in the middle, what was done stays done, and the rest is made up for the next time', async () => {
    const shop = await connectedShop()
    let count = 0
    shop.shop.faults = () => (++count === 4 ? 'http403' : null)
    const results = await manage(shop, 'register')
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([
      { topic: 'orders/paid', outcome: 'failed', reason: 'Shopify refuses the app access to the shop.' },
    ])
    shop.shop.faults = null
    expect((await manage(shop, 'register')).filter(({ outcome }) => outcome !== 'unchanged')).toEqual([
      { topic: 'orders/paid', outcome: 'created', reason: null },
    ])
  })

  it('and cannot be read at all, that is said in plain words, and whether to try again', async () => {
    const shop = await connectedShop()
    shop.shop.uninstall()
    const refused = { outcome: 'unreadable', retry: false, reason: expect.stringMatching(/Open Lockstep/) }
    expect(await readSubscriptions(shop, { signal: never })).toEqual(refused)
    const silent = await connectedShop()
    const stopped = AbortSignal.abort()
    expect(await manageSubscriptions(silent, { action: 'register' }, { signal: stopped })).toEqual({
      outcome: 'unreadable',
      retry: true,
      reason: 'Shopify does not answer at the moment. Try again in a minute.',
    })
  })
})
