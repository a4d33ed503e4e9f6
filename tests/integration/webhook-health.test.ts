/** What page and API say of a shop's webhooks, read from the tables. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { shopById, type ShopRow } from '~/db/shops.server'
import { readHome } from '~/presenters/home/read-home.server'
import { refreshRollups, webhookHealth, webhooksPage } from '~/presenters/webhooks.server'
import { DECLARED_TOPICS } from '~/webhooks/declared-topics'
import { addDeliveries, addFoundChange, addRun } from '../factories/deliveries.ts'
import { installedShop } from '../factories/shops.ts'

const HOUR_MS = 3_600_000
const now = new Date()
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * HOUR_MS)
const minutesAgo = (minutes: number) => hoursAgo(minutes / 60)

let shop: ShopRow

async function addShop(): Promise<ShopRow> {
  const { id } = await installedShop()
  await pool.query('update shops set installed_at = $2 where id = $1', [id, hoursAgo(24 * 200)])
  return (await shopById(id))!
}

beforeEach(async () => {
  await pool.query('truncate webhook_deliveries, webhook_rollups, webhook_rollup_progress')
  await pool.query(`insert into webhook_rollup_progress values ('deliveries', $1)`, [minutesAgo(1)])
  shop = await addShop()
})

afterAll(closeDatabase)

const health = (of = shop) => webhookHealth(of, now)
const topicOf = async (topic: string, of = shop) => (await health(of)).topics.find((each) => each.topic === topic)!

/** Rolled-up hours of so many deliveries each. */
const addHours = (topic: string, from: Date, to: Date, received: number) =>
  pool.query(
    `insert into webhook_rollups (shop_id, topic, hour, received, applied, last_received_at)
     select $1, $2, hour, $5, $5, hour + interval '59 minutes'
     from generate_series(date_trunc('hour', $3::timestamptz, 'UTC'), $4, interval '1 hour') as hour`,
    [shop.id, topic, from, to, received],
  )

it('a shop that has heard nothing has every declared topic, and waits', async () => {
  const { topics, verdict, lastReceivedAt } = await health()
  expect(topics.map(({ topic }) => topic)).toEqual(DECLARED_TOPICS)
  expect([verdict.state, lastReceivedAt]).toEqual(['waiting-for-first', null])
})

it('figures are those of the deliveries, at once for whoever asks', async () => {
  await addDeliveries(shop.id, { receivedAt: minutesAgo(1), times: 40, transitMs: 1_000, applyMs: 30, repeats: 1 })
  await addDeliveries(shop.id, { receivedAt: minutesAgo(1), state: 'pending', times: 2 })
  expect((await topicOf('orders/updated')).windows.day.received).toBe(0)
  await refreshRollups(shop, now)
  const topic = await topicOf('orders/updated')
  expect(topic).toMatchObject({
    lastReceivedAt: minutesAgo(1).toISOString(),
    pending: 2,
    repeatsDay: 40,
    isDeclared: true,
  })
  for (const { received, failed } of Object.values(topic.windows)) expect([received, failed]).toEqual([42, 2])
  expect(topic.latency.transit.count).toBe(42)
  expect(topic.latency.apply.p50Ms).toBeGreaterThan(22)
  expect(topic.latency.apply.p50Ms).toBeLessThan(33)
  expect(topic.lossDay).toEqual({ lost: 0, rate: 0 })
})

it('figures of another shop are none of its own', async () => {
  const other = await addShop()
  await addDeliveries(other.id, { receivedAt: now, state: 'dead' })
  await addDeliveries(other.id, { receivedAt: now, times: 5 })
  await refreshRollups(other, now)
  expect((await health(other)).deadLetters).toBe(1)
  expect(await health()).toMatchObject({ deadLetters: 0, pending: 0, lastReceivedAt: null })
})

it('refused requests are those in this shop’s name, of the last hour, day and week', async () => {
  const other = await addShop()
  await pool.query(
    `insert into webhook_refusals (shop_id, hour, status, reason, count)
     select shop_id, date_trunc('hour', $3::timestamptz, 'UTC') - make_interval(hours => hours), status, reason, count
     from (values ($1::bigint, 0, 401, 'signature-wrong', 1), ($1, 0, 429, 'signature-wrong', 2), ($1, 20, 401, 'signature-wrong', 4),
       ($1, 100, 413, 'too-large', 3000000000), ($1, 200, 413, 'too-large', 5), ($2, 0, 401, 'signature-wrong', 7))
       as refused (shop_id, hours, status, reason, count)`,
    [shop.id, other.id, now],
  )
  expect((await health()).refused).toEqual({
    ...{ hour: 3, day: 7, week: 3_000_000_007 },
    reasons: [
      { reason: 'too-large', hour: 0, day: 0, week: 3_000_000_000 },
      { reason: 'signature-wrong', hour: 3, day: 7, week: 7 },
    ],
  })
})

it('windows reach back an hour, a day and a week, in whole hours', async () => {
  for (const hours of [0, 5, 30, 200]) await addHours('orders/create', hoursAgo(hours), hoursAgo(hours), 1)
  const { hour, day, week } = (await topicOf('orders/create')).windows
  expect([hour.received, day.received, week.received]).toEqual([1, 2, 3])
})

it('histograms of many hours are added up', async () => {
  const add = (hours: number, transit: number[]) =>
    pool.query(
      `insert into webhook_rollups (shop_id, topic, hour, received, transit_ms)
       values ($1, 'orders/create', date_trunc('hour', $2::timestamptz, 'UTC'), 1, $3)`,
      [shop.id, hoursAgo(hours), transit],
    )
  await add(1, [0, 0, 4])
  await add(2, [0, 0, 1, 0, 0, 5])
  await add(40, [9])
  const { transit } = (await topicOf('orders/create')).latency
  expect(transit.count).toBe(10)
  expect(transit.p99Ms).toBeGreaterThan(4)
})

it('a topic is remembered by its last delivery, also when that is months ago', async () => {
  await addHours('products/delete', hoursAgo(24 * 60), hoursAgo(24 * 60), 1)
  expect(Date.parse((await topicOf('products/delete')).lastReceivedAt!)).toBeLessThan(hoursAgo(24 * 59).getTime())
})

describe('a dead letter', () => {
  const setWatermark = (at: Date) =>
    pool.query(`insert into sync_states (shop_id, resource, watermark) values ($1, 'orders', $2)`, [shop.id, at])

  it('of a deletion is open until the record is gone from the copy, also for the home page', async () => {
    const isOpenAtHome = async () => (await readHome(shop.id, now)).deliveries.unapplied.length > 0
    const runId = await addRun(shop.id, 'products')
    const gone = { id: '77', runId, changedAt: hoursAgo(5), foundAt: hoursAgo(4), table: 'products' }
    await addFoundChange(shop.id, gone)
    const deletion = { topic: 'products/delete', resource: 'products', receivedAt: hoursAgo(3), state: 'dead' } as const
    await addDeliveries(shop.id, { ...deletion, recordId: gone.id })
    expect([(await health()).deadLettersOpen, await isOpenAtHome()]).toEqual([1, true])
    await pool.query(`update products set deleted_at = now(), deleted_via = 'reconcile' where shop_id = $1`, [shop.id])
    expect([await health(), await isOpenAtHome()]).toMatchObject([{ deadLetters: 1, deadLettersOpen: 0 }, false])
    // A body may name a record that there cannot be.
    for (const recordId of ['9'.repeat(40), 'x']) await addDeliveries(shop.id, { ...deletion, recordId })
    expect([(await health()).deadLettersOpen, await isOpenAtHome()]).toEqual([2, true])
  })

  it.each([
    ['carts', 'e3b0c44298fc1c149afbf4c8996fb924'],
    ['checkouts', '77'],
  ])('of a record of %s, which no pull reads, is open until a later version came', async (table, id) => {
    const isOpenAtHome = async () => (await readHome(shop.id, now)).deliveries.unapplied.length > 0
    const cart = { id, runId: null, table, channel: 'webhook' }
    await addFoundChange(shop.id, { ...cart, changedAt: hoursAgo(5), foundAt: hoursAgo(5) })
    await addDeliveries(shop.id, {
      ...{ topic: `${table}/update`, resource: table, recordId: id, receivedAt: hoursAgo(3), state: 'dead' },
    })
    expect([(await health()).deadLettersOpen, await isOpenAtHome()]).toEqual([1, true])
    await pool.query(`update ${table} set observed_at = $2 where shop_id = $1`, [shop.id, hoursAgo(2)])
    expect([(await health()).deadLettersOpen, await isOpenAtHome()]).toEqual([0, false])
  })

  it('without a body asks nobody for a replay', async () => {
    await addDeliveries(shop.id, { topic: 'carts/update', receivedAt: hoursAgo(200), state: 'dead', isErased: true })
    await addDeliveries(shop.id, { topic: 'carts/update', receivedAt: hoursAgo(3), state: 'dead' })
    expect(await health()).toMatchObject({
      ...{ deadLettersOpen: 2, deadLettersErased: 1 },
      verdict: { state: 'failing', title: expect.stringMatching(/^1 change /) },
    })
    await pool.query(`update webhook_deliveries set payload = null where shop_id = $1`, [shop.id])
    expect((await health()).verdict.state).toBe('incomplete')
  })

  it('is open until a pull has read the record since; one of a deletion stays open', async () => {
    await addDeliveries(shop.id, { receivedAt: hoursAgo(3), state: 'dead' })
    expect(await health()).toMatchObject({ deadLetters: 1, deadLettersOpen: 1, verdict: { state: 'failing' } })
    await setWatermark(hoursAgo(2))
    expect(await health()).toMatchObject({ deadLetters: 1, deadLettersOpen: 0 })
    await addDeliveries(shop.id, { receivedAt: hoursAgo(3), state: 'dead', topic: 'orders/delete' })
    expect(await health()).toMatchObject({ deadLetters: 2, deadLettersOpen: 1, verdict: { state: 'failing' } })
  })
})

describe('silence', () => {
  it('is told from the weeks before the last delivery', async () => {
    await addHours('orders/create', hoursAgo(24 * 60), hoursAgo(5), 3)
    const { silence } = await topicOf('orders/create')
    expect(silence.isSilent).toBe(true)
    expect(silence.expectedSinceLast).toBeGreaterThan(10)
    expect((await health()).verdict).toMatchObject({ state: 'silent' })
  })

  it('is no silence where it is as it always is at this hour', async () => {
    await addHours('orders/create', hoursAgo(24 * 60), hoursAgo(0), 3)
    await pool.query(`delete from webhook_rollups where hour > $1`, [hoursAgo(3)])
    for (let week = 1; week < 10; week++) {
      const [from, to] = [hoursAgo(168 * week + 4), hoursAgo(168 * week - 1)]
      await pool.query('delete from webhook_rollups where hour > $1 and hour < $2', [from, to])
    }
    expect((await topicOf('orders/create')).silence).toMatchObject({
      isSilent: false,
      expectedSinceLast: expect.any(Number),
    })
  })

  it('is told by the shop’s clock: where that was changed, the day begins as early as it always did', async () => {
    // Berlin's clocks went back on 25 October. The shop's customers buy from 9 to 18.
    const monday = new Date('2026-10-26T07:59:00Z')
    await pool.query(`update shops set timezone = 'Europe/Berlin' where id = $1`, [shop.id])
    await addHours('orders/create', new Date('2026-08-24T00:00Z'), new Date('2026-10-23T23:00Z'), 40)
    await pool.query(
      `delete from webhook_rollups
       where extract(isodow from hour at time zone 'Europe/Berlin') > 5
         or extract(hour from hour at time zone 'Europe/Berlin') not between 9 and 17`,
    )
    const at = async (now: Date) => {
      await pool.query('update webhook_rollup_progress set counted_to = $1', [now])
      const { topics } = await webhookHealth((await shopById(shop.id))!, now)
      return topics.find(({ topic }) => topic === 'orders/create')!.silence
    }
    expect((await at(monday)).isSilent).toBe(false)
    expect(Math.round((await at(monday)).expectedSinceLast!)).toBe(1)
    expect(Math.round((await at(new Date('2026-10-26T08:59:00Z'))).expectedSinceLast!)).toBe(40)
  })

  it('is not told before two weeks are known', async () => {
    await addHours('orders/create', hoursAgo(24 * 13), hoursAgo(5), 3)
    expect((await topicOf('orders/create')).silence).toEqual({ isSilent: false, expectedSinceLast: null })
  })
})

it('the page says the same in words', async () => {
  await addDeliveries(shop.id, { receivedAt: minutesAgo(1), times: 40 })
  await refreshRollups(shop, now)
  const page = await webhooksPage(shop, now)
  expect(page).toMatchObject({ verdict: { state: 'healthy' }, timezone: 'UTC' })
  expect(page.topics.find(({ topic }) => topic === 'orders/updated')).toMatchObject({
    label: 'Orders: changed',
    week: '40',
  })
})
