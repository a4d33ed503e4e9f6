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
