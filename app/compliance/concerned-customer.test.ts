import { expect, it } from 'vitest'
import { concernedCustomers, concernedRecord } from './concerned-customer'

it.each([
  [
    'customers/update',
    { id: 5, admin_graphql_api_id: 'gid://shopify/Customer/820982911946154508' },
    '820982911946154508',
  ],
  ['customers/delete', { id: '820982911946154508' }, '820982911946154508'],
  ['customers/redact', { customer: { id: 5 } }, '5'],
  ['orders/create', { id: 1, customer: { id: 5 } }, '5'],
  ['orders/create', { id: 1, customer: null }, null],
  ['orders/create', { id: 1 }, null],
  ['checkouts/update', { id: 1, customer_id: 5 }, '5'],
  ['orders/create', { customer: { id: 'ada' } }, null],
  ['orders/create', { customer: 'ada' }, null],
  ['orders/create', { customer: { id: 99999999999999999999n } }, null],
])('finds whom a body of %s is about', (topic, body, customer) => {
  expect(concernedCustomers(topic, body)).toEqual(customer === null ? [] : [customer])
})

it('finds both customers of a merge', () => {
  const body = {
    admin_graphql_api_customer_kept_id: 'gid://shopify/Customer/820982911946154508',
    admin_graphql_api_customer_deleted_id: 'gid://shopify/Customer/5',
  }
  expect(concernedCustomers('customers/merge', body)).toEqual(['820982911946154508', '5'])
  expect(concernedCustomers('customers/merge', {})).toEqual([])
})

const long = '820982911946154508'

it.each([
  ['orders/updated', { id: 1, admin_graphql_api_id: `gid://shopify/Order/${long}` }, { resource: 'orders', id: long }],
  ['orders/delete', { id: 1 }, { resource: 'orders', id: '1' }],
  ['refunds/create', { id: 2, order_id: long }, { resource: 'orders', id: long }],
  ['order_transactions/create', { id: 2, order_id: 1 }, { resource: 'orders', id: '1' }],
  ['orders/edited', { order_edit: { id: 2, order_id: 1 } }, { resource: 'orders', id: '1' }],
  ['checkouts/update', { id: 1, name: '#2' }, { resource: 'checkouts', id: '1' }],
  ['checkouts/update', { name: `#${long}` }, { resource: 'checkouts', id: long }],
  ['checkouts/update', { name: 'x' }, null],
  ['orders/updated', { id: {} }, null],
  ['orders/edited', { order_edit: 'x' }, null],
  ['products/update', { id: 1, name: '#1' }, null],
  ['carts/update', { id: '1' }, null],
])('finds which order or checkout a body of %s is about', (topic, body, record) => {
  expect(concernedRecord(topic, body)).toEqual(record)
})
