/** Replays: what was stored is applied once more, and says what came of it. */
import { afterAll, describe, expect, it } from 'vitest'
import { deadLetters } from '~/presenters/webhooks/dead-letters.server'
import { SourceError } from '~/shopify/source-error'
import type { SourcePort } from '~/sync/ports'
import { applyReplays } from '~/webhooks/apply-replays.server'
import { replayAction } from '~/webhooks/replay-action.server'
import { DEAD_LETTERS, MOST_REPLAYS, replay } from '~/webhooks/replay.server'
import { nodeOf } from '../factories/nodes.ts'
import { closeAll, deliver, installShop, query, sampleBody, type TestShop, waitingJobs } from './webhooks-shop.ts'

afterAll(closeAll)

const unused = () => Promise.reject(new Error('not to be called'))
const away: SourcePort = {
  ...{ open: unused, count: unused, page: unused, deletedSince: unused, ids: unused },
  nodes: () => Promise.reject(new SourceError('retryable', 'Shopify is away')),
}

const product = (id: number, changes = {}) =>
  sampleBody('products/update', { id, admin_graphql_api_id: undefined, variants: [], variant_gids: [], ...changes })

const addProduct = ({ domain }: TestShop, id: number, changes = {}) =>
  deliver(domain, 'products/update', product(id, changes))

interface Stored {
  id: string
  state: string
  attempts: number
  error: string | null
}

const deliveriesOf = ({ id }: TestShop) =>
  query<Stored>('select id, state, attempts, error from webhook_deliveries where shop_id = $1 order by id', [id])

const bury = ({ id }: TestShop, error = 'PostgreSQL 23514') =>
  query(
    `update webhook_deliveries set state = 'dead', attempts = 10, error = $2, applied_at = null where shop_id = $1`,
    [id, error],
  )

const attemptsOf = ({ id }: TestShop) =>
  query<{ state: string; stale: boolean; error: string | null; isFinished: boolean }>(
    `select state, stale, error, finished_at is not null as "isFinished" from webhook_attempts
     where shop_id = $1 order by id`,
    [id],
  )

const titlesOf = ({ id }: TestShop) => query('select id, title from products where shop_id = $1 order by id', [id])
const forget = ({ id }: TestShop) => query('delete from products where shop_id = $1', [id])
const apply = (shop: TestShop, source = away) => applyReplays(shop.id, { source })

describe('a dead letter that is replayed', () => {
  it('waits for a job of its own, is applied and tells so', async () => {
    const shop = await installShop()
    await addProduct(shop, 1)
    await bury(shop)
    await forget(shop)
    expect(await replay(shop.id, DEAD_LETTERS)).toEqual({ taken: 1, waiting: 0, withoutBody: 0, hasMore: false })
    expect(await waitingJobs(shop)).toBe(1)
    expect(await attemptsOf(shop)).toEqual([{ state: 'waiting', stale: false, error: null, isFinished: false }])
    await apply(shop)
    expect(await attemptsOf(shop)).toEqual([{ state: 'applied', stale: false, error: null, isFinished: true }])
    expect(await deliveriesOf(shop)).toMatchObject([{ state: 'applied', attempts: 11, error: null }])
    expect(await titlesOf(shop)).toEqual([{ id: '1', title: 'Example T-Shirt' }])
  })

  it('gets one attempt: when that fails it stays dead, with the new reason', async () => {
    const shop = await installShop()
    await deliver(shop.domain, 'products/update', { id: 1 })
    await bury(shop)
    await replay(shop.id, DEAD_LETTERS)
    await apply(shop)
    await apply(shop)
    const error = 'UnreadableRecord: variants is not a list'
    expect(await attemptsOf(shop)).toMatchObject([{ state: 'failed', error, isFinished: true }])
    expect(await deliveriesOf(shop)).toMatchObject([{ state: 'dead', attempts: 11, error }])
  })

  it('each time has an outcome of its own', async () => {
    const shop = await installShop()
    await deliver(shop.domain, 'refunds/create', sampleBody('refunds/create', { order_id: 7 }))
    await bury(shop)
    await replay(shop.id, DEAD_LETTERS)
    await apply(shop)
    await replay(shop.id, DEAD_LETTERS)
    const node = nodeOf('orders', { id: '7', updatedAt: '2026-06-01T00:00:00Z' })
    const nodes = () => Promise.resolve({ nodes: [node], observedAt: new Date().toISOString(), requestedCost: 1 })
    await apply(shop, { ...away, nodes })
    expect((await attemptsOf(shop)).map(({ state, error }) => [state, error])).toEqual([
      ['failed', 'Shopify could not be read: retryable'],
      ['applied', null],
    ])
    expect(await query('select id from orders where shop_id = $1', [shop.id])).toEqual([{ id: '7' }])
  })

  it('is not asked for twice while it waits', async () => {
    const shop = await installShop()
    await addProduct(shop, 1)
    await bury(shop)
    await replay(shop.id, DEAD_LETTERS)
    expect(await replay(shop.id, DEAD_LETTERS)).toEqual({ taken: 0, waiting: 1, withoutBody: 0, hasMore: false })
    expect(await attemptsOf(shop)).toHaveLength(1)
  })

  it('is asked for once by several calls at the same time', async () => {
    const shop = await installShop()
    await addProduct(shop, 1)
    await bury(shop)
    const asked = await Promise.all([1, 2, 3, 4].map(() => replay(shop.id, DEAD_LETTERS)))
    expect(asked.map(({ taken }) => taken).sort()).toEqual([0, 0, 0, 1])
    expect(await attemptsOf(shop)).toHaveLength(1)
  })

  it('without its body says that it cannot be replayed, and is not touched', async () => {
    const shop = await installShop()
    for (const id of [1, 2]) await addProduct(shop, id)
    await bury(shop, 'old')
    const [first, second] = await deliveriesOf(shop)
    await query('update webhook_deliveries set payload = null where shop_id = $1 and id = $2', [shop.id, first!.id])
    expect(await replay(shop.id, DEAD_LETTERS)).toEqual({ taken: 1, waiting: 0, withoutBody: 1, hasMore: false })
    // The other one loses its body while it waits.
    await query('update webhook_deliveries set payload = null where shop_id = $1 and id = $2', [shop.id, second!.id])
    await apply(shop)
    const error = 'cannot be replayed: its body is not stored'
    const outcome = { state: 'erased', stale: false, error, isFinished: true }
    expect(await attemptsOf(shop)).toEqual([outcome, outcome])
    expect(await deliveriesOf(shop)).toMatchObject(Array(2).fill({ state: 'dead', attempts: 10, error: 'old' }))
  })
})

describe('a delivery that was applied', () => {
  it('changes nothing when it is replayed and old, and says so', async () => {
    const shop = await installShop()
    await addProduct(shop, 1, { title: 'Old', updated_at: '2026-06-01T00:00:00Z' })
    await addProduct(shop, 1, { title: 'New', updated_at: '2026-06-02T00:00:00Z' })
    const before = await deliveriesOf(shop)
    expect(await replay(shop.id, { deliveryIds: [before[0]!.id] })).toMatchObject({ taken: 1 })
    await apply(shop)
    expect(await attemptsOf(shop)).toMatchObject([{ state: 'applied', stale: true }])
    expect(await titlesOf(shop)).toEqual([{ id: '1', title: 'New' }])
    expect(await deliveriesOf(shop)).toEqual(before)
  })

  it('brings back what the copy has lost', async () => {
    const shop = await installShop()
    await addProduct(shop, 1)
    await forget(shop)
    await replay(shop.id, { state: 'applied', topic: 'products/update' })
    await apply(shop)
    expect(await titlesOf(shop)).toHaveLength(1)
    expect(await attemptsOf(shop)).toMatchObject([{ state: 'applied', stale: false }])
  })
})

it('keeps the times of a delivery that is tried again anyway, when its replay fails', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'products/update', { id: 1 })
  const at = '2030-01-01T00:00:00Z'
  await query('update webhook_deliveries set next_attempt_at = $2 where shop_id = $1', [shop.id, at])
  await replay(shop.id, { state: 'pending' })
  await apply(shop)
  expect(await attemptsOf(shop)).toMatchObject([{ state: 'failed' }])
  expect(
    await query('select state, attempts, next_attempt_at from webhook_deliveries where shop_id = $1', [shop.id]),
  ).toEqual([{ state: 'pending', attempts: 1, next_attempt_at: new Date(at) }])
})

it('is eased before each page, and none is begun when the process has to stop meanwhile', async () => {
  const shop = await installShop()
  await addProduct(shop, 1)
  await bury(shop)
  await replay(shop.id, DEAD_LETTERS)
  const stop = new AbortController()
  const eased = () => Promise.resolve(stop.abort())
  await applyReplays(shop.id, { source: away, stopping: stop.signal, eased })
  expect(await attemptsOf(shop)).toMatchObject([{ state: 'waiting' }])
  expect(stop.signal.aborted).toBe(true)
})

it('takes those that fulfil all conditions, and no others', async () => {
  const shop = await installShop()
  for (const id of [1, 2, 3]) await addProduct(shop, id)
  await deliver(shop.domain, 'carts/create', sampleBody('carts/create'))
  const [first] = await deliveriesOf(shop)
  await query(`update webhook_deliveries set received_at = now() - interval '1 hour' where shop_id = $1 and id = $2`, [
    shop.id,
    first!.id,
  ])
  const anHourAgo = new Date(Date.now() - 1_800_000).toISOString()
  const taken = async (filter: Parameters<typeof replay>[1]) => {
    const { taken } = await replay(shop.id, filter)
    await query('delete from webhook_attempts where shop_id = $1', [shop.id])
    return taken
  }
  expect(await taken({ topic: 'products/update' })).toBe(3)
  expect(await taken({ resource: 'products' })).toBe(3)
  expect(await taken({ resource: 'products', recordId: '2' })).toBe(1)
  expect(await taken({ to: anHourAgo })).toBe(1)
  expect(await taken({ from: anHourAgo, topic: 'products/update' })).toBe(2)
  expect(await taken(DEAD_LETTERS)).toBe(0)
})

it('never takes a delivery of another shop', async () => {
  const [shop, other] = [await installShop(), await installShop()]
  await addProduct(other, 1)
  await bury(other)
  const [theirs] = await deliveriesOf(other)
  expect(await replay(shop.id, { deliveryIds: [theirs!.id] })).toEqual({
    taken: 0,
    waiting: 0,
    withoutBody: 0,
    hasMore: false,
  })
  await query(
    `insert into webhook_attempts (shop_id, delivery_id, trigger, state) values ($1, $2, 'replay', 'waiting')`,
    [shop.id, theirs!.id],
  )
  await apply(shop)
  expect(await attemptsOf(shop)).toMatchObject([{ state: 'erased' }])
  expect(await deliveriesOf(other)).toMatchObject([{ state: 'dead' }])
})

it('ignores what is replayed for a shop that does not have the app installed, with the reason', async () => {
  const shop = await installShop()
  await addProduct(shop, 1)
  await bury(shop)
  await forget(shop)
  await replay(shop.id, DEAD_LETTERS)
  await query('update shops set uninstalled_at = now() where id = $1', [shop.id])
  await apply(shop)
  expect(await attemptsOf(shop)).toMatchObject([
    { state: 'ignored', error: 'the shop does not have the app installed' },
  ])
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'dead', attempts: 10 }])
  expect(await titlesOf(shop)).toEqual([])
})

describe('more than are taken at once', () => {
  const addMany = ({ id }: TestShop, count: number, payload: string | null = '{}') =>
    query(
      `insert into webhook_deliveries (shop_id, topic, webhook_id, state, attempts, payload)
       select $1, 'products/update', gen_random_uuid(), 'dead', 10, $3::jsonb from generate_series(1, $2)`,
      [id, count, payload],
    )
  const endAttempts = ({ id }: TestShop, state = 'failed') =>
    query(`update webhook_attempts set state = $2 where shop_id = $1 and state = 'waiting'`, [id, state])
  const neverReplayed = async ({ id }: TestShop) => {
    const [row] = await query<{ count: number }>(
      `select count(*)::int from webhook_deliveries as delivery
       where shop_id = $1 and not exists (select from webhook_attempts where delivery_id = delivery.id)`,
      [id],
    )
    return row!.count
  }

  it('are taken by the next call', async () => {
    const shop = await installShop()
    await addMany(shop, MOST_REPLAYS + 1)
    const asked = { taken: MOST_REPLAYS, waiting: 0, withoutBody: 0, hasMore: true }
    expect(await replay(shop.id, DEAD_LETTERS)).toEqual(asked)
    const rest = { taken: 1, waiting: MOST_REPLAYS, withoutBody: 0, hasMore: false }
    expect(await replay(shop.id, DEAD_LETTERS)).toEqual(rest)
  })

  it('are reached though the older ones fail again', async () => {
    const shop = await installShop()
    await addMany(shop, MOST_REPLAYS + 2)
    await replay(shop.id, DEAD_LETTERS)
    await endAttempts(shop)
    expect(await neverReplayed(shop)).toBe(2)
    expect(await replay(shop.id, DEAD_LETTERS)).toMatchObject({ taken: MOST_REPLAYS, hasMore: true })
    expect(await neverReplayed(shop)).toBe(0)
  })

  it('are reached though the older ones have no body any more, which is noted once of each', async () => {
    const shop = await installShop()
    await addMany(shop, MOST_REPLAYS + 1, null)
    await addMany(shop, 1)
    const asked = { taken: 1, waiting: 0, withoutBody: MOST_REPLAYS + 1, hasMore: false }
    expect(await replay(shop.id, DEAD_LETTERS)).toEqual(asked)
    await endAttempts(shop, 'applied')
    for (let call = 1; call <= 2; call += 1)
      expect(await replay(shop.id, DEAD_LETTERS)).toMatchObject({ withoutBody: MOST_REPLAYS + 1, hasMore: false })
    const told = (await attemptsOf(shop)).filter(({ state }) => state === 'erased')
    expect(told).toHaveLength(MOST_REPLAYS + 1)
  })
})

describe('the list of what was given up on', () => {
  const listOf = (shop: TestShop) => deadLetters({ id: shop.id, timezone: 'UTC' }, new Date())

  it('has the newest, what they are and what came of their last replay', async () => {
    const shop = await installShop()
    for (const id of [1, 2]) await addProduct(shop, id)
    await deliver(shop.domain, 'carts/create', sampleBody('carts/create'))
    await bury(shop)
    const [, second, third] = await deliveriesOf(shop)
    await query('update webhook_deliveries set payload = null where shop_id = $1 and id = $2', [shop.id, second!.id])
    await replay(shop.id, { deliveryIds: [third!.id] })
    await replay(shop.id, { deliveryIds: [second!.id] })
    const { lines, total, topics } = await listOf(shop)
    expect(lines.map(({ topic, noReplay, lastReplay }) => [topic, noReplay, lastReplay?.tone])).toEqual([
      ['carts/create', null, 'info'],
      ['products/update', 'Body erased', 'critical'],
      ['products/update', null, undefined],
    ])
    expect(lines[2]).toMatchObject({ attempts: '10', reason: 'The database refused it (PostgreSQL 23514).' })
    expect(total).toBe(3)
    expect(topics.map(({ label }) => label)).toEqual(['carts/create (1)', 'products/update (2)'])
  })

  it('does not call a body erased that could never be stored', async () => {
    const shop = await installShop()
    await deliver(shop.domain, 'products/update', '{"id":1,"variants":[],"weight":1e200000}')
    expect((await listOf(shop)).lines).toMatchObject([
      { noReplay: 'Body never stored', reason: 'The database cannot hold this message (PostgreSQL 22003).' },
    ])
    expect(await replay(shop.id, DEAD_LETTERS)).toMatchObject({ taken: 0, withoutBody: 1 })
  })

  it('is empty for a shop whose deliveries were applied, whatever those of others', async () => {
    const [shop, other] = [await installShop(), await installShop()]
    await addProduct(other, 1)
    await bury(other)
    await addProduct(shop, 1)
    expect(await listOf(shop)).toEqual({ lines: [], total: 0, totalText: '0', topics: [] })
  })

  it('has one, a topic or all of them replayed, and nothing but dead letters', async () => {
    const shop = await installShop()
    for (const id of [1, 2]) await addProduct(shop, id)
    await deliver(shop.domain, 'carts/create', sampleBody('carts/create'))
    await bury(shop)
    await addProduct(shop, 3)
    const ids = (await deliveriesOf(shop)).map(({ id }) => id)
    const asked = (taken: number, waiting = 0) => {
      return { outcome: 'asked', taken, waiting, withoutBody: 0, hasMore: false }
    }
    expect(await replayAction(shop.id, { what: 'one', id: ids[0] })).toEqual(asked(1))
    expect(await replayAction(shop.id, { what: 'one', id: ids[3] })).toEqual(asked(0))
    expect(await replayAction(shop.id, { what: 'topic', topic: 'products/update' })).toEqual(asked(1, 1))
    expect(await replayAction(shop.id, { what: 'all' })).toEqual(asked(1, 2))
    for (const fields of [{}, { what: 'one' }, { what: 'one', id: '1; drop' }, { what: 'topic', topic: '' }])
      expect(await replayAction(shop.id, fields)).toEqual({ outcome: 'unreadable' })
  })
})
