/** Shops that Shopify does not let us read: what rests, what goes on, and what ends it. Against the real sandbox. */
import { sandbox } from '../factories/running-sandbox.ts'
import { Session } from '@shopify/shopify-api'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { shopsForSlot } from '~/db/schedule.server'
import { recordInstall, shopById } from '~/db/shops.server'
import { stopBoss } from '~/jobs/boss.server'
import { handlers } from '~/jobs/handlers.server'
import { homePage } from '~/presenters/home.server'
import { PULLED_NAMES } from '~/resources/resource'
import type { Trigger } from '~/sync/ports'
import { welcomeShop } from '~/welcome-shop.server'
import type { Fault } from '../../sandbox/contract.ts'
import { connectedShop, type ConnectedShop, sessionRow } from '../factories/sandbox-shops.ts'

let connected: ConnectedShop

beforeEach(async () => {
  connected = await connectedShop()
})

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
  await sandbox.close()
})

const sync = (trigger: Trigger) =>
  handlers.sync({ shopId: connected.id, resource: 'products', trigger, force: false }, new AbortController().signal)

const pauseOf = async () => (await shopById(connected.id))!.pauseReason
const isScheduled = async () => (await shopsForSlot('products')).some(({ shopId }) => shopId === connected.id)

/** As so many hours later. */
const pass = (hours: number) =>
  pool.query('update shops set probed_at = probed_at - make_interval(hours => $2) where id = $1', [connected.id, hours])

async function waiting(): Promise<{ resource: string; trigger: string }[]> {
  const { rows } = await pool.query<{ resource: string; trigger: string }>(
    `select data->>'resource' as resource, data->>'trigger' as trigger from pgboss.job
     where data->>'shopId' = $1 and state = 'created' order by 1`,
    [connected.id],
  )
  return rows
}

const all = [...PULLED_NAMES].sort()

describe.each<[string, Fault, 'frozen' | 'locked']>([
  ['frozen', 'http402', 'frozen'],
  ['locked', 'http423', 'locked'],
])('a shop that is %s', (_, fault, reason) => {
  beforeEach(async () => {
    connected.shop.faults = () => fault
    await sync('schedule')
  })

  it('rests: no slot is for it, and what a slot had asked for before is not done', async () => {
    expect(await pauseOf()).toBe(reason)
    expect(await isScheduled()).toBe(false)
    const { requests } = connected.shop
    await sync('schedule')
    expect(connected.shop.requests).toBe(requests)
  })

  it('is asked again once a day', async () => {
    await pass(23)
    expect(await isScheduled()).toBe(false)
    await pass(2)
    expect(await isScheduled()).toBe(true)
    await sync('schedule')
    expect(await isScheduled()).toBe(false)
  })

  it('is read again when it can be, also what its other resources missed', async () => {
    connected.shop.faults = null
    await sync('manual')
    expect(await pauseOf()).toBeNull()
    expect(await isScheduled()).toBe(true)
    expect(await waiting()).toEqual(
      all.filter((name) => name !== 'products').map((resource) => ({ resource, trigger: 'catch-up' })),
    )
  })

  it('says so on its page, and leaves another shop alone', async () => {
    const other = await connectedShop()
    expect((await shopById(other.id))!.pausedSince).toBeNull()
    const { overall } = await homePage((await shopById(connected.id))!, new Date())
    expect(overall).toMatchObject({ state: 'paused', title: expect.stringContaining(reason) })
    expect(overall.toDo).toContain('Sync now')
  })
})

describe('a shop whose token is refused for good', () => {
  const reopen = () =>
    welcomeShop(
      new Session({
        id: `offline_${connected.domain}`,
        shop: connected.domain,
        state: '',
        isOnline: false,
        scope: 'x',
      }),
    )

  it('rests until its merchant opens the app, and then catches up', async () => {
    connected.shop.uninstall()
    await sync('schedule')
    expect(await pauseOf()).toBe('needs-reauthorisation')
    expect(await isScheduled()).toBe(false)
    await pass(1000)
    expect(await isScheduled()).toBe(false)
    await reopen()
    expect(await pauseOf()).toBeNull()
    expect(await isScheduled()).toBe(true)
    expect(await waiting()).toEqual(all.map((resource) => ({ resource, trigger: 'catch-up' })))
  })

  it('though a fresh token was given, has that one ended too, so that opening the app brings another', async () => {
    connected.shop.faults = ({ kind }) => (kind === 'graphql' ? 'unauthorized' : null)
    await sync('schedule')
    expect(await pauseOf()).toBe('needs-reauthorisation')
    expect(await sessionRow(connected.domain)).toMatchObject({ ended: true })
  })

  it('is not paused when a new token has come meanwhile', async () => {
    connected.shop.faults = ({ kind, n }) => (kind === 'graphql' && n <= 2 ? 'unauthorized' : null)
    const asking = sync('manual')
    await expect.poll(async () => (await sessionRow(connected.domain)).ended).toBe(true)
    await pool.query(`update sessions set expires = now() + interval '1 hour', access_token = 'new' where shop = $1`, [
      connected.domain,
    ])
    await recordInstall(connected.domain, { scopes: 'x' })
    await asking
    // Which of the two came first is chance; paused with a good token would be wrong in either case.
    expect(await pauseOf()).toBeNull()
  })
})
