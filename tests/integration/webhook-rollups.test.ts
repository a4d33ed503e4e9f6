/** Deliveries counted by the hour: the figures are those of the deliveries, however often and whenever they are counted. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { stopBoss } from '~/jobs/boss.server'
import { enqueueWebhookRollup } from '~/jobs/enqueue.server'
import { percentilesOf } from '~/webhooks/health/histogram'
import { refreshRollups, rollUp } from '~/webhooks/health/roll-up.server'
import { addDeliveries } from '../factories/deliveries.ts'
import { hourOf, hoursAgo, minutesAfter, now, onlyOneShop, pass, rollupsOf } from '../factories/rollups.ts'
import { installedShop } from '../factories/shops.ts'

let shop: string

beforeEach(async () => {
  shop = await onlyOneShop()
})

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
})

const rollups = (id = shop) => rollupsOf(id)

describe('an hour', () => {
  it('is counted by topic and by what became of its deliveries', async () => {
    await addDeliveries(shop, { receivedAt: now, times: 3, repeats: 2 })
    await addDeliveries(shop, { receivedAt: now, stale: true })
    await addDeliveries(shop, { receivedAt: now, state: 'pending', times: 2 })
    await addDeliveries(shop, { receivedAt: now, state: 'dead' })
    await addDeliveries(shop, { receivedAt: now, state: 'ignored' })
    await addDeliveries(shop, { receivedAt: hoursAgo(1), topic: 'carts/update' })
    await pass()
    const figures = { received: 8, applied: 4, stale: 1, pending: 2, dead: 1, ignored: 1, repeats: 6, lost: 0 }
    expect(await rollups()).toMatchObject([
      { topic: 'carts/update', hour: hourOf(hoursAgo(1)), received: 1, applied: 1 },
      { topic: 'orders/updated', hour: hourOf(now), ...figures, last_received_at: now },
    ])
  })

  it('keeps how long deliveries took, in a form from which percentiles follow', async () => {
    await addDeliveries(shop, { receivedAt: now, transitMs: 1_000, applyMs: 10, times: 95 })
    await addDeliveries(shop, { receivedAt: now, transitMs: 60_000, applyMs: 3_000, times: 5 })
    await addDeliveries(shop, { receivedAt: now, transitMs: null, state: 'pending' })
    await pass()
    const [rollup] = await rollups()
    const [transit, apply] = [percentilesOf(rollup!.transit_ms), percentilesOf(rollup!.apply_ms)]
    expect([transit.count, apply.count]).toEqual([100, 100])
    expect(transit.p50Ms).toBeGreaterThan(700)
    expect(transit.p50Ms).toBeLessThan(1_450)
    expect(transit.p99Ms).toBeGreaterThan(42_000)
    expect(apply.p50Ms).toBeLessThan(15)
  })

  it('counts a delivery that seems to come before its trigger as one that took no time', async () => {
    await addDeliveries(shop, { receivedAt: now, transitMs: -5_000 })
    await pass()
    expect((await rollups())[0]?.transit_ms).toEqual([1])
  })

  it('is counted in parts, of which each has what the others have not', async () => {
    const other = (await installedShop()).id
    const hour = hourOf(hoursAgo(1))
    for (const id of [shop, other]) {
      for (let minute = 0; minute < 60; minute += 1) {
        const receivedAt = minutesAfter(minute, hour)
        await addDeliveries(id, { receivedAt, transitMs: minute < 30 ? 1_000 : 60_000, stale: minute % 4 === 0 })
      }
    }
    const last = minutesAfter(60 - 1 / 60_000, hour)
    await addDeliveries(other, { receivedAt: last, state: 'dead' })
    await pass()
    const [one, another] = [await rollups(), await rollups(other)]
    expect(one).toMatchObject([
      { hour, received: 60, applied: 60, stale: 15, last_received_at: minutesAfter(59, hour) },
    ])
    expect(another).toMatchObject([{ hour, received: 61, applied: 60, dead: 1, last_received_at: last }])
    const { count, p50Ms, p99Ms } = percentilesOf(one[0]!.transit_ms)
    expect([count, p50Ms! < 1_500, p99Ms! > 42_000]).toEqual([60, true, true])
  })

  it('of one shop says nothing of another', async () => {
    const other = (await installedShop()).id
    await addDeliveries(shop, { receivedAt: now })
    await addDeliveries(other, { receivedAt: now, times: 2 })
    await pass()
    expect([(await rollups())[0]?.received, (await rollups(other))[0]?.received]).toEqual([1, 2])
  })
})

describe('counting again', () => {
  it('gives the same, and follows what has become of a delivery since', async () => {
    await addDeliveries(shop, { receivedAt: hoursAgo(30), state: 'pending' })
    await pass()
    const before = await rollups()
    await pass()
    await pass('settled')
    expect(await rollups()).toEqual(before)
    await pool.query(`update webhook_deliveries set state = 'applied', applied_at = now() where shop_id = $1`, [shop])
    await pass('settled')
    expect(await rollups()).toMatchObject([{ received: 1, applied: 1, pending: 0 }])
  })

  it.each(['dead', 'pending'] as const)('follows what was %s for days and is applied then', async (state) => {
    await addDeliveries(shop, { receivedAt: hoursAgo(72), state, times: 12 })
    await addDeliveries(shop, { receivedAt: hoursAgo(72), times: 3 })
    for (let hours = 72; hours >= 0; hours -= 6) await pass('settled', hoursAgo(hours))
    await pool.query(`update webhook_deliveries set state = 'applied', applied_at = now() where shop_id = $1`, [shop])
    await pass()
    expect(await rollups()).toMatchObject([{ received: 15, applied: 15, [state]: 0 }])
  })

  it('follows at once, for somebody who asks, what was given up on days ago and has been replayed', async () => {
    const other = (await installedShop()).id
    for (const id of [shop, other]) await addDeliveries(id, { receivedAt: hoursAgo(72), state: 'dead', times: 2 })
    await pass()
    await pool.query(`update webhook_deliveries set state = 'applied' where id in (
      select min(id) from webhook_deliveries group by shop_id)`)
    await refreshRollups(pool, shop, { now, keepDays: 30 })
    expect(await rollups()).toMatchObject([{ received: 2, applied: 1, dead: 1 }])
    expect(await rollups(other)).toMatchObject([{ received: 2, applied: 0, dead: 2 }])
  })

  it('leaves an hour alone that has nothing new, however much came in it', async () => {
    await addDeliveries(shop, { receivedAt: hoursAgo(72), state: 'dead' })
    await pass('settled')
    await addDeliveries(shop, { receivedAt: hoursAgo(72), times: 5 })
    await pass('settled')
    expect(await rollups()).toMatchObject([{ received: 1, dead: 1 }])
  })

  it('reaches back to what the last settled pass left, though recent ones ran since', async () => {
    await addDeliveries(shop, { receivedAt: hoursAgo(100) })
    await pass('settled', hoursAgo(99))
    await pass('recent', hoursAgo(3))
    await pool.query('update webhook_deliveries set repeats = 2')
    await pass('settled')
    expect(await rollups()).toMatchObject([{ received: 1, repeats: 2 }])
  })

  it('follows, while the hour is young, what came in the one before and is stored only now', async () => {
    const atTen = minutesAfter(10, hourOf(now))
    await addDeliveries(shop, { receivedAt: minutesAfter(-20, atTen) })
    await pass('recent', atTen)
    await addDeliveries(shop, { receivedAt: minutesAfter(-14, atTen) })
    await pass('recent', atTen)
    expect(await rollups()).toMatchObject([{ received: 2 }])
  })

  it('reaches behind the last pass, for what was received before it and stored after it', async () => {
    const atOne = hourOf(hoursAgo(1))
    await pass('recent', minutesAfter(0.1, atOne))
    await addDeliveries(shop, { receivedAt: minutesAfter(-0.1, atOne) })
    await pass('recent', minutesAfter(16, atOne))
    expect(await rollups()).toMatchObject([{ received: 1 }])
    await addDeliveries(shop, { receivedAt: minutesAfter(-0.1, atOne) })
    await refreshRollups(pool, shop, { now: minutesAfter(14, atOne), keepDays: 30 })
    expect(await rollups()).toMatchObject([{ received: 2 }])
  })

  it('writes nothing of a shop that is being erased', async () => {
    const other = (await installedShop()).id
    for (const id of [shop, other]) await addDeliveries(id, { receivedAt: now })
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query('select from shops where id = $1 for update', [shop])
      await pass()
      await client.query('rollback')
    } finally {
      client.release()
    }
    expect([(await rollups()).length, (await rollups(other)).length]).toEqual([0, 1])
  })

  it('that was stopped is not taken for done', async () => {
    await addDeliveries(shop, { receivedAt: hoursAgo(200) })
    const stopping = new AbortController()
    const isDone = rollUp(pool, 'recent', { now, keepDays: 30 }, stopping.signal)
    stopping.abort()
    expect(await isDone).toBe(false)
    expect(await rollups()).toEqual([])
    expect(await pass()).toBe(true)
    expect(await rollups()).toMatchObject([{ received: 1 }])
  })

  it('by several at a time does no harm', async () => {
    for (let hours = 0; hours < 40; hours++) await addDeliveries(shop, { receivedAt: hoursAgo(hours), times: 2 })
    await Promise.all([pass(), pass('settled'), pass('settled'), refreshRollups(pool, shop, { now, keepDays: 30 })])
    expect((await rollups()).map(({ received }) => received)).toEqual(Array.from({ length: 40 }, () => 2))
  })

  it('begins where the last count ended, however long ago, and at first with all that there is', async () => {
    await addDeliveries(shop, { receivedAt: hoursAgo(200) })
    await pass('recent', hoursAgo(190))
    await addDeliveries(shop, { receivedAt: hoursAgo(100) })
    await pass()
    expect((await rollups()).map(({ hour }) => hour)).toEqual([hourOf(hoursAgo(200)), hourOf(hoursAgo(100))])
  })

  it('keeps the figures of deliveries that have been thrown away', async () => {
    await addDeliveries(shop, { receivedAt: hoursAgo(3), times: 5 })
    await pass()
    await pool.query('delete from webhook_deliveries where id > (select min(id) from webhook_deliveries)')
    await pass('settled')
    await pool.query('delete from webhook_deliveries')
    await pass('settled')
    expect(await rollups()).toMatchObject([{ received: 5, applied: 5 }])
  })

  it('for somebody who asks counts that shop alone', async () => {
    const other = (await installedShop()).id
    await addDeliveries(shop, { receivedAt: now })
    await addDeliveries(other, { receivedAt: now })
    await refreshRollups(pool, shop, { now, keepDays: 30 })
    expect([(await rollups()).length, (await rollups(other)).length]).toEqual([1, 0])
  })

  it('forgets a shop that was erased meanwhile', async () => {
    await addDeliveries(shop, { receivedAt: now })
    await pass()
    await pool.query('delete from shops where id = $1', [shop])
    await pass('settled')
    expect(await rollups()).toEqual([])
  })
})

it('a slot is enqueued once, however many processes tick', async () => {
  await Promise.all([1, 2, 3].map(() => enqueueWebhookRollup('recent', now)))
  await enqueueWebhookRollup('settled', now)
  const { rows } = await pool.query(
    `select data->>'pass' as pass from pgboss.job where name = 'webhook-rollup' order by 1`,
  )
  expect(rows).toEqual([{ pass: 'recent' }, { pass: 'settled' }])
})
