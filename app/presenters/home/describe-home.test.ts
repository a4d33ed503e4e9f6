import { describe, expect, it } from 'vitest'
import {
  failedRun,
  goingRun,
  homeFacts,
  minutesBefore,
  noon,
  rangeRun,
  resourceFacts,
  runFacts,
  unreadFacts,
} from './example-facts'
import { describeHome } from './describe-home'
import type { HomeFacts } from './facts'

const installed: Parameters<typeof describeHome>[0] = {
  timezone: 'Europe/Berlin',
  installedAt: minutesBefore(600),
  uninstalledAt: null,
  pausedSince: null,
  pauseReason: null,
}
const lateAfterMs = () => 40 * 60_000

function describeFacts(given: Partial<HomeFacts> = {}, shop = installed) {
  const page = describeHome(shop, homeFacts(given), { now: noon, locale: 'en-GB', lateAfterMs })
  const [products, customers, orders] = page.resources
  if (!products || !customers || !orders) throw new Error('a resource is missing')
  return { ...page, products, customers, orders }
}

describe('a complete copy', () => {
  it('is up to date as of its oldest watermark', () => {
    const old = resourceFacts({ resource: 'orders', watermark: minutesBefore(25) })
    const { overall } = describeFacts({
      resources: [resourceFacts(), resourceFacts({ resource: 'customers' }), old],
    })
    expect(overall).toMatchObject({ state: 'current', title: 'Up to date' })
    expect(overall.reasons[0]).toContain('before 11:35 is in the copy')
  })

  it('names the newest change that Shopify announced', () => {
    const newestApplied = { topic: 'products/update', appliedAt: new Date('2026-11-22T10:59:58Z') }
    const { overall } = describeFacts({ deliveries: { newestApplied, unapplied: [] } })
    expect(overall.reasons.at(-1)).toContain('products/update, in the copy since 11:59:58')
  })

  it('shows counts, freshness and the last run of each resource', () => {
    const { products, customers, orders } = describeFacts()
    expect(products).toMatchObject({ records: '1,234', children: '2,001 variants', stateLabel: 'Up to date' })
    expect(products.dataAsOf?.text).toBe('11:50')
    expect(products.lastRun).toMatchObject({ records: '5 read, 2 written', duration: '1.2 secs' })
    expect(customers.children).toBeNull()
    expect(orders.children).toBe('1 line item')
  })

  it('tells what the newest comparison with everything in Shopify found', () => {
    const proof = { asOf: minutesBefore(90), compared: 182_344, differences: 0 }
    expect(describeFacts().products.proof).toBeNull()
    expect(
      describeFacts({ resources: [resourceFacts({ proof }), ...homeFacts().resources.slice(1)] }).products.proof,
    ).toBe('182,344 compared with Shopify at 10:30: no difference.')
    const found = resourceFacts({ proof: { ...proof, differences: 3 } })
    expect(describeFacts({ resources: [found, ...homeFacts().resources.slice(1)] }).products.proof).toBe(
      '182,344 compared with Shopify at 10:30: 3 differences, repaired.',
    )
  })

  it('stays up to date while a run looks for changes', () => {
    const syncing = resourceFacts({ newestRun: goingRun({ mode: 'incremental', trigger: 'manual' }) })
    const { overall, products } = describeFacts({ resources: [syncing, ...homeFacts().resources.slice(1)] })
    expect(overall.state).toBe('current')
    expect(products).toMatchObject({ state: 'syncing', progress: { percent: 43, text: '86 of 200 read' } })
  })
})

describe('how far a copy can be proved', () => {
  it('is said of each resource in words, with what it means', () => {
    const grades = describeFacts().resources.map(({ resource, completeness }) => [resource, completeness])
    expect(Object.fromEntries(grades)).toMatchObject({
      products: { grade: 'A', label: 'Complete' },
      customers: { grade: 'A' },
      orders: { grade: 'A' },
      checkouts: { grade: 'B', label: 'Partly checked' },
      carts: { grade: 'C', label: 'Live only', meaning: 'Shopify has no list of carts to compare with.' },
    })
  })

  it('carts, which no run reads, are live, never late, and hold nothing up', () => {
    const { overall, resources } = describeFacts()
    expect(resources.find(({ resource }) => resource === 'carts')).toMatchObject({
      state: 'live',
      stateLabel: 'Live only',
      records: '56',
      dataAsOf: null,
    })
    expect(overall.state).toBe('current')
    expect(overall.title + overall.reasons.join()).not.toMatch(/carts/i)
  })
})

describe('the first copy', () => {
  const unread = [unreadFacts(), unreadFacts({ resource: 'customers' }), unreadFacts({ resource: 'orders' })]

  it('is about to begin right after the install', () => {
    const { overall, products } = describeFacts({ resources: unread }, { ...installed, installedAt: minutesBefore(1) })
    expect(overall).toMatchObject({ state: 'starting', title: 'The first copy is about to begin' })
    expect(products).toMatchObject({ state: 'waiting', records: '0', dataAsOf: null, lastRun: null })
  })

  it('is missed when it has not begun in time', () => {
    const { overall } = describeFacts({ resources: unread }, { ...installed, installedAt: minutesBefore(3) })
    expect(overall).toMatchObject({ state: 'behind', title: 'The first copy has not begun' })
    expect(overall.toDo).toContain('Sync now')
  })

  it('shows how far it is over all records, done ones included', () => {
    const { overall, customers, orders } = describeFacts({
      resources: [
        resourceFacts({ records: 100 }),
        unreadFacts({ resource: 'customers', newestRun: goingRun({ expected: 300, processed: 60 }) }),
        unreadFacts({ resource: 'orders', newestRun: goingRun({ expected: 600, processed: 140 }) }),
      ],
    })
    expect(overall).toMatchObject({ state: 'copying', title: 'First copy under way: 30%', percent: 30 })
    expect(overall.reasons[0]).toContain('Products: complete. Customers and orders: still being copied.')
    expect(customers).toMatchObject({ state: 'copying', progress: { percent: 20 }, dataAsOf: null })
    expect(orders.progress?.text).toBe('140 of 600 read')
  })

  it('claims no percentage before Shopify has said how much there is', () => {
    const begun = unreadFacts({ newestRun: goingRun({ expected: null, processed: 0 }) })
    const { overall, products } = describeFacts({ resources: [begun, ...unread.slice(1)] })
    expect(overall).toMatchObject({ title: 'First copy under way', percent: null })
    expect(products.progress).toEqual({ percent: null, text: '0 read' })
  })

  it('is never at 100 % while it is going', () => {
    const nearly = unreadFacts({ newestRun: goingRun({ expected: 10, processed: 12 }) })
    const { overall, products } = describeFacts({ resources: [nearly, ...homeFacts().resources.slice(1)] })
    expect(products.progress?.percent).toBe(99)
    expect(overall.percent).toBe(99)
  })
})

describe('trouble', () => {
  it('is said with the run, its reason and what to do', () => {
    const run = failedRun({ id: '77', resource: 'customers', startedAt: minutesBefore(5) })
    const failed = resourceFacts({ resource: 'customers', newestRun: run, newestEndedRun: run, consecutiveFailures: 3 })
    const { overall, customers } = describeFacts({
      resources: [resourceFacts(), failed, resourceFacts({ resource: 'orders' })],
    })
    expect(overall).toMatchObject({
      state: 'behind',
      title: '1 of 3 resources is behind: customers',
      reasons: ['Customers: run 77 at 11:55 failed. Shopify did not answer.'],
    })
    expect(customers).toMatchObject({ state: 'failed', stateLabel: 'Failed' })
    expect(customers.failure?.text).toBe('Shopify did not answer. 3 runs in a row have failed.')
    expect(customers.failure?.toDo).toContain('to try at once, use Sync now')
    expect(overall.toDo).toContain('What was copied before is kept.')
  })

  it('of a range of dates leaves nothing behind, and what goes on is seen', () => {
    const [, ...others] = homeFacts().resources
    const failed = resourceFacts({ newestRange: rangeRun({ state: 'failed', error: 'Shopify did not answer' }) })
    expect(describeFacts({ resources: [failed, ...others] })).toMatchObject({
      overall: { state: 'current' },
      products: { state: 'current', failure: null, newestRange: { outcome: 'failed' } },
    })
    const going = resourceFacts({ newestRange: rangeRun({ state: 'running', expected: 8, processed: 2 }) })
    expect(describeFacts({ resources: [going, ...others] }).products).toMatchObject({
      state: 'syncing',
      progress: { percent: 25, text: '2 of 8 read' },
    })
  })

  it('is not forgotten while another run tries', () => {
    const failed = resourceFacts({ newestRun: goingRun(), newestEndedRun: failedRun(), consecutiveFailures: 1 })
    const { overall, products } = describeFacts({ resources: [failed, ...homeFacts().resources.slice(1)] })
    expect(overall.state).toBe('behind')
    expect(products.state).toBe('syncing')
    expect(products.failure?.toDo).toContain('trying again now')
  })

  it('is seen when runs stop coming: old data never passes for fresh', () => {
    const old = resourceFacts({ watermark: minutesBefore(41) })
    const { overall, products } = describeFacts({ resources: [old, ...homeFacts().resources.slice(1)] })
    expect(overall.title).toBe('1 of 4 resources is behind: products')
    expect(overall.reasons[0]).toContain('Changes since 11:19 may be missing.')
    expect(products).toMatchObject({ state: 'late', stateLabel: 'Behind' })
  })

  it('is seen when announced changes wait or are given up on', () => {
    const pending = {
      topic: 'orders/updated',
      state: 'pending',
      count: 2,
      newestReceivedAt: minutesBefore(2),
      error: 'Shopify did not answer',
    } as const
    const waiting = describeFacts({ deliveries: { newestApplied: null, unapplied: [pending] } }).overall
    expect(waiting).toMatchObject({ state: 'waiting', title: '2 changes from Shopify wait to be applied' })
    expect(waiting.reasons[0]).toContain('2 × orders/updated, the newest received at 11:58:00: Shopify did not answer.')
    const dead = { ...pending, state: 'dead', count: 1 } as const
    const lost = describeFacts({ deliveries: { newestApplied: null, unapplied: [dead] } }).overall
    expect(lost.title).toBe('1 change from Shopify could not be applied')
  })

  it('is seen when records were set aside', () => {
    const incomplete = resourceFacts({ setAside: { count: 2, reason: 'createdAt is missing' } })
    const { overall, products } = describeFacts({ resources: [incomplete, ...homeFacts().resources.slice(1)] })
    expect(overall).toMatchObject({ state: 'incomplete', title: 'Up to date, except for 2 records' })
    expect(products.setAside).toBe('2 records could not be stored: createdAt is missing. Each run tries again.')
  })

  it('comes second to a shop that has uninstalled the app', () => {
    const { overall } = describeFacts({}, { ...installed, uninstalledAt: minutesBefore(30) })
    expect(overall).toMatchObject({ state: 'paused' })
    expect(overall.reasons[0]).toContain('Since 11:30')
  })
})

describe('the lists', () => {
  it('tell of each run what it did', () => {
    const { runs } = describeFacts({
      runs: [
        goingRun({ expected: null, processed: 7 }),
        runFacts({ processed: 0, written: 0, trigger: 'manual' }),
        runFacts({ processed: 9, written: 8, skipped: 1 }),
        failedRun({ error: null, processed: 0 }),
      ],
    })
    expect(runs.map(({ outcomeLabel, records }) => [outcomeLabel, records])).toEqual([
      ['Running', '7 read'],
      ['Succeeded', 'Nothing new'],
      ['Succeeded', '9 read, 8 written, 1 set aside'],
      ['Failed', 'Nothing read'],
    ])
    expect(runs.map(({ error }) => error)).toEqual([null, null, null, 'The reason was not recorded.'])
    expect(runs[1]).toMatchObject({ mode: 'changes', trigger: 'Sync now' })
  })

  it('tell of a run that read a range of dates which dates they were, in the shop', () => {
    const oneDay = { from: new Date('2025-12-30T23:00:00Z'), to: new Date('2025-12-31T23:00:00Z') }
    const { runs } = describeFacts({ runs: [rangeRun(), rangeRun({ created: oneDay, processed: 0 })] })
    expect(runs).toMatchObject([
      { mode: 'created 1 Mar to 31 Mar', created: { from: '2026-03-01', to: '2026-03-31' } },
      { mode: 'created 31 Dec 2025', created: { from: '2025-12-31', to: '2025-12-31' }, records: 'Nothing found' },
    ])
  })

  it('name a record where its name is nobody’s, and where it came from', () => {
    const change = { syncedAt: minutesBefore(1), deletedAt: null, runId: null, topic: null }
    const { changes } = describeFacts({
      changes: [
        { ...change, resource: 'products', id: '1', name: 'Blue cup', channel: 'webhook', topic: 'products/update' },
        { ...change, resource: 'customers', id: '2', name: null, channel: 'pull', runId: '12' },
        { ...change, resource: 'orders', id: '3', name: '#1003', channel: 'webhook', deletedAt: noon },
      ],
    })
    expect(changes.map(({ name, source, isDeleted }) => [name, source, isDeleted])).toEqual([
      ['Blue cup', 'Live, products/update', false],
      ['Customer 2', 'Run 12', false],
      ['#1003', 'Live', true],
    ])
  })
})
