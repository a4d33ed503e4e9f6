import { expect, it } from 'vitest'
import { concernedCustomer } from './concerned-customer'

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
  expect(concernedCustomer(topic, body)).toBe(customer)
})
