/** What a crash leaves behind, and what the next run makes of it. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { resources } from '~/resources/registry'
import { SourceError } from '~/shopify/source-error'
import { rowsOf } from '../factories/copy.ts'
import { filled, numbers } from '../factories/fake-source.ts'
import { logsOf, runOnce, stateOf } from '../factories/runs.ts'
import { installedShop } from '../factories/shops.ts'

const { orders, products } = resources

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

const live = async (table: string) => (await rowsOf(shop, table)).filter(({ deleted_at }) => deleted_at === null)
const idsOf = async (table: string) => (await live(table)).map(({ id }) => id)

describe('a crash', () => {
  it('inside the transaction of a page stores neither its rows nor its checkpoint', async () => {
    const source = filled(orders, 40, { costPerRecord: 90 })
    await pool.query(
      `create function break_here() returns trigger language plpgsql as
         $$begin if new.shop_id = ${shop} and new.id = 27 then raise 'broken'; end if; return new; end$$`,
    )
    await pool.query('create trigger break_here before insert on orders for each row execute function break_here()')
    try {
      await expect(runOnce(shop, orders, source)).rejects.toThrow('broken')
    } finally {
      await pool.query('drop trigger break_here on orders')
    }
    expect(await idsOf('orders')).toEqual(numbers(1, 20))
    expect((await stateOf(shop, orders))?.checkpoint?.cursor).toContain('20')
    const { rows } = await pool.query<{ cursor: string }>(
      `select checkpoint->>'cursor' as cursor from sync_states where shop_id = $1`,
      [shop],
    )
    expect(rows[0]?.cursor).toMatch(/0020$/)
    expect(await runOnce(shop, orders, source)).toMatchObject({ outcome: 'succeeded' })
    expect(await idsOf('orders')).toEqual(numbers(1, 40))
  })

  it('of the process leaves a run open, which the next one closes as failed and counts', async () => {
    await pool.query(
      `insert into sync_logs (shop_id, sync_type, mode, trigger, created_at) values
         ($1, 'orders', 'backfill', 'schedule', now() - interval '40 days'),
         ($1, 'products', 'backfill', 'schedule', now())`,
      [shop],
    )
    const source = filled(orders, 3)
    source.onCall = ({ verb }) => {
      if (verb === 'page') throw new SourceError('retryable', 'Shopify answered 500.')
    }
    expect(await runOnce(shop, orders, source)).toMatchObject({ outcome: 'failed', retry: true })
    const [dead, next] = await logsOf(shop, orders)
    expect(dead).toMatchObject({ state: 'failed', success: false, closed: true })
    expect(dead?.error).toMatch(/process ended/)
    expect(next).toMatchObject({ state: 'failed', error: 'Shopify answered 500.' })
    expect((await stateOf(shop, orders))?.failures).toBe(2)
    expect(await logsOf(shop, products)).toMatchObject([{ state: 'running', success: null }])
  })
})
