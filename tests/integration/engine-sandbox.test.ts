/** The job that syncs, against the real sandbox: whole copies, two shops side by side, a shop that fails. */
import { sandbox } from '../factories/running-sandbox.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { stopBoss } from '~/jobs/boss.server'
import { handlers } from '~/jobs/handlers.server'
import { TryAgain } from '~/jobs/try-again'
import { pulledResources, resources } from '~/resources/registry'
import type { PulledName, Resource } from '~/resources/resource'
import { sourceOf } from '~/shopify/source.server'
import { isListed } from '../../sandbox/abandoned.ts'
import { seededRandom } from '../../sandbox/random.ts'
import { rowsOf } from '../factories/copy.ts'
import { logsOf, stateOf } from '../factories/runs.ts'
import { connectedShop, type ConnectedShop } from '../factories/sandbox-shops.ts'

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
  await sandbox.close()
})

const sync = (shopId: string, resource: PulledName, force = false) =>
  handlers.sync({ shopId, resource, trigger: 'manual', force }, new AbortController().signal)

async function syncAll(shopId: string): Promise<void> {
  for (const { name } of Object.values(pulledResources)) await sync(shopId, name)
}

const live = async (shopId: string, table: string) =>
  (await rowsOf(shopId, table)).filter(({ deleted_at }) => deleted_at === null)

const listedCheckouts = ({ store }: ConnectedShop['shop']) => [...store.checkouts.values()].filter(isListed)

/** Ids and the time of the last change say whether a record is there in its newest version. */
async function expectCopyOf({ id, shop }: ConnectedShop): Promise<void> {
  for (const { name } of Object.values(pulledResources)) {
    const records = name === 'checkouts' ? listedCheckouts(shop) : [...shop.store[name].values()]
    const there = records.map((record) => [record.id, Date.parse(record.updatedAt)])
    const here = (await live(id, name)).map((row) => [row.id, Date.parse(String(row.source_updated_at))])
    // What is no longer listed stays in the copy.
    const shown = name === 'checkouts' ? here.filter(([each]) => there.some(([other]) => other === each)) : here
    const ascending = (a: unknown[], b: unknown[]) => (BigInt(String(a[0])) < BigInt(String(b[0])) ? -1 : 1)
    expect(shown.sort(ascending)).toEqual(there.sort(ascending))
  }
  const lines = [...shop.store.orders.values()].flatMap(({ lineItems }) => lineItems)
  expect(await live(id, 'order_line_items')).toHaveLength(lines.length)
  for (const [table, list] of [
    ['order_refunds', 'refunds'],
    ['order_transactions', 'transactions'],
  ] as const) {
    const there = [...shop.store.orders.values()].flatMap((order) => order[list].map((one) => one.id))
    expect((await live(id, table)).map((row) => row.id).sort()).toEqual(there.sort())
  }
  const variants = [...shop.store.products.values()].flatMap((product) => product.variants)
  expect(await live(id, 'product_variants')).toHaveLength(variants.length)
}

describe('a shop', () => {
  it('is copied whole, and again whatever happens in it', async () => {
    const seed = 21
    const random = seededRandom(seed)
    const connected = await connectedShop({ seed, products: 40, customers: 60, orders: 80 })
    await syncAll(connected.id)
    await expectCopyOf(connected)
    for (let count = 0; count < 60; count++) connected.shop.apply(connected.shop.randomChange(random))
    await syncAll(connected.id)
    await expectCopyOf(connected)
    for (const resource of Object.values(pulledResources)) {
      const logs = await logsOf(connected.id, resource)
      expect(logs.map(({ mode, state }) => [mode, state])).toEqual([
        ['backfill', 'succeeded'],
        ['incremental', 'succeeded'],
      ])
      const { watermark } = (await stateOf(connected.id, resource))!
      expect(Date.parse(watermark!)).toBeLessThanOrEqual(sandbox.now())
    }
  })

  it('in which nothing is new costs one request for each resource, which the run remembers', async () => {
    const connected = await connectedShop({ products: 30, customers: 30, orders: 30 })
    await syncAll(connected.id)
    for (const { name } of Object.values(pulledResources)) {
      const before = connected.shop.requests
      await sync(connected.id, name)
      expect(connected.shop.requests - before).toBe(1)
    }
    const { rows } = await pool.query(
      `select requests, retries, points > 0 as "hasPoints", state from sync_logs
       where shop_id = $1 and mode = 'incremental'`,
      [connected.id],
    )
    const run = { requests: 1, retries: 0, hasPoints: true, state: 'succeeded' }
    expect(rows).toEqual(Object.values(pulledResources).map(() => run))
  })

  it('that is slow to answer leaves in the run what it cost: repetitions and waits', async () => {
    const connected = await connectedShop()
    connected.shop.fail('http429', 1)
    await sync(connected.id, 'customers')
    const { rows } = await pool.query(
      'select requests, retries, waited_ms >= 1990 as "hasWaited" from sync_logs where shop_id = $1',
      [connected.id],
    )
    expect(rows).toEqual([{ requests: 2, retries: 1, hasWaited: true }])
  })

  it('that has nothing is copied as well', async () => {
    const connected = await connectedShop({ products: 0, customers: 0, orders: 0 })
    await syncAll(connected.id)
    await expectCopyOf(connected)
  })

  it("can hurt only itself: its failure leaves another shop's run alone", async () => {
    const [broken, sound] = [await connectedShop(), await connectedShop()]
    broken.shop.uninstall()
    const outcomes = await Promise.allSettled([syncAll(broken.id), syncAll(sound.id)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    await expectCopyOf(sound)
    const [log] = await logsOf(broken.id, resources.products)
    expect(log).toMatchObject({ state: 'failed', success: false })
    expect(log?.error).toMatch(/Open Lockstep in the Shopify admin/)
    expect(await live(broken.id, 'products')).toEqual([])
  })

  it('that does not answer is tried again later', async () => {
    const connected = await connectedShop()
    connected.shop.fail('throttled', 8)
    await expect(sync(connected.id, 'products')).rejects.toBeInstanceOf(TryAgain)
    await sync(connected.id, 'products')
    expect(await live(connected.id, 'products')).toHaveLength(5)
  })

  it('is not asked when it does not have the app any more, or never had', async () => {
    const connected = await connectedShop()
    await pool.query('update shops set uninstalled_at = now() where id = $1', [connected.id])
    await sync(connected.id, 'products')
    await sync('999999', 'products')
    expect(connected.shop.requests).toBe(0)
  })
})

describe('what is longer than any page', () => {
  it('comes whole: variants of a product, lines of an order and of a checkout', async () => {
    const connected = await connectedShop({ checkouts: 0 })
    const { shop, id } = connected
    const [product] = [...shop.store.products.values()]
    const [order] = [...shop.store.orders.values()]
    const many = Array.from({ length: 260 }, (_, index) => String(7_000_000 + index))
    const variants = many.map((id) => ({ ...product!.variants[0]!, id, title: `Size ${id}` }))
    shop.apply({ type: 'product.update', id: product!.id, fields: { variants } })
    const lines = many.map((id) => ({ ...order!.lineItems[0]!, id: `8${id}` }))
    shop.apply({ type: 'order.update', id: order!.id, fields: { lineItems: lines } })
    const checkoutId = shop.apply({ type: 'checkout.create' })
    const [line] = shop.store.checkouts.get(checkoutId)!.lineItems
    const keys = many.map((key) => key.padStart(32, '0'))
    const lineItems = keys.map((key) => ({ ...line!, key }))
    shop.apply({ type: 'checkout.update', id: checkoutId, fields: { lineItems } })
    await syncAll(id)
    const variantIds = (await live(id, 'product_variants')).filter((row) => row.product_id === product!.id)
    expect(variantIds.map((row) => row.id)).toEqual(many)
    expect((await live(id, 'order_line_items')).filter((row) => row.order_id === order!.id)).toHaveLength(260)
    const [checkout] = await live(id, 'checkouts')
    expect((checkout!.line_items as { id: string }[]).map((one) => one.id)).toEqual(keys)
  })
})

describe("two shops' copies", () => {
  it('hold each its own records, though some of their ids are the same', async () => {
    const [one, two] = [await connectedShop({ seed: 31 }), await connectedShop({ seed: 32 })]
    await Promise.all([syncAll(one.id), syncAll(two.id)])
    await expectCopyOf(one)
    await expectCopyOf(two)
    const shared = [...one.shop.store.products.keys()].filter((id) => two.shop.store.products.has(id))
    expect(shared).not.toEqual([])
    for (const { id, shop } of [one, two]) {
      const titles = (await live(id, 'products')).map((row) => row.title)
      expect(titles.sort()).toEqual([...shop.store.products.values()].map(({ title }) => title).sort())
    }
  })
})

describe('records asked for by id', () => {
  it.each(Object.values(pulledResources))(
    '$name come whole, as many at once as there are',
    async (resource: Resource) => {
      const connected = await connectedShop({ products: 30, customers: 30, orders: 30 })
      const listed = listedCheckouts(connected.shop).map(({ id }) => id)
      const ids = resource.name === 'checkouts' ? listed : [...connected.shop.store[resource.name].keys()]
      const { nodes } = await sourceOf(connected.domain).nodes(resource, [...ids, '1'])
      expect(nodes.map(({ id }) => id.replace(/^.*\//, '')).sort()).toEqual([...ids].sort())
      for (const node of nodes) expect(() => resource.fromNode(node)).not.toThrow()
      expect((await sourceOf(connected.domain).nodes(resource, [])).nodes).toEqual([])
    },
  )
})

it('products that were destroyed without a webhook are known by the events of the shop', async () => {
  const connected = await connectedShop({ products: 30 })
  await syncAll(connected.id)
  const [gone] = [...connected.shop.store.products.keys()]
  connected.shop.apply({ type: 'product.delete', id: gone! })
  await sync(connected.id, 'products')
  const rows = await rowsOf(connected.id, 'products')
  expect(rows.find(({ id }) => id === gone)).toMatchObject({ deleted_via: 'events' })
})
