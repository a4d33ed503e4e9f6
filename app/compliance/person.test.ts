import { expect, it } from 'vitest'
import { UnreadableRecord } from '../resources/resource'
import { readPerson } from './person'

it('reads whom Shopify names, with all digits of their ids', () => {
  const body = {
    customer: { id: '820982911946154508', email: 'ada@example.com', phone: null },
    orders_to_redact: [1, 2],
  }
  expect(readPerson(body)).toEqual({
    customerId: '820982911946154508',
    orderIds: ['1', '2'],
    email: 'ada@example.com',
    phone: null,
  })
})

it.each(['', 'a@b', ' '])('does not look for the address %j, which would be found in everybody’s bodies', (email) => {
  expect(readPerson({ customer: { id: 1, email } }).email).toBeNull()
})

it.each([
  {},
  { customer: null },
  { customer: { email: 'ada@example.com' } },
  { customer: { id: 'ada' } },
  { customer: { id: 1 }, orders_to_redact: 'all' },
  { customer: { id: 1 }, orders_to_redact: [{}] },
])('refuses %j rather than erase less than was asked', (body) => {
  expect(() => readPerson(body)).toThrow(UnreadableRecord)
})
