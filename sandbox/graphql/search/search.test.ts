import { expect, it } from 'vitest'
import type { OrderRecord } from '../../model.ts'
import { chance, int, pick, seededRandom } from '../../random.ts'
import type { Random } from '../../random.ts'
import { testApi } from '../test-api.ts'
import type { TestApi } from '../test-api.ts'

function idsFor(api: TestApi, connection: string, query: string): string[] {
  const { data, errors } = api.ask(`query($query:String){list:${connection}(first:250,query:$query){nodes{id}}}`, {
    query,
  })
  expect(errors, query).toBeUndefined()
  return (data?.['list'] as { nodes: { id: string }[] }).nodes.map((node) => node.id.replace(/.*\//, '')).sort()
}

const idsOf = (records: Iterable<{ id: string }>) => Array.from(records, (record) => record.id).sort()

/** A search, and what it means, written without the sandbox's own search. */
interface Meaning {
  text: string
  holds: (order: OrderRecord) => boolean
}

function randomTerm(random: Random, orders: readonly OrderRecord[]): Meaning {
  const order = pick(random, orders)
  const moment = new Date(Date.parse(order.updatedAt) + int(random, -1, 1) * 1000).toISOString()
  const quote = pick(random, ['"', "'"])
  const [tag = 'gift'] = order.tags
  const cents = (amount: string) => Math.round(Number(amount) * 100)
  return pick<Meaning>(random, [
    { text: `updated_at:>=${quote}${moment}${quote}`, holds: (one) => one.updatedAt >= moment.replace('.000Z', 'Z') },
    { text: `updated_at:>${quote}${moment}${quote}`, holds: (one) => Date.parse(one.updatedAt) > Date.parse(moment) },
    { text: `updated_at:<${quote}${moment}${quote}`, holds: (one) => Date.parse(one.updatedAt) < Date.parse(moment) },
    { text: `created_at:<=${quote}${moment}${quote}`, holds: (one) => Date.parse(one.createdAt) <= Date.parse(moment) },
    { text: `id:${order.id}`, holds: (one) => one.id === order.id },
    { text: `id:>=${order.id}`, holds: (one) => BigInt(one.id) >= BigInt(order.id) },
    { text: `id:<${order.id}`, holds: (one) => BigInt(one.id) < BigInt(order.id) },
    {
      text: `tag:${quote}${tag.toUpperCase()}${quote}`,
      holds: (one) => one.tags.some((two) => two.toLowerCase() === tag.toLowerCase()),
    },
    { text: 'financial_status:paid', holds: (one) => one.financialStatus === 'PAID' },
    { text: 'status:cancelled', holds: (one) => one.cancelledAt !== null },
    { text: 'test:true', holds: (one) => one.test },
    { text: `customer_id:${order.customerId ?? '1'}`, holds: (one) => one.customerId === (order.customerId ?? '1') },
    { text: `cart_token:${order.cartToken ?? 'none'}`, holds: (one) => one.cartToken === (order.cartToken ?? 'none') },
    { text: `name:${order.number}`, holds: (one) => one.number === order.number },
    {
      text: `current_total_price:>${order.currentTotalPrice}`,
      holds: (one) => cents(one.currentTotalPrice) > cents(order.currentTotalPrice),
    },
  ])
}

function randomSearch(random: Random, orders: readonly OrderRecord[], depth: number): Meaning {
  if (depth === 0 || chance(random, 0.3)) return randomTerm(random, orders)
  const left = randomSearch(random, orders, depth - 1)
  const right = randomSearch(random, orders, depth - 1)
  return pick<Meaning>(random, [
    { text: `(${left.text}) (${right.text})`, holds: (one) => left.holds(one) && right.holds(one) },
    { text: `(${left.text}) AND (${right.text})`, holds: (one) => left.holds(one) && right.holds(one) },
    { text: `(${left.text}) OR (${right.text})`, holds: (one) => left.holds(one) || right.holds(one) },
    { text: `NOT (${left.text})`, holds: (one) => !left.holds(one) },
    { text: `-(${left.text}) (${right.text})`, holds: (one) => !left.holds(one) && right.holds(one) },
  ])
}

it('finds exactly what a naive filter finds, for random searches', () => {
  const seed = 1_031_137
  const random = seededRandom(seed)
  const api = testApi({ orders: 200, customers: 20 })
  const orders = [...api.store.orders.values()]
  for (let round = 0; round < 400; round++) {
    const { text, holds } = randomSearch(random, orders, 3)
    expect(idsFor(api, 'orders', text), `seed ${seed}, round ${round}: ${text}`).toEqual(idsOf(orders.filter(holds)))
  }
})

it('binds AND closer than OR, with or without the word', () => {
  const api = testApi()
  const orders = [...api.store.orders.values()]
  const expected = idsOf(orders.filter((one) => one.test || (one.financialStatus === 'PAID' && one.closedAt !== null)))
  expect(idsFor(api, 'orders', 'test:true OR financial_status:paid AND status:closed')).toEqual(expected)
  expect(idsFor(api, 'orders', 'financial_status:paid status:closed OR test:true')).toEqual(expected)
})

it('searches products, variants and customers by their own fields', () => {
  const api = testApi()
  const products = [...api.store.products.values()]
  const variants = products.flatMap((product) => product.variants)
  const customers = [...api.store.customers.values()]
  const [first] = products
  expect(idsFor(api, 'products', 'status:active,draft')).toEqual(
    idsOf(products.filter((one) => one.status !== 'ARCHIVED')),
  )
  expect(idsFor(api, 'products', `vendor:"${first?.vendor}"`)).toEqual(
    idsOf(products.filter((one) => one.vendor === first?.vendor)),
  )
  expect(idsFor(api, 'products', 'title:Lin*')).toEqual(idsOf(products.filter((one) => /\blin/i.test(one.title))))
  expect(idsFor(api, 'products', 'tag_not:sale')).toEqual(idsOf(products.filter((one) => !one.tags.includes('SALE'))))
  expect(idsFor(api, 'productVariants', `product_id:${first?.id}`)).toEqual(idsOf(first?.variants ?? []))
  expect(idsFor(api, 'productVariants', '-sku:* inventory_quantity:<=3')).toEqual(
    idsOf(variants.filter((one) => one.sku === null && one.inventoryQuantity <= 3)),
  )
  expect(idsFor(api, 'customers', 'email:*')).toEqual(idsOf(customers.filter((one) => one.email !== null)))
  expect(idsFor(api, 'customers', 'email:"customer7@mail.example" OR state:INVITED')).toEqual(
    idsOf(customers.filter((one) => one.email === 'customer7@mail.example' || one.state === 'INVITED')),
  )
  expect(idsFor(api, 'customers', 'zoë orders_count:>0')).toEqual(
    idsOf(customers.filter((one) => one.firstName === 'Zoë' && one.numberOfOrders > 0)),
  )
})

it('matches whole days of the shop when customers are searched by updated_at', () => {
  const api = testApi({ timezone: 'America/New_York' })
  const customers = [...api.store.customers.values()]
  const [a, b, c, d] = customers
  const times = ['2026-11-10T04:59:59Z', '2026-11-10T05:00:00Z', '2026-11-11T04:59:59Z', '2026-11-11T05:00:00Z']
  customers.forEach((customer, index) => (customer.updatedAt = times[index] ?? '2026-10-01T00:00:00Z'))
  api.store.touched()
  const near = (query: string) => idsFor(api, 'customers', `${query} updated_at:>='2026-11-01'`)
  const noon = '2026-11-10T12:00:00Z'
  expect(near(`updated_at:>='${noon}'`)).toEqual(idsOf([b, c, d].filter((one) => one !== undefined)))
  expect(near(`updated_at:>'${noon}'`)).toEqual([d?.id])
  expect(near(`updated_at:<'${noon}'`)).toEqual([a?.id])
  expect(near(`updated_at:<='${noon}'`)).toEqual(idsOf([a, b, c].filter((one) => one !== undefined)))
  expect(near(`updated_at:'${noon}'`)).toEqual(idsOf([b, c].filter((one) => one !== undefined)))
})

it('knows the creation of customers to the second, as customer_date in the list and as created_at in the count', () => {
  const api = testApi({ timezone: 'America/New_York' })
  const times = ['2026-03-01T10:59:59Z', '2026-03-01T11:00:00Z', '2026-03-01T11:59:59Z', '2026-03-01T12:00:00Z']
  const customers = [...api.store.customers.values()]
  customers.forEach((customer, index) => (customer.createdAt = times[index] ?? '2026-10-01T00:00:00Z'))
  api.store.touched()
  const within = (field: string) => `${field}:>='2026-03-01T11:00:00Z' ${field}:<'2026-03-01T12:00:00Z'`
  expect(idsFor(api, 'customers', within('customer_date'))).toEqual(idsOf(customers.slice(1, 3)))
  const count = (field: string) =>
    api.ask('query($query:String){customersCount(query:$query){count}}', { query: within(field) })
  expect(count('created_at').data).toEqual({ customersCount: { count: 2 } })
  expect(count('customer_date').data).toEqual({ customersCount: { count: customers.length } })
})

it('ignores a field that the argument does not document, and says so', () => {
  const api = testApi()
  const { data, extensions } = api.ask(
    '{few:orders(first:250,query:"colour:red OR test:true"){nodes{id}} customers(first:1,query:"created_at:>2020"){nodes{id}}}',
  )
  const tests = [...api.store.orders.values()].filter((order) => order.test)
  expect((data?.['few'] as { nodes: unknown[] }).nodes).toHaveLength(tests.length)
  expect(extensions?.search).toEqual([
    {
      path: ['few'],
      query: 'colour:red OR test:true',
      warnings: [{ field: 'colour', message: 'Invalid search field for this query.', code: 'invalid_field' }],
    },
    {
      path: ['customers'],
      query: 'created_at:>2020',
      warnings: [{ field: 'created_at', message: 'Invalid search field for this query.', code: 'invalid_field' }],
    },
  ])
  expect(api.ask('{customersCount(query:"created_at:>2020"){count}}').extensions?.search).toBeUndefined()
})

it.each([
  ['updated_at:>=2026-01-01T00:00:00Z', 'needs quotes'],
  ["updated_at:>='yesterday'", 'not a time'],
  ['id:gid', 'numeric ids'],
  ['financial_status:PAYED', 'financial_status knows'],
  ['(test:true', 'cannot be read'],
  ['name:"#10', 'cannot be read'],
  ['tag:>x', 'cannot be compared'],
])('is loud about the search %s', (query, message) => {
  const { errors } = testApi().ask('query($query:String){orders(first:1,query:$query){nodes{id}}}', { query })
  expect(errors?.[0]?.message).toContain(message)
})
