/** What limits a shop's copy: found, written down, shown, and gone when it is over. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { recordInstall, shopById } from '~/db/shops.server'
import { examineShop } from '~/monitoring/doctor.server'
import { noteFinding, readFindings } from '~/monitoring/findings.server'
import { homePage } from '~/presenters/home.server'
import { installedShop } from '../factories/shops.ts'

let shop: { id: string; domain: string }

beforeEach(async () => {
  shop = await installedShop()
  await pool.query(
    `update shops set scopes = 'read_orders,read_customers,read_products,read_all_orders' where id = $1`,
    [shop.id],
  )
})

afterAll(closeDatabase)

const found = async () => (await readFindings(pool, shop.id)).map(({ code, detail }) => [code, detail.items])
const examine = () => examineShop(shop.id, new Date('2026-11-24T00:00:00Z'))
/** As so many days later. */
async function pass(days: number): Promise<void> {
  await pool.query('update shops set examined_at = examined_at - make_interval(days => $2) where id = $1', [
    shop.id,
    days,
  ])
  await pool.query('update findings set last_seen = last_seen - make_interval(days => $2) where shop_id = $1', [
    shop.id,
    days,
  ])
}

const grant = (scopes: string) => pool.query('update shops set scopes = $2 where id = $1', [shop.id, scopes])

async function addCustomers(count: number, firstName: string | null): Promise<void> {
  await pool.query(
    `insert into customers (shop_id, id, first_name, source_updated_at, observed_at, channel)
     select $1, n, $3, now(), now(), 'pull' from generate_series(1, $2) as n`,
    [shop.id, count, firstName],
  )
}

describe('an examination', () => {
  it('writes down what it found, and takes it away when it is mended', async () => {
    await grant('read_products')
    await examine()
    expect(await found()).toEqual([['missing-scopes', ['read_customers', 'read_orders']]])
    await grant('read_orders,read_customers,read_products')
    await pass(2)
    await examine()
    expect(await found()).toEqual([['sixty-day-window', ['read_all_orders']]])
  })

  it('is made once a day, and again when the merchant has opened the app', async () => {
    await examine()
    await grant('read_products')
    await examine()
    expect(await found()).toEqual([])
    await recordInstall(shop.domain, { scopes: 'read_products' })
    await examine()
    expect(await found()).toHaveLength(1)
  })

  it('knows from an old order in the copy that all orders are shown', async () => {
    await grant('read_orders,read_customers,read_products')
    await pool.query(
      `insert into orders (shop_id, id, created_at, observed_at, channel) values ($1, 1, now() - interval '1 year', now(), 'pull')`,
      [shop.id],
    )
    await examine()
    expect(await found()).toEqual([])
  })

  it('sees in many customers without a name that names are withheld, and not in a few', async () => {
    await addCustomers(49, null)
    await examine()
    expect(await found()).toEqual([])
    await pool.query('delete from customers where shop_id = $1', [shop.id])
    await addCustomers(50, null)
    await pass(2)
    await examine()
    expect(await found()).toMatchObject([['withheld-fields', expect.arrayContaining(['customers.first_name'])]])
    await pool.query(`update customers set first_name = 'Ada' where shop_id = $1 and id = 1`, [shop.id])
    await pass(3)
    await examine()
    expect(await found()).toEqual([])
  })
})

describe('what an answer of Shopify shows', () => {
  const withheld = (...items: string[]) => noteFinding(shop.domain, { code: 'withheld-fields', detail: { items } })

  it('is written down with all that was seen, and stays while it is seen', async () => {
    await withheld('customers.firstName')
    await withheld('orders.email')
    await withheld('orders.email')
    expect(await found()).toEqual([['withheld-fields', ['customers.firstName', 'orders.email']]])
    await pass(1)
    await examine()
    expect(await found()).toHaveLength(1)
    await pass(2)
    await examine()
    expect(await found()).toEqual([])
  })

  it('is shown on the home page with its consequence and its cure', async () => {
    await withheld('customers.firstName')
    const { findings } = await homePage((await shopById(shop.id))!, new Date())
    expect(findings).toMatchObject([
      { code: 'withheld-fields', consequence: expect.stringContaining('customers.firstName') },
    ])
  })
})
