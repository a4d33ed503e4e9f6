/** The budget of one shop, as all processes share it. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { type Reservation, reservePoints, settlePoints } from '~/shopify/shop-budget.server'
import type { ThrottleStatus } from '~/shopify/throttle-status'
import { seededRandom } from '../../sandbox/random.ts'
import { installedShop } from '../factories/shops.ts'

let shop: { id: string; domain: string }

beforeEach(async () => {
  shop = await installedShop()
})

afterAll(closeDatabase)

/** A rate so low that nothing comes back while a test runs. */
const SLOW = 0.001

const status = (currentlyAvailable: number, { maximumAvailable = 2_000, restoreRate = SLOW } = {}) => ({
  maximumAvailable,
  currentlyAvailable,
  restoreRate,
})

const reserve = (points: number, { keptFree = 0.2, isGuess = false } = {}) =>
  reservePoints(shop.domain, { points, keptFree, isGuess })

const settle = (id: string | null, said: ThrottleStatus | null, charged = 0) =>
  settlePoints(shop.domain, id, { status: said, charged })

function idOf(reservation: Reservation): string {
  if (reservation.outcome !== 'reserved') throw new Error(`not reserved: ${JSON.stringify(reservation)}`)
  return reservation.id
}

async function level(): Promise<number> {
  const { rows } = await pool.query<{ level: number }>('select level from shop_budgets where shop_id = $1', [shop.id])
  return Math.round(rows[0]!.level)
}

/** As if so many seconds had gone by. */
const pass = (seconds: number) =>
  pool.query(`update shop_budgets set level_at = level_at - make_interval(secs => $2) where shop_id = $1`, [
    shop.id,
    seconds,
  ])

describe('a reservation', () => {
  it('is not needed before Shopify has stated a budget', async () => {
    expect(await reserve(900)).toEqual({ outcome: 'unknown' })
    await settle(null, null)
    expect(await reserve(900)).toEqual({ outcome: 'unknown' })
  })

  it('leaves a fifth of the bucket, and says exactly how long the rest will take', async () => {
    await settle(null, status(1_000, { restoreRate: 100 }))
    expect(await reserve(600)).toMatchObject({ outcome: 'reserved' })
    const refused = await reserve(600)
    // 400 are left, 1,000 are needed: six seconds, less the moment that has gone by.
    expect(refused).toMatchObject({ outcome: 'wait', ms: expect.toSatisfy((ms: number) => ms > 5_500 && ms <= 6_000) })
    await pass(6)
    expect(await reserve(600)).toMatchObject({ outcome: 'reserved' })
  })

  it('of somebody who waits at a page may use the kept share, but not more than there is', async () => {
    await settle(null, status(350))
    expect(await reserve(100)).toMatchObject({ outcome: 'wait' })
    expect(await reserve(300, { keptFree: 0 })).toMatchObject({ outcome: 'reserved' })
    expect(await reserve(100, { keptFree: 0 })).toMatchObject({ outcome: 'wait' })
  })

  it('counts no more than the bucket holds, however long nothing was asked', async () => {
    await settle(null, status(0, { restoreRate: 100 }))
    await pass(86_400)
    expect(await reserve(1_700)).toMatchObject({ outcome: 'reserved' })
    expect(await reserve(300)).toMatchObject({ outcome: 'wait' })
  })

  it('that would never fit beside the kept share waits for a full bucket, and not for ever', async () => {
    await settle(null, status(999, { maximumAvailable: 1_000 }))
    expect(await reserve(900)).toMatchObject({ outcome: 'wait' })
    await pass(1_000)
    expect(await reserve(900)).toMatchObject({ outcome: 'reserved' })
  })

  it('of more than the bucket can hold is never made; a price that is only guessed is cut to it', async () => {
    await settle(null, status(50, { maximumAvailable: 50 }))
    expect(await reserve(51)).toEqual({ outcome: 'too-dear' })
    expect(await reserve(100, { isGuess: true })).toMatchObject({ outcome: 'reserved' })
  })

  it("leaves another shop's budget alone", async () => {
    const other = await installedShop()
    await settle(null, status(500))
    await settlePoints(other.domain, null, { status: status(500), charged: 0 })
    expect(await reserve(100)).toMatchObject({ outcome: 'reserved' })
    expect(await reserve(100)).toMatchObject({ outcome: 'wait' })
    expect(await reservePoints(other.domain, { points: 100, keptFree: 0.2, isGuess: false })).toMatchObject({
      outcome: 'reserved',
    })
  })
})

describe('an answer', () => {
  it('corrects the budget, less what others have reserved meanwhile', async () => {
    await settle(null, status(2_000))
    const first = idOf(await reserve(500))
    const second = idOf(await reserve(300))
    // The first query cost only 100; the second has not been charged yet.
    await settle(first, status(1_900))
    expect(await level()).toBe(1_600)
    await settle(second, status(1_700))
    expect(await level()).toBe(1_700)
  })

  it.each(['older', 'younger'] as const)(
    'that comes late, to the %s of two requests, never gives back what the other has spent',
    async (late) => {
      await settle(null, status(2_000))
      const ids = { older: idOf(await reserve(500)), younger: idOf(await reserve(300)) }
      // The late one was charged first: what it says of the level is before the other's 200.
      await settle(late === 'older' ? ids.younger : ids.older, status(1_500), 200)
      await settle(ids[late], status(1_700), 300)
      expect(await level()).toBe(1_500)
      const next = idOf(await reserve(1))
      await settle(next, status(1_499), 1)
      expect(await level()).toBe(1_499)
    },
  )

  it('is remembered only while it may have to be taken into account', async () => {
    await settle(null, status(2_000))
    for (let times = 0; times < 5; times++) await settle(idOf(await reserve(100)), status(2_000), 50)
    const [first, second] = [idOf(await reserve(100)), idOf(await reserve(100))]
    await settle(first, status(1_900), 100)
    await settle(second, status(1_800), 100)
    const { rows } = await pool.query('select in_flight from shop_budgets where shop_id = $1', [shop.id])
    expect(rows).toEqual([{ in_flight: {} }])
  })

  it('that says nothing of the bucket leaves the points spent, and keeps no place for the request', async () => {
    await settle(null, status(2_000))
    const lost = idOf(await reserve(500))
    await settle(lost, null, 500)
    expect(await level()).toBe(1_500)
    const next = idOf(await reserve(100))
    await settle(next, status(1_900))
    expect(await level()).toBe(1_900)
  })

  it('that never comes, because the process died, is forgotten after a while', async () => {
    await settle(null, status(2_000))
    const dead = idOf(await reserve(1_000))
    await pool.query(
      `update shop_budgets set in_flight = jsonb_set(in_flight, array[$2, '1'],
         to_jsonb(extract(epoch from now()) - 91)) where shop_id = $1`,
      [shop.id, dead],
    )
    const next = idOf(await reserve(100))
    await settle(next, status(1_800))
    expect(await level()).toBe(1_800)
  })

  it('for a shop that was erased meanwhile leaves no row behind', async () => {
    await pool.query('delete from shops where id = $1', [shop.id])
    await settle(null, status(2_000))
    const { rowCount } = await pool.query('select from shop_budgets where shop_id = $1', [shop.id])
    expect(rowCount).toBe(0)
  })
})

/** A bucket as Shopify has it, on its own clock, charged and answered in the order in which requests happen to arrive. */
class Bucket {
  level = 2_000
  throttled = 0

  charge(requested: number, actual: number) {
    const isPaid = requested <= this.level
    if (isPaid) this.level -= actual
    else this.throttled += 1
    return { said: status(this.level), charged: isPaid ? actual : 0 }
  }
}

it('however requests of many processes overlap, none is sent that the bucket cannot pay', async () => {
  const seed = Math.floor(Math.random() * 1e9)
  const random = seededRandom(seed)
  const bucket = new Bucket()
  await settle(null, status(bucket.level))
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const linger = async () => {
    for (let turns = Math.floor(random() * 20); turns > 0; turns--) await turn()
  }

  async function requester(): Promise<void> {
    for (let times = 0; times < 25; times++) {
      const points = 1 + Math.floor(random() * 500)
      const reservation = await reserve(points, { keptFree: 0 })
      if (reservation.outcome !== 'reserved') return
      await linger()
      const { said, charged } = bucket.charge(points, random() < 0.2 ? Math.ceil(points / 2) : points)
      await linger()
      await settle(reservation.id, said, charged)
    }
  }

  await Promise.all(Array.from({ length: 6 }, requester))
  expect(bucket.throttled, `seed ${seed}`).toBe(0)
  // What was reserved and not used has been given back: most of it has been spent in the end.
  expect(bucket.level, `seed ${seed}`).toBeLessThan(1_000)
  expect(await level(), `seed ${seed}`).toBeLessThanOrEqual(bucket.level)
})
