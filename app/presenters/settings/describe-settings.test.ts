import { describe, expect, it } from 'vitest'
import { createFormat } from '../home/format'
import { describeKey, describeSubscriptions } from './describe-settings'

const appUrl = 'https://app.example.com'
const noon = new Date('2026-11-26T12:00:00Z')
const extra = { mode: 'declared', extraTopics: ['themes/update'], appUrl } as const
const read = (...subscriptions: { id: string; topic: string; uri: string }[]) =>
  ({ outcome: 'read', subscriptions }) as const
const ours = { id: '1', topic: 'themes/update', uri: `${appUrl}/webhooks/other` }

it('a key is told by its name and its beginning', () => {
  const format = createFormat('en-GB', 'Europe/Berlin', noon)
  const key = { id: '7', name: 'ETL', prefix: 'lk_Ab3xYz', createdAt: noon, lastUsedAt: null }
  expect(describeKey(key, format)).toMatchObject({
    beginning: 'lk_Ab3xYz…',
    createdAt: { text: '13:00' },
    lastUsedAt: null,
  })
})

describe('subscriptions', () => {
  it('of an app that the CLI deploys need nothing: no button, nothing wrong', () => {
    expect(describeSubscriptions(read(), { ...extra, extraTopics: [] })).toMatchObject({
      explanation: expect.stringContaining('There is nothing to set up'),
      ...{ standing: null, lines: [], canRegister: false, canRemove: false, failure: null },
    })
  })

  it('that are missing are named, and can be registered', () => {
    expect(describeSubscriptions(read(), extra)).toMatchObject({
      standing: { text: expect.stringMatching(/^Missing: themes\/update\./), isFailure: true },
      ...{ canRegister: true, canRemove: false },
    })
  })

  it('that are as they should be can only be removed', () => {
    expect(describeSubscriptions(read(ours), extra)).toMatchObject({
      standing: { isFailure: false },
      ...{ canRegister: false, canRemove: true },
    })
  })

  it('that lead to an earlier address can be registered anew', () => {
    const old = { ...ours, uri: 'https://old.example.com/webhooks/other' }
    expect(describeSubscriptions(read(old), extra)).toMatchObject({
      standing: { text: expect.stringContaining('another address'), isFailure: true },
      canRegister: true,
    })
  })

  it('that double what the app declares are something to put right', () => {
    const double = { id: '2', topic: 'orders/create', uri: `${appUrl}/webhooks/orders` }
    expect(describeSubscriptions(read(ours, double), extra)).toMatchObject({
      standing: { text: expect.stringContaining('twice'), isFailure: true },
      canRegister: true,
    })
  })

  it('of others are shown, and are nothing that could be removed', () => {
    const foreign = { id: '3', topic: 'orders/create', uri: 'pubsub://project:topic' }
    expect(describeSubscriptions(read(foreign), { ...extra, extraTopics: [] })).toMatchObject({
      lines: [{ ...foreign, isManaged: false }],
      canRemove: false,
    })
  })

  it('that cannot be read say so', () => {
    const reason = 'Shopify does not answer at the moment. Try again in a minute.'
    expect(describeSubscriptions({ outcome: 'unreadable', reason }, extra)).toMatchObject({
      ...{ failure: reason, lines: [], canRegister: false },
    })
  })
})
