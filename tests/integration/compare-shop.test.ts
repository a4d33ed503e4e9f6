import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ShopStore } from '../../sandbox/contract.ts'
import { isListed } from '../../sandbox/abandoned.ts'
import { seedShop } from '../../sandbox/seed.ts'
import { comparedTables, compareShop } from '../../scripts/compare/compare-shop.ts'
import { provenanceColumns } from '../../scripts/compare/compared-table.ts'
import { writeCopy } from './compare-copy.ts'

const now = () => Date.parse('2026-11-22T10:00:00Z')
const seed = 11
const sizes = { products: 8, customers: 12, orders: 20, checkouts: 12, carts: 5 }
const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] })
const tables = comparedTables.map(({ name }) => name)
/** Those of which Shopify lists every record. */
const listed = comparedTables.filter(({ isListed }) => isListed).map(({ name }) => name)
let store: ShopStore
let shopId: string

beforeAll(async () => {
  await client.connect()
  store = seedShop({ domain: 'compared.myshopify.com', seed, ...sizes }, now)
  shopId = await writeCopy(client, store)
  await writeCopy(client, seedShop({ domain: 'other.myshopify.com', seed: 12, ...sizes }, now))
  for (const table of tables) await client.query(`create table right_${table} as table ${table}`)
})
afterAll(() => client.end())

afterEach(async () => {
  for (const table of tables) await client.query(`truncate ${table}; insert into ${table} table right_${table}`)
})

/** Of the table, what the comparison counts and which columns it names. */
async function verdictOn(table: string) {
  const { tables, isInLockstep } = await compareShop(client, store)
  const found = tables.find((one) => one.table === table)
  if (!found) throw new Error(`${table} is not compared`)
  const { missing, extra, different, examples } = found
  return { isInLockstep, missing, extra, different, examples }
}

const columnsInDatabase = async () =>
  (
    await client.query<{ table: string; column: string; type: string; isNullable: boolean }>(
      `select table_name as table, column_name as column, data_type as type, is_nullable = 'YES' as "isNullable"
       from information_schema.columns where table_schema = 'public' and table_name = any ($1)
       order by table_name, ordinal_position`,
      [tables],
    )
  ).rows

describe('what is compared', () => {
  it('is every table that mirrors records, which are those with a deleted_at', async () => {
    const { rows } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'deleted_at' and table_name not like 'right\\_%'`,
    )
    expect(rows.map(({ name }) => name).sort()).toEqual([...tables].sort())
  })

  it('is every column of these tables but the provenance', async () => {
    const known = comparedTables.flatMap(({ name, columns }) =>
      [...Object.keys(columns), ...provenanceColumns].map((column) => `${name}.${column}`),
    )
    const present = (await columnsInDatabase()).map(({ table, column }) => `${table}.${column}`)
    expect(present.filter((column) => !known.includes(column))).toEqual([])
  })
})

it('says yes to a copy that is equal, whatever other shops there are', async () => {
  const { tables, isInLockstep } = await compareShop(client, store)
  expect(tables.flatMap(({ examples }) => examples)).toEqual([])
  expect(isInLockstep).toBe(true)
  expect(tables.find(({ table }) => table === 'orders')).toMatchObject({ inShop: 20, inCopy: 20 })
})

it('says no to a shop that the copy does not know', async () => {
  const unknown = seedShop({ domain: 'unknown.myshopify.com', seed, ...sizes }, now)
  const { tables, isInLockstep } = await compareShop(client, unknown)
  expect(isInLockstep).toBe(false)
  expect(tables.find(({ table }) => table === 'orders')).toMatchObject({ inCopy: 0, missing: 20 })
})

/** The least that a value of the type can be changed. */
const changed: Record<string, (column: string) => string> = {
  text: (column) => `coalesce(${column}, '') || 'x'`,
  bigint: (column) => `coalesce(${column}, 0) + 1`,
  integer: (column) => `coalesce(${column}, 0) + 1`,
  numeric: (column) => `coalesce(${column}, 0) + 0.0001`,
  'timestamp with time zone': (column) => `coalesce(${column}, now()) + interval '1 microsecond'`,
  boolean: (column) => `not coalesce(${column}, false)`,
  ARRAY: (column) => `array_append(coalesce(${column}, '{}'), 'x')`,
  jsonb: (column) =>
    column === 'line_items'
      ? `coalesce(${column}, '[]') || '[{"sku": "x"}]'`
      : `jsonb_set(coalesce(${column}, '{}'), '{zip}', '"x"')`,
}

/** Sets the column in one row of the shop, preferably one that has a value. Returns the row's id. */
async function spoil(table: string, column: string, value: string): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>(
    `update ${table} set ${column} = ${value}
     where shop_id = $1 and id = (select id from ${table} where shop_id = $1 order by ${column} is null, id limit 1)
     returning id::text`,
    [shopId],
  )
  return rows[0]?.id
}

async function mend(table: string, column: string): Promise<void> {
  await client.query(
    `update ${table} as copy set ${column} = known.${column} from right_${table} as known
     where known.shop_id = copy.shop_id and known.id = copy.id and known.${column} is distinct from copy.${column}`,
  )
}

describe('a difference in one field of one row', () => {
  it.each(comparedTables.map((table) => [table.name, Object.keys(table.columns)] as const))(
    'is seen in every column of %s',
    async (table, columns) => {
      const typeOf = new Map((await columnsInDatabase()).map((one) => [`${one.table}.${one.column}`, one]))
      // What channel wrote a checkout last is no difference.
      for (const column of columns.filter((column) => table !== 'checkouts' || column !== 'partial')) {
        const { type = '', isNullable = false } = typeOf.get(`${table}.${column}`) ?? {}
        const hasValue = (
          await client.query(`select from ${table} where shop_id = $1 and ${column} is not null limit 1`, [shopId])
        ).rowCount
        for (const value of [changed[type]?.(column), isNullable && hasValue ? 'null' : undefined]) {
          if (value === undefined) continue
          const id = await spoil(table, column, value)
          const verdict = await verdictOn(table)
          expect(verdict, `${column} = ${value}`).toEqual({
            isInLockstep: false,
            missing: 0,
            extra: 0,
            different: 1,
            examples: [{ table, id, what: column }],
          })
          await mend(table, column)
        }
      }
    },
  )

  const addressKeys =
    'first_name last_name company address1 address2 city province province_code country country_code zip phone'
  it.each(addressKeys.split(' '))('is seen in the %s of an address', async (key) => {
    await spoil('orders', 'shipping_address', `jsonb_set(shipping_address, '{${key}}', '"elsewhere"')`)
    expect(await verdictOn('orders')).toMatchObject({ different: 1, examples: [{ what: 'shipping_address' }] })
  })

  it.each([
    ['a key too few', `shipping_address - 'phone'`],
    ['a key too many', `shipping_address || '{"name": null}'`],
    ["JSON's null instead of none", `'null'::jsonb`],
  ])('is seen in an address with %s', async (_, value) => {
    await spoil('orders', 'shipping_address', value)
    expect(await verdictOn('orders')).toMatchObject({ different: 1, examples: [{ what: 'shipping_address' }] })
  })

  it('is called an order of tags where the tags are the same', async () => {
    const id = [...store.customers.values()].find(({ tags }) => tags.length > 1)?.id
    await client.query(
      'update customers set tags = array(select tag from unnest(tags) with ordinality as t (tag, n) order by n desc) where id = $1',
      [id],
    )
    expect(await verdictOn('customers')).toMatchObject({ examples: [{ id, what: 'tags (in another order)' }] })
  })
})

describe('rows', () => {
  it.each(listed)('that are missing in %s are counted', async (table) => {
    await client.query(`delete from ${table} where id = (select min(id) from ${table} where shop_id = $1)`, [shopId])
    expect(await verdictOn(table)).toMatchObject({ isInLockstep: false, missing: 1, extra: 0, different: 0 })
  })

  it.each(listed)('that are tombstoned in %s count as missing', async (table) => {
    await spoil(table, 'deleted_at', 'now()')
    expect(await verdictOn(table)).toMatchObject({ isInLockstep: false, missing: 1, extra: 0, different: 0 })
  })

  it.each(listed)('that %s has too many are counted, unless they are tombstones', async (table) => {
    const stray = `update ${table} set id = 1, deleted_at = $2 where shop_id = $1 and id = (select min(id) from ${table} where shop_id = $1)`
    await client.query(`insert into ${table} select * from right_${table} on conflict do nothing`)
    await client.query(stray, [shopId, null])
    await client.query(`insert into ${table} select * from right_${table} on conflict do nothing`)
    expect(await verdictOn(table)).toMatchObject({ isInLockstep: false, missing: 0, extra: 1, different: 0 })
    await client.query(`update ${table} set deleted_at = now() where id = 1`)
    expect(await verdictOn(table)).toMatchObject({ isInLockstep: true })
  })
})

describe('the product of a line that was sold', () => {
  const withProduct = () => {
    const line = [...store.orders.values()].flatMap(({ lineItems }) => lineItems).find(({ productId }) => productId)
    if (!line?.productId) throw new Error(`seed ${seed} sells no product`)
    return { line, productId: line.productId }
  }
  const shopWithout = (productId: string): ShopStore => ({
    ...store,
    products: new Map([...store.products].filter(([id]) => id !== productId)),
  })

  it('may be its id or null once it has left the shop, and nothing else', async () => {
    const { line, productId } = withProduct()
    const left = shopWithout(productId)
    const linesOf = async () =>
      (await compareShop(client, left)).tables.find(({ table }) => table === 'order_line_items')
    expect(await linesOf()).toMatchObject({ different: 0 })
    await client.query('update order_line_items set product_id = null, variant_id = null where id = $1', [line.id])
    expect(await linesOf()).toMatchObject({ different: 0 })
    await client.query('update order_line_items set product_id = 1 where id = $1', [line.id])
    expect(await linesOf()).toMatchObject({ different: 1, examples: [{ id: line.id, what: 'product_id' }] })
  })

  it('must be its id as long as it is there', async () => {
    const { line } = withProduct()
    await client.query('update order_line_items set product_id = null where id = $1', [line.id])
    expect(await verdictOn('order_line_items')).toMatchObject({ different: 1, examples: [{ what: 'product_id' }] })
  })
})

describe('where Shopify lists some or none', () => {
  const shown = () => [...store.checkouts.values()].filter(isListed)
  const hidden = () => [...store.checkouts.values()].filter((checkout) => !isListed(checkout))
  const remove = (table: string, id: string) => client.query(`delete from ${table} where id = $1`, [id])

  it('what it lists must be there, and nothing else need be', async () => {
    expect([shown().length > 0, hidden().length > 0, store.carts.size > 0]).toEqual([true, true, true])
    await remove('checkouts', hidden()[0]!.id)
    await client.query('delete from carts where shop_id = $1', [shopId])
    expect((await compareShop(client, store)).isInLockstep).toBe(true)
    await remove('checkouts', shown()[0]!.id)
    expect(await verdictOn('checkouts')).toMatchObject({ isInLockstep: false, missing: 1 })
  })

  it('what it does not list may have stayed behind, or be of a record that is gone', async () => {
    const behind = `email = 'old@example.com', source_updated_at = source_updated_at - interval '1 second'`
    await client.query(`update checkouts set ${behind} where id = $1`, [hidden()[0]!.id])
    const without = { ...store, checkouts: new Map([...store.checkouts].slice(1)), carts: new Map() }
    expect((await compareShop(client, without)).isInLockstep).toBe(true)
    await client.query(`update checkouts set ${behind} where id = $1`, [shown().at(-1)!.id])
    expect(await verdictOn('checkouts')).toMatchObject({ different: 1 })
  })

  it('an e-mail address may be behind in a row that says that a pull wrote it last', async () => {
    const { id } = shown().find(({ email }) => email !== null)!
    await client.query('update checkouts set email = null, partial = true where id = $1', [id])
    expect(await verdictOn('checkouts')).toMatchObject({ different: 0 })
    await client.query('update checkouts set partial = false where id = $1', [id])
    expect(await verdictOn('checkouts')).toMatchObject({ different: 1, examples: [{ what: 'email' }] })
  })

  it('a line may have lost the product that has left the shop, and no other', async () => {
    const checkout = shown().find(({ lineItems }) => lineItems[0]?.productId)!
    const gone = checkout.lineItems[0]!.productId!
    const left = { ...store, products: new Map([...store.products].filter(([id]) => id !== gone)) }
    const set = `line_items = jsonb_set(jsonb_set(line_items, '{0,product_id}', 'null'), '{0,variant_id}', 'null')`
    await client.query(`update checkouts set ${set} where id = $1`, [checkout.id])
    const found = (await compareShop(client, left)).tables.find(({ table }) => table === 'checkouts')
    expect(found).toMatchObject({ different: 0 })
    expect(await verdictOn('checkouts')).toMatchObject({ different: 1, examples: [{ what: 'line_items' }] })
  })
})

describe('before a pull', () => {
  it('transactions may be missing, as webhooks of orders leave them out', async () => {
    await client.query('delete from order_transactions where shop_id = $1', [shopId])
    expect((await compareShop(client, store, { beforePull: true })).isInLockstep).toBe(true)
    expect(await verdictOn('order_transactions')).toMatchObject({ isInLockstep: false })
  })

  const differentOrders = async () => {
    const { tables } = await compareShop(client, store, { beforePull: true })
    const { different, partial } = tables.find(({ table }) => table === 'orders') ?? {}
    return { different, partial }
  }

  it('a row may be behind in what webhooks do not carry, if it says that it is partial', async () => {
    await client.query('update orders set total_refunded = null, partial = true where shop_id = $1', [shopId])
    expect(await differentOrders()).toEqual({ different: 0, partial: 20 })
    expect(await verdictOn('orders')).toMatchObject({ isInLockstep: false, different: 20 })
  })

  it('it may not be behind without saying so', async () => {
    await client.query('update orders set total_refunded = null where shop_id = $1', [shopId])
    expect(await differentOrders()).toEqual({ different: 20, partial: 0 })
  })

  it('it may not be behind in anything that webhooks carry', async () => {
    await client.query(`update orders set note = 'wrong', partial = true where shop_id = $1`, [shopId])
    expect(await differentOrders()).toEqual({ different: 20, partial: 20 })
  })

  it('its fulfilment may wait only where REST has no word for it', async () => {
    const withWord = [...store.orders.values()].filter(({ fulfillmentStatus }) => /FULFILLED$/.test(fulfillmentStatus))
    const said = withWord.filter(({ fulfillmentStatus }) => fulfillmentStatus !== 'UNFULFILLED').length
    expect(said).toBeGreaterThan(0)
    await client.query('update orders set fulfillment_status = null, partial = true where shop_id = $1', [shopId])
    expect(await differentOrders()).toEqual({ different: said, partial: 20 })
  })
})

it('names at most five places of a table, and counts all', async () => {
  await client.query(`update orders set note = 'wrong', total_tax = -1 where shop_id = $1`, [shopId])
  const { different, examples } = await verdictOn('orders')
  expect({ different, places: examples.length }).toEqual({ different: 20, places: 5 })
  expect(examples[0]?.what).toBe('total_tax, note')
})
