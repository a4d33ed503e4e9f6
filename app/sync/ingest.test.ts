import { describe, expect, it } from 'vitest'
import { resources } from '../resources/registry'
import { compareInstants, ingest, normalizeNodes } from './ingest'
import type { CopyPort, MergeTarget, ObservedRecord } from './ports'

const target: MergeTarget = { shopId: '1', resource: resources.customers, channel: 'webhook', runId: null }

function observed(id: string, sourceUpdatedAt: string, observedAt: string): ObservedRecord {
  return { record: { id, sourceUpdatedAt, fields: {}, children: {} }, observedAt, deliveryId: null }
}

/** A copy that takes everything and remembers what it was given. */
function listeningCopy(): CopyPort & { calls: unknown[][] } {
  const calls: unknown[][] = []
  return {
    calls,
    async merge(_, shops) {
      calls.push(['merge', ...shops.flatMap(({ records }) => records)])
      return shops.map(({ records }) => ({ written: records.map(({ record }) => record.id), unchanged: [], stale: [] }))
    },
    async tombstone(_, deletions) {
      calls.push(['tombstone', ...deletions])
      return deletions.map(({ id }) => id)
    },
    async setAside(_, records) {
      calls.push(['setAside', ...records])
    },
  }
}

describe('a batch', () => {
  it('gives the merge only the newest of each record, by when it was updated and then by when it was shown', async () => {
    const copy = listeningCopy()
    const old = observed('1', '2026-11-22T10:00:00Z', '2026-11-22T10:00:05Z')
    const newer = observed('1', '2026-11-22T10:00:01Z', '2026-11-22T10:00:01Z')
    const shownLater = observed('1', '2026-11-22T05:00:01-05:00', '2026-11-22T10:00:01.000001Z')
    await ingest(copy, { target, records: [old, shownLater, newer] })
    expect(copy.calls).toEqual([['merge', shownLater]])
  })

  it('of nothing asks nothing of the database', async () => {
    const copy = listeningCopy()
    expect(await ingest(copy, { target, records: [] })).toEqual({
      written: [],
      unchanged: [],
      stale: [],
      deleted: [],
      setAside: [],
    })
    expect(copy.calls).toEqual([])
  })

  it('is merged before its deletions, so that a record which came and went is gone', async () => {
    const copy = listeningCopy()
    const record = observed('1', '2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z')
    const deletion = { id: '1', observedAt: '2026-11-22T10:00:01Z', deliveryId: null, via: 'customers/delete' }
    await ingest(copy, { target, records: [record], deletions: [deletion] })
    expect(copy.calls.map(([verb]) => verb)).toEqual(['merge', 'tombstone'])
  })
})

it('instants are compared to the microsecond and across offsets', () => {
  expect(compareInstants('2026-11-22T10:00:00.000002Z', '2026-11-22T10:00:00.000001Z')).toBeGreaterThan(0)
  expect(compareInstants('2026-11-22T10:00:00.1Z', '2026-11-22T10:00:00.100001Z')).toBeLessThan(0)
  expect(compareInstants('2026-11-22T05:00:00-05:00', '2026-11-22T10:00:00.000Z')).toBe(0)
})

it('a node that cannot be read is set aside with its id and reason, and the rest goes on', () => {
  const good = { id: 'gid://shopify/Customer/1', createdAt: '2026-01-05T08:00:00Z', updatedAt: '2026-11-22T10:00:00Z' }
  const bad = { id: 'gid://shopify/Customer/2', createdAt: '2026-01-05T08:00:00Z', updatedAt: 'yesterday' }
  const { records, unreadable } = normalizeNodes(
    { ...target, resource: resources.customers },
    [bad, good],
    '2026-11-22T10:00:01Z',
  )
  expect(records.map(({ record }) => record.id)).toEqual(['1'])
  expect(unreadable).toEqual([{ id: '2', reason: 'Customer.updatedAt is not a time', deliveryId: null }])
})
