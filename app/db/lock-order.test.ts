/** Two who write the same rows lock them in the same order: else each would wait for the other. */
import type { QueryConfig } from 'pg'
import { describe, expect, it } from 'vitest'
import type { Channel, MirroredResource, Row } from '../resources/resource'
import { resources } from '../resources/registry'
import { applyChanges, type Change } from '../webhooks/changes'
import { copyPort } from './copy.server'
import type { Statements } from './statements'

/** What tables are written, and by which columns, in the order of the statements. None is answered before the others are asked. */
async function writesOf(channel: Channel, records: [MirroredResource, string, Row][]): Promise<string[]> {
  const writes: string[] = []
  const statements = {
    pipeline: true,
    query: async (statement: string | QueryConfig) => {
      const text = typeof statement === 'string' ? statement : statement.text
      const [, table, columns] = /insert into (\w+) as copy \(([^)]*)\)/.exec(text) ?? []
      if (table !== undefined)
        writes.push(`${table} ${columns?.includes('fulfillment_status') ? 'with' : 'without'} it`)
      await new Promise((resolve) => setImmediate(resolve))
      return { rows: [], rowCount: 0 }
    },
  } as unknown as Statements
  const changes = records.map(([resource, id, fields]): Change => {
    const record = { id, sourceUpdatedAt: '2026-01-01T00:00:00Z', fields, children: {} }
    const upsert = { record, observedAt: '2026-01-01T00:00:00Z', deliveryId: id }
    return { shopId: '1', resource, channel, upsert, deletion: null }
  })
  await applyChanges(copyPort(statements), changes)
  return writes
}

const { orders, products } = resources

describe.each(['webhook', 'pull'] as const)('what comes by %s', (channel) => {
  it('is written in the same order, in whichever it came', async () => {
    const records: [MirroredResource, string, Row][] = [
      [products, '1', { title: 'Tea' }],
      [orders, '2', { name: '#2', customer_id: '9' }],
      [orders, '3', { name: '#3', customer_id: '9', fulfillment_status: 'FULFILLED' }],
    ]
    const writes = ['orders with it', 'orders without it', 'products without it']
    expect(await writesOf(channel, records)).toEqual(writes)
    expect(await writesOf(channel, records.toReversed())).toEqual(writes)
  })
})
