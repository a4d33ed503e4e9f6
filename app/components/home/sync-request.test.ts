import { describe, expect, it } from 'vitest'
import {
  failedRun,
  goingRun,
  homeFacts,
  minutesBefore,
  noon,
  resourceFacts,
  runFacts,
} from '~/presenters/home/example-facts'
import { describeHome } from '~/presenters/home/describe-home'
import type { RunFacts } from '~/presenters/home/facts'
import type { ResourceName } from '~/resources/resource'
import { syncMessage } from './sync-message'
import { follow, progressOfSync } from './sync-request'
import { syncRequestSchema } from './sync-request-schema'

const shop = {
  timezone: null,
  installedAt: minutesBefore(600),
  uninstalledAt: null,
  pausedSince: null,
  pauseReason: null,
}

/** A page on which some resources' newest runs are as given. */
function pageWith(newest: Partial<Record<ResourceName, RunFacts>> = {}, before = runFacts({ id: '1' })) {
  const resources = homeFacts().resources.map(({ resource }) => {
    const newestRun = newest[resource] ?? before
    return resourceFacts({ resource, newestRun, newestEndedRun: newestRun.state === 'running' ? before : newestRun })
  })
  return describeHome(shop, homeFacts({ resources }), { now: noon, locale: 'en', lateAfterMs: () => Infinity })
}

describe('a sync that somebody asked for', () => {
  const asked = follow('orders', pageWith())
  const messageOn = (page: ReturnType<typeof pageWith>, jobs = 1) =>
    syncMessage({ outcome: 'queued', jobs }, progressOfSync(asked, page))

  it('is queued until a run comes: the one before does not count', () => {
    expect(messageOn(pageWith())?.text).toBe('Queued. It begins in a moment.')
    expect(messageOn(pageWith(), 0)?.text).toBe('It is queued already. It begins in a moment.')
  })

  it('is going while its run is', () => {
    expect(messageOn(pageWith({ orders: goingRun({ id: '2' }) }))?.text).toContain('Syncing.')
  })

  it('tells its result when the run has ended', () => {
    expect(messageOn(pageWith({ orders: runFacts({ id: '2', processed: 3, written: 1 }) }))).toEqual({
      text: 'Finished. Orders: 3 read, 1 written.',
      isFailure: false,
    })
  })

  it('tells why it failed', () => {
    expect(messageOn(pageWith({ orders: failedRun({ id: '2' }) }))).toEqual({
      text: 'Orders failed: Shopify did not answer.',
      isFailure: true,
    })
  })

  it('does not care about other resources', () => {
    expect(messageOn(pageWith({ products: goingRun({ id: '2' }) }))?.text).toContain('Queued.')
  })

  it('takes a run that was going already to its end', () => {
    const during = follow('orders', pageWith({ orders: goingRun({ id: '2' }) }))
    expect(progressOfSync(during, pageWith({ orders: runFacts({ id: '2' }) })).state).toBe('ended')
  })
})

it('of all resources ends with the last of those that a run reads', () => {
  const page = (newest: Parameters<typeof pageWith>[0]) => {
    const { resources } = pageWith(newest)
    return { resources: resources.map((each) => (each.resource === 'carts' ? { ...each, newestRun: null } : each)) }
  }
  const asked = follow('all', page({}))
  expect(asked.resources).toEqual(['products', 'customers', 'orders', 'checkouts'])
  const two = { products: runFacts({ id: '2' }), customers: runFacts({ id: '3' }) }
  expect(progressOfSync(asked, page(two)).state).toBe('going')
  const all = { ...two, orders: runFacts({ id: '4' }), checkouts: runFacts({ id: '5' }) }
  expect(progressOfSync(asked, page(all)).state).toBe('ended')
})

it('says nothing before anybody has asked', () => {
  expect(syncMessage(undefined, null)).toBeNull()
})

describe('the form', () => {
  it('is read as what it means', () => {
    expect(syncRequestSchema.parse({ resource: 'all', force: 'true' })).toEqual({ resource: 'all', force: true })
  })

  it.each([{}, { resource: 'carts', force: 'true' }, { resource: 'all', force: 'yes' }])('%o is refused', (fields) => {
    expect(syncRequestSchema.safeParse(fields).success).toBe(false)
    expect(syncMessage({ outcome: 'unreadable' }, null)).toMatchObject({ isFailure: true })
  })
})
