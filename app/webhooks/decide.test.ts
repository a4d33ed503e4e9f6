import { describe, expect, it } from 'vitest'
import { decide } from './decide'
import type { Delivery } from './delivery'
import { readMeaning } from './read-meaning'

const body = {
  ...{ id: 1, updated_at: '2026-06-01T00:00:00Z', email: 'ada@example.com', total_price: '12.00', tags: 'vip' },
  ...{ note: 'ring twice', customer: { id: 2 }, shipping_address: { city: 'London' }, line_items: [] },
}

const delivery: Delivery = {
  shopDomain: 'shop.myshopify.com',
  topic: 'orders/updated',
  webhookId: 'w1',
  eventId: null,
  apiVersion: null,
  triggeredAt: null,
  receivedAt: '2026-06-01T00:00:01.000Z',
  body,
  storable: JSON.stringify(body),
}

const ordinary = { isInstalled: true, isErased: false, queuedFor: null }
const erased = { ...ordinary, isErased: true }

describe('decide', () => {
  it('keeps the body of what it applies, for a replay', () => {
    expect(decide(delivery, readMeaning(delivery), ordinary)).toMatchObject({
      state: 'applied',
      payload: delivery.storable,
    })
  })

  it('takes an erased person out of an order and applies the rest', () => {
    const { toApply, ...decision } = decide(delivery, readMeaning(delivery), erased)!
    expect(decision).toMatchObject({ state: 'applied', payload: null })
    expect(toApply).toMatchObject({
      record: { fields: { email: null, note: null, shipping_address: null, total_price: '12', tags: ['vip'] } },
    })
  })

  it('says why an order of an erased person could not be read, and keeps nothing of it', () => {
    const { id: _, ...unreadable } = body
    const { state, error, payload } = decide(delivery, readMeaning({ ...delivery, body: unreadable }), erased)!
    expect([state, payload]).toEqual(['ignored', null])
    expect(error).toMatch(/id.*; not kept, for the person has been erased/)
  })

  it.each([
    ['refunds/create', { id: 3, order_id: 1, note: 'Ada called' }],
    ['order_transactions/create', { id: 3, order_id: 1, receipt: { name: 'Ada' } }],
    ['orders/edited', { order_edit: { id: 3, order_id: 1, staff_note: 'Ada called' } }],
    [
      'customers/merge',
      {
        admin_graphql_api_customer_kept_id: 'gid://shopify/Customer/2',
        admin_graphql_api_customer_deleted_id: 'gid://shopify/Customer/3',
        errors: [{ message: 'Ada' }],
      },
    ],
  ])('lets %s about an erased person wait to be read, with nothing but ids that mean the same', (topic, body) => {
    const signal = { ...delivery, topic, body, storable: JSON.stringify(body) }
    const { state, payload, toApply } = decide(signal, readMeaning(signal), erased)!
    expect([state, toApply]).toEqual(['pending', null])
    expect(payload).not.toContain('Ada')
    expect(readMeaning({ topic, body: JSON.parse(payload!) as typeof body })).toEqual(readMeaning(signal))
  })

  it('does not turn what an order body does not carry into something known to be empty', () => {
    const { email: _email, ...rest } = body
    const { toApply } = decide(delivery, readMeaning({ ...delivery, body: rest }), erased)!
    expect(toApply).toHaveProperty('record.fields')
    expect(toApply).not.toHaveProperty('record.fields.email')
  })

  it('keeps nothing pending about an erased person: its body would have to be kept too', () => {
    const pending = { meaning: 'postponed', reason: 'PostgreSQL 55P03' } as const
    expect(decide(delivery, pending, erased)).toBeNull()
  })

  it('keeps what has to wait for its turn, but applies at once what is about an erased person', () => {
    const queued = { ...ordinary, queuedFor: 'a burst' }
    const order = readMeaning(delivery)
    const waiting = { state: 'pending', attempts: 0, error: 'a burst', payload: delivery.storable, toApply: null }
    expect(decide(delivery, order, queued)).toEqual(waiting)
    expect(decide(delivery, order, { ...queued, isErased: true })).toMatchObject({ state: 'applied', payload: null })
  })

  it('names the reason of a body that cannot be read by its field alone', () => {
    const unreadable = readMeaning({ ...delivery, body: { ...body, updated_at: 'ada@example.com' } })
    expect(decide(delivery, unreadable, ordinary)).toMatchObject({
      state: 'pending',
      error: 'UnreadableRecord: updated_at is not a time',
    })
  })
})
