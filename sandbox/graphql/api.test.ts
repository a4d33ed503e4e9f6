import { expect, it } from 'vitest'
import { testApi } from './test-api.ts'

it('fails a document that Shopify would refuse', () => {
  const api = testApi()
  for (const query of [
    '{orders(first:1){nodes{nope}}}',
    '{carts(first:1){nodes{id}}}',
    '{orders(first:"x"){nodes{id}}}',
    '{',
  ]) {
    const { data, errors } = api.ask(query)
    expect(data, query).toBeUndefined()
    expect(errors?.[0], query).toMatchObject({ message: expect.any(String), locations: expect.any(Array) })
  }
  expect(api.ask('query($n:Int!){orders(first:$n){nodes{id}}}').errors?.[0]?.message).toContain('$n')
})

it('answers 400 to a body without a query', () => {
  const { api } = testApi()
  const caller = { scopes: new Set<string>(), apiKey: 'key' }
  expect(api.answer({ variables: {} }, caller).status).toBe(400)
  expect(api.answer(null, caller).status).toBe(400)
})

it('is loud about what it does not model, rather than null', () => {
  const api = testApi()
  const cases = {
    'Order.riskLevel': '{orders(first:1){nodes{riskLevel}}}',
    'Order.physicalLocation': '{orders(first:1){nodes{physicalLocation{id}}}}',
    'QueryRoot.draftOrders': '{draftOrders(first:1){nodes{id}}}',
    'Mutation.tagsAdd': 'mutation{tagsAdd(id:"gid://shopify/Order/1",tags:["x"]){node{id}}}',
    'the sort key RELEVANCE of Order': '{orders(first:1,sortKey:RELEVANCE){nodes{id}}}',
    'searching orders by risk_level': '{orders(first:1,query:"risk_level:high"){nodes{id}}}',
    'finding a Location by its id': '{node(id:"gid://shopify/Location/1"){id}}',
  }
  for (const [what, query] of Object.entries(cases))
    expect(api.ask(query).errors?.[0]?.message).toBe(`the sandbox does not model ${what}`)
})

it('denies what the scopes do not cover, also through node and through other types', () => {
  const api = testApi()
  const [orderId] = api.store.orders.keys()
  const denied = (query: string, scopes: string[]) => {
    const { data, errors } = api.ask(query, {}, scopes)
    expect(errors?.[0]?.extensions?.['code']).toBe('ACCESS_DENIED')
    return { data, message: errors?.[0]?.message }
  }
  expect(denied('{orders(first:1){nodes{id}}}', ['read_products']).data).toBeNull()
  expect(denied('{customersCount{count}}', ['read_orders']).message).toContain('`read_customers`')
  expect(denied(`{node(id:"gid://shopify/Order/${orderId}"){id}}`, ['read_customers']).data).toEqual({ node: null })
  denied('{orders(first:50){nodes{customer{id}}}}', ['read_orders'])
  denied('{orders(first:50){nodes{lineItems(first:1){nodes{product{id}}}}}}', ['read_orders'])
  expect(api.ask('{orders(first:1){nodes{id}}}', {}, ['write_orders']).errors).toBeUndefined()
})

it('counts exactly, unless a limit caps the count', () => {
  const { ask } = testApi({ orders: 150 })
  const counts = ask(
    '{ordersCount{count precision} capped:ordersCount(limit:100){count precision} all:ordersCount(limit:null){count precision}}',
  )
  expect(counts.data).toEqual({
    ordersCount: { count: 150, precision: 'EXACT' },
    capped: { count: 100, precision: 'AT_LEAST' },
    all: { count: 150, precision: 'EXACT' },
  })
  const many = testApi({ products: 0, orders: 0, customers: 10_001 })
  expect(many.ask('{customersCount{count precision}}').data).toEqual({
    customersCount: { count: 10_000, precision: 'AT_LEAST' },
  })
})

it('prints ids whole and money as Shopify does', () => {
  const api = testApi()
  const [order] = api.store.orders.values()
  if (!order) throw new Error('the shop has no order')
  Object.assign(order, { totalPrice: '10.00', totalTax: '2.50', subtotalPrice: '19.99', presentmentCurrency: 'EUR' })
  const money = '{shopMoney{amount currencyCode} presentmentMoney{amount currencyCode}}'
  const { data } = api.ask(
    `{order(id:"gid://shopify/Order/${order.id}"){id legacyResourceId totalPrice totalPriceSet${money} totalTaxSet${money} subtotalPriceSet${money}}}`,
  )
  const usd = (amount: string) => ({ amount, currencyCode: 'USD' })
  const eur = (amount: string) => ({ amount, currencyCode: 'EUR' })
  expect(data?.['order']).toEqual({
    id: `gid://shopify/Order/${order.id}`,
    legacyResourceId: order.id,
    totalPrice: '10.00',
    totalPriceSet: { shopMoney: usd('10.0'), presentmentMoney: eur('12.5') },
    totalTaxSet: { shopMoney: usd('2.5'), presentmentMoney: eur('3.13') },
    subtotalPriceSet: { shopMoney: usd('19.99'), presentmentMoney: eur('24.99') },
  })
  expect(Number.isSafeInteger(Number(order.id))).toBe(false)
})

it('answers null for what a line item sold once it is deleted', () => {
  const api = testApi()
  const line = [...api.store.orders.values()].flatMap((order) => order.lineItems).find((one) => one.variantId !== null)
  const product = api.store.products.get(line?.productId ?? '')
  if (!line || !product) throw new Error('nothing was sold')
  const ask = () =>
    api.ask(`{node(id:"gid://shopify/LineItem/${line.id}"){...on LineItem{product{id} variant{id}}}}`).data?.['node']
  expect(ask()).toEqual({
    product: { id: `gid://shopify/Product/${line.productId}` },
    variant: { id: `gid://shopify/ProductVariant/${line.variantId}` },
  })
  product.variants = product.variants.filter((variant) => variant.id !== line.variantId)
  api.store.touched()
  expect(ask()).toEqual({ product: { id: `gid://shopify/Product/${line.productId}` }, variant: null })
  api.store.products.delete(product.id)
  api.store.touched()
  expect(ask()).toEqual({ product: null, variant: null })
})

it('finds records of any type by id, in the order asked for', () => {
  const api = testApi()
  const [product] = api.store.products.values()
  const [customerId] = api.store.customers.keys()
  const ids = [
    `gid://shopify/Customer/${customerId}`,
    'gid://shopify/Order/1',
    `gid://shopify/ProductVariant/${product?.variants[0]?.id}`,
    `gid://shopify/Product/${product?.id}`,
    `gid://shopify/Shop/${api.store.shop.id}`,
  ]
  const { data } = api.ask('query($ids:[ID!]!){nodes(ids:$ids){id __typename}}', { ids })
  expect(data?.['nodes']).toEqual([
    { id: ids[0], __typename: 'Customer' },
    null,
    { id: ids[2], __typename: 'ProductVariant' },
    { id: ids[3], __typename: 'Product' },
    { id: ids[4], __typename: 'Shop' },
  ])
  expect(api.ask('{nodes(ids:["12"]){id}}').errors?.[0]?.message).toBe("Invalid global id '12'")
  expect(api.ask('{order(id:"gid://shopify/Product/1"){id}}').errors?.[0]?.message).toContain('Invalid id')
})

it('tells the shop, its plan and what the app was granted', () => {
  const query =
    '{shop{myshopifyDomain currencyCode ianaTimezone plan{shopifyPlus}} currentAppInstallation{accessScopes{handle} app{apiKey}}}'
  expect(testApi({ timezone: 'Europe/Berlin', currency: 'EUR' }).ask(query, {}, ['read_orders']).data).toEqual({
    shop: {
      myshopifyDomain: 'api.myshopify.com',
      currencyCode: 'EUR',
      ianaTimezone: 'Europe/Berlin',
      plan: { shopifyPlus: true },
    },
    currentAppInstallation: { accessScopes: [{ handle: 'read_orders' }], app: { apiKey: 'key' } },
  })
})
