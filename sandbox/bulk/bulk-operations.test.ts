import { afterEach, expect, it } from 'vitest'
import { startBulkBench } from './test-bulk.ts'
import type { BulkBench, Line } from './test-bulk.ts'

const ORDERS = `{orders{edges{node{
  id number:name tags customer{id tags} totalPriceSet{shopMoney{amount}}
  lineItems{edges{node{id units:quantity product{id}}}}
}}}}`

const toClose: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of toClose.splice(0).toReversed()) await one.close()
})

async function start(...options: Parameters<typeof startBulkBench>): Promise<BulkBench> {
  const bench = await startBulkBench(...options)
  toClose.push(bench.sandbox)
  return bench
}

const gid = (type: string, id: string) => `gid://shopify/${type}/${id}`
const sorted = (lines: readonly unknown[]) => lines.map((line) => JSON.stringify(line)).sort()

/** What the query `ORDERS` has to bring, from the shop's records. */
function expectedLines({ shop }: BulkBench): Line[] {
  return [...shop.store.orders.values()].flatMap((order): Line[] => {
    const customer = order.customerId === null ? null : shop.store.customers.get(order.customerId)
    const own = {
      id: gid('Order', order.id),
      number: order.name,
      tags: order.tags,
      customer: customer ? { id: gid('Customer', customer.id), tags: customer.tags } : null,
      totalPriceSet: { shopMoney: { amount: String(Number(order.totalPrice)).replace(/^(\d+)$/, '$1.0') } },
    }
    return [
      own,
      ...order.lineItems.map((line) => ({
        id: gid('LineItem', line.id),
        units: line.quantity,
        product:
          line.productId !== null && shop.store.products.has(line.productId)
            ? { id: gid('Product', line.productId) }
            : null,
        __parentId: own.id,
      })),
    ]
  })
}

it('writes one line for each node, with the selected fields and the parent of what is nested', async () => {
  const bench = await start()
  const shown = await bench.run(ORDERS)
  const expected = expectedLines(bench)
  const lines = await bench.download(shown.url)
  expect(sorted(lines)).toEqual(sorted(expected))
  expect(shown).toMatchObject({
    status: 'COMPLETED',
    type: 'QUERY',
    errorCode: null,
    completedAt: expect.stringMatching(/Z$/),
    objectCount: String(expected.length),
    rootObjectCount: '30',
    partialDataUrl: null,
  })
  const response = await fetch(shown.url ?? '')
  expect(response.headers.get('content-length')).toBe(shown.fileSize)
  expect(Buffer.byteLength(await response.text())).toBe(Number(shown.fileSize))
})

it('keeps children right below their parents when they are to be grouped, and only then', async () => {
  const bench = await start()
  const positions = async (grouped: boolean) => {
    const lines = await bench.download((await bench.run(ORDERS, grouped)).url)
    let parent: unknown
    return lines.map((line) => {
      if (!('__parentId' in line)) parent = line['id']
      return line['__parentId'] === undefined || line['__parentId'] === parent
    })
  }
  expect(await positions(true)).not.toContain(false)
  expect(await positions(false)).toContain(false)
})

it('reads nested connections whole, more than 250 as well, and ignores page sizes', async () => {
  const bench = await start()
  const id = bench.shop.apply({ type: 'product.create' })
  for (let count = 0; count < 260; count++) bench.shop.apply({ type: 'variant.create', productId: id })
  const query = `{products(first:1){edges{node{id variants(first:2){edges{node{id}}}}}}}`
  const shown = await bench.run(query)
  expect(shown.rootObjectCount).toBe('21')
  const lines = await bench.download(shown.url)
  expect(lines.filter((line) => line['__parentId'] === gid('Product', id))).toHaveLength(261)
})

it('honours the search of the connection, and has no file for no rows', async () => {
  const bench = await start()
  const [order] = bench.shop.store.orders.values()
  const one = await bench.run(`{orders(query:"id:${order?.id}"){edges{node{name}}}}`)
  expect(await bench.download(one.url)).toEqual([{ name: order?.name }])
  expect(await bench.run('{orders(query:"id:1"){edges{node{id}}}}')).toMatchObject({
    ...{ status: 'COMPLETED', objectCount: '0', rootObjectCount: '0', fileSize: null, url: null },
  })
})

it('shows the shop as it was when the operation began to run', async () => {
  const bench = await start({ orders: 0, products: 500 })
  const { bulkOperation } = await bench.submit('{products{edges{node{id title}}}}')
  const titles = new Map([...bench.shop.store.products.values()].map(({ id, title }) => [gid('Product', id), title]))
  for (const id of bench.shop.store.products.keys())
    bench.shop.apply({ type: 'product.update', id, fields: { title: 'Changed' } })
  await expect.poll(async () => (await bench.show(bulkOperation?.id ?? '')).status).toBe('COMPLETED')
  const lines = await bench.download((await bench.show(bulkOperation?.id ?? '')).url)
  expect(new Map(lines.map((line) => [line['id'], line['title']]))).toEqual(titles)
})

it('searches by an index that lags behind the shop, as any search', async () => {
  const bench = await start()
  bench.shop.setIndexLag(3_600_000)
  bench.shop.apply({ type: 'product.create', fields: { title: 'Fresh' } })
  for (const id of [...bench.shop.store.products.keys()].slice(0, 2)) bench.shop.apply({ type: 'product.delete', id })
  expect((await bench.run('{products(query:"title:Fresh"){edges{node{id}}}}')).objectCount).toBe('0')
  expect((await bench.run('{products(query:"id:>0"){edges{node{id}}}}')).objectCount).toBe('18')
  expect((await bench.run('{products{edges{node{id}}}}')).objectCount).toBe('19')
})

it('shows no more than any query, and fails on what is withheld', async () => {
  const bench = await start()
  bench.shop.recentOrdersOnly = true
  const sinceMs = Date.now() - 60 * 86_400_000
  const recent = [...bench.shop.store.orders.values()].filter(({ createdAt }) => Date.parse(createdAt) >= sinceMs)
  expect(recent.length).toBeLessThan(30)
  expect((await bench.run('{orders{edges{node{id}}}}')).objectCount).toBe(String(recent.length))
  bench.shop.withheld = ['Order.email']
  const failed = await bench.run('{orders{edges{node{id email}}}}')
  expect(failed).toMatchObject({ status: 'FAILED', errorCode: 'ACCESS_DENIED' })
})

it('answers other requests while it writes a large result', async () => {
  const bench = await start({ orders: 5000, customers: 100 })
  const startedMs = performance.now()
  const done = bench.run(ORDERS)
  const waitsMs: number[] = []
  for (let count = 0; count < 5; count++) {
    const askedMs = performance.now()
    await bench.ask('{shop{id}}')
    waitsMs.push(performance.now() - askedMs)
  }
  expect((await done).rootObjectCount).toBe('5000')
  expect(performance.now() - startedMs).toBeLessThan(20_000)
  expect(Math.max(...waitsMs)).toBeLessThan(2000)
})

it('runs five at once and refuses a sixth', async () => {
  const bench = await start()
  bench.shop.bulk.next({ stay: 'CREATED' })
  bench.shop.bulk.next({ stay: 'RUNNING' }, 4)
  for (let count = 0; count < 5; count++) expect((await bench.submit(ORDERS)).userErrors).toEqual([])
  expect(await bench.submit(ORDERS)).toMatchObject({
    bulkOperation: null,
    userErrors: [{ field: null, code: 'OPERATION_IN_PROGRESS' }],
  })
  bench.shop.bulk.release()
  await expect.poll(() => bench.shop.bulk.operations.map(({ status }) => status)).toEqual(Array(5).fill('COMPLETED'))
  expect((await bench.submit(ORDERS)).userErrors).toEqual([])
})

it('refuses what is not a bulk query, field by field', async () => {
  const bench = await start()
  expect(await bench.submit('{shop{id}}')).toEqual({
    bulkOperation: null,
    userErrors: [{ field: ['query'], message: 'Bulk queries must contain at least one connection.', code: 'INVALID' }],
  })
})

it('fails with ACCESS_DENIED when a scope is missing, and with an error of the server on a senseless search', async () => {
  const bench = await start({}, { scopes: ['read_products'] })
  const denied = await bench.run('{orders{edges{node{id}}}}')
  expect(denied).toMatchObject({ status: 'FAILED', errorCode: 'ACCESS_DENIED', url: null, completedAt: null })
  const senseless = await bench.run('{products(query:"id:none"){edges{node{id}}}}')
  expect(senseless).toMatchObject({ status: 'FAILED', errorCode: 'INTERNAL_SERVER_ERROR' })
})

it('cancels what is under way, and says so when there is nothing to cancel', async () => {
  const bench = await start()
  bench.shop.bulk.next({ stay: 'RUNNING' })
  const cancel = async (id: string) =>
    (await bench.ask(`mutation{bulkOperationCancel(id:"${id}"){bulkOperation{status} userErrors{field message}}}`))[
      'bulkOperationCancel'
    ]
  const { bulkOperation } = await bench.submit(ORDERS)
  const id = bulkOperation?.id ?? ''
  expect(await cancel(id)).toEqual({ bulkOperation: { status: 'CANCELING' }, userErrors: [] })
  await expect.poll(async () => (await bench.show(id)).status).toBe('CANCELED')
  expect(await bench.show(id)).toMatchObject({ url: null, completedAt: null })
  expect(await cancel(id)).toEqual({
    bulkOperation: { status: 'CANCELED' },
    userErrors: [{ field: null, message: 'A bulk operation cannot be canceled when it is canceled' }],
  })
  expect(await cancel('gid://shopify/BulkOperation/1')).toMatchObject({
    ...{ bulkOperation: null, userErrors: [{ field: ['id'], message: 'Bulk operation does not exist' }] },
  })
})

it('finds operations by id, by node, by search, and the newest first', async () => {
  const bench = await start()
  const first = await bench.run('{products{edges{node{id}}}}')
  const second = await bench.run('{orders{edges{node{id}}}}')
  const found = await bench.ask(`{
    node(id:"${first.id}"){... on BulkOperation{status url}}
    all:bulkOperations(first:10){nodes{id query}}
    oldest:bulkOperations(first:1,reverse:true){nodes{id}}
    done:bulkOperations(first:10,query:"status:completed operation_type:query"){nodes{id}}
    running:bulkOperations(first:10,query:"status:running"){nodes{id}}
    currentBulkOperation{id}
    none:currentBulkOperation(type:MUTATION){id}
    unknown:bulkOperation(id:"gid://shopify/BulkOperation/1"){id}
  }`)
  expect(found).toMatchObject({
    node: { status: 'COMPLETED', url: first.url },
    all: { nodes: [{ id: second.id, query: '{orders{edges{node{id}}}}' }, { id: first.id }] },
    oldest: { nodes: [{ id: first.id }] },
    done: { nodes: [{ id: second.id }, { id: first.id }] },
    running: { nodes: [] },
    currentBulkOperation: { id: second.id },
    none: null,
    unknown: null,
  })
})

it('serves results under addresses that nobody can guess', async () => {
  const bench = await start()
  const { url } = await bench.run('{products{edges{node{id}}}}')
  expect(url).toMatch(new RegExp(`^${bench.sandbox.url}/bulk-results/[0-9a-f]{64}/bulk-\\d+\\.jsonl$`))
  const guess = url?.replace(/[0-9a-f]{64}/, '0'.repeat(64)) ?? ''
  expect((await fetch(guess)).status).toBe(404)
})
