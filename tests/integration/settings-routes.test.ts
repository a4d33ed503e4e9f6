/** The settings page: for the shop in the token alone. */
import { sandbox } from '../factories/running-sandbox.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { closeDatabase } from '~/db.server'
import { stopBoss } from '~/jobs/boss.server'
import { shopOfApiKey } from '~/management/api-keys.server'
import { action, loader } from '~/routes/app.settings'
import { subscriptionsOf } from '~/shopify/webhook-subscriptions.server'
import { connectedShop, type ConnectedShop } from '../factories/sandbox-shops.ts'
import { testEnvironment } from '../setup/test-environment.ts'

const address = `${testEnvironment.SHOPIFY_APP_URL}/app/settings`
// Shopify's library turns away what looks like a bot.
const browser = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36' }

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
  await sandbox.close()
})

// By the machine's clock: the sandbox's is behind, and a token of it would have ended.
function signedIn({ shop }: ConnectedShop, init: RequestInit = {}): Request {
  const token = shop.sessionToken({ lifetimeSeconds: 3600 })
  return new Request(address, { ...init, headers: { ...browser, Authorization: `Bearer ${token}` } })
}

const show = async (shop: ConnectedShop) => (await loader({ request: signedIn(shop), params: {}, context: {} })).page

const ask = (shop: ConnectedShop, fields: Record<string, string>) =>
  action({
    request: signedIn(shop, { method: 'POST', body: new URLSearchParams(fields) }),
    params: {},
    context: {},
  })

async function makeKey(shop: ConnectedShop, name: string) {
  const answer = await ask(shop, { intent: 'create-key', name })
  if (answer.outcome !== 'key-made') throw new Error(JSON.stringify(answer))
  return answer.made
}

describe('API keys', () => {
  it('are made, listed by their beginning, and revoked', async () => {
    const shop = await connectedShop()
    const made = await makeKey(shop, ' Export ')
    expect((await shopOfApiKey(made.key))?.domain).toBe(shop.domain)
    const { keys } = await show(shop)
    expect(keys).toMatchObject([{ id: made.id, name: 'Export', beginning: `${made.key.slice(0, 9)}…` }])
    expect(JSON.stringify(keys)).not.toContain(made.key.slice(0, 12))
    expect(await ask(shop, { intent: 'revoke-key', id: made.id })).toEqual({ outcome: 'key-revoked' })
    expect(await shopOfApiKey(made.key)).toBeNull()
    expect((await show(shop)).keys).toEqual([])
  })

  it('are neither shown to another shop nor revoked by it', async () => {
    const [mine, theirs] = [await connectedShop(), await connectedShop()]
    const made = await makeKey(mine, 'mine')
    expect((await show(theirs)).keys).toEqual([])
    await ask(theirs, { intent: 'revoke-key', id: made.id })
    expect((await shopOfApiKey(made.key))?.domain).toBe(mine.domain)
  })

  it('need a name, and there are at most twenty', async () => {
    const shop = await connectedShop()
    expect(await ask(shop, { intent: 'create-key', name: '' })).toMatchObject({ outcome: 'key-refused' })
    for (let count = 0; count < 20; count++) await makeKey(shop, `key ${count}`)
    expect(await ask(shop, { intent: 'create-key', name: 'one more' })).toEqual({
      outcome: 'key-refused',
      error: 'There are 20 keys, which is the most. Revoke one that is not used.',
    })
  })
})

describe('subscriptions', () => {
  const portOf = ({ domain }: ConnectedShop) => subscriptionsOf(domain, new AbortController().signal)

  it('are shown and removed, those of others left alone', async () => {
    const shop = await connectedShop()
    await portOf(shop).create('themes/update', `${testEnvironment.SHOPIFY_APP_URL}/webhooks/other`)
    await portOf(shop).create('themes/update', 'pubsub://project:topic')
    const { subscriptions } = await show(shop)
    expect(subscriptions.lines.map(({ isManaged }) => isManaged)).toEqual([true, false])
    expect(subscriptions).toMatchObject({ canRemove: true, canRegister: false, failure: null })
    expect(await ask(shop, { intent: 'unregister' })).toEqual({
      outcome: 'subscriptions',
      text: 'Done: 1 topic changed.',
      isFailure: false,
    })
    expect((await portOf(shop).list()).map(({ uri }) => uri)).toEqual(['pubsub://project:topic'])
  })

  it('that double what the app declares are put right by Register', async () => {
    const shop = await connectedShop()
    await portOf(shop).create('orders/create', `${testEnvironment.SHOPIFY_APP_URL}/webhooks/orders`)
    expect((await show(shop)).subscriptions).toMatchObject({ standing: { isFailure: true }, canRegister: true })
    await ask(shop, { intent: 'register' })
    expect((await show(shop)).subscriptions).toMatchObject({ standing: null, lines: [], canRegister: false })
  })

  it('that cannot be read leave the rest of the page as it is, and are told of where they would be', async () => {
    const shop = await connectedShop()
    await makeKey(shop, 'kept')
    shop.shop.faults = () => 'http403'
    const page = await show(shop)
    expect(page.keys.map(({ name }) => name)).toEqual(['kept'])
    expect(page.subscriptions.failure).toBe('Shopify refuses the app access to the shop.')
    expect(await ask(shop, { intent: 'register' })).toEqual({
      outcome: 'subscriptions',
      text: 'Shopify refuses the app access to the shop.',
      isFailure: true,
    })
  })
})

it('what no button of the page sends does nothing', async () => {
  expect(await ask(await connectedShop(), { intent: 'drop-table' })).toEqual({ outcome: 'unreadable' })
})
