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
} from '~/presenters/home/example-facts'
import { describeHome } from '~/presenters/home/describe-home'
import type { RunFacts } from '~/presenters/home/facts'
import type { ResourceName } from '~/resources/resource'
import { syncMessage } from './sync-message'
import { type Extent, follow, progressOfSync, type SyncTarget } from './sync-request'
import { readSyncRequest } from './sync-request-schema'

const shop = {
  timezone: null,
  installedAt: minutesBefore(600),
  uninstalledAt: null,
  pausedSince: null,
  pauseReason: null,
}

const march = { from: '2026-03-01', to: '2026-03-31' }

const wish = (resource: SyncTarget, extent: Extent = 'changes', days = march) => ({ resource, extent, days })

/** A page on which some resources' newest runs are as given. */
function pageWith(newest: Partial<Record<ResourceName, RunFacts>> = {}, before = runFacts({ id: '1' })) {
  const resources = homeFacts().resources.map(({ resource }) => {
    const newestRun = newest[resource] ?? before
    return resourceFacts({ resource, newestRun, newestEndedRun: newestRun.state === 'running' ? before : newestRun })
  })
  return describeHome(shop, homeFacts({ resources }), { now: noon, locale: 'en', lateAfterMs: () => Infinity })
}

describe('a sync that somebody asked for', () => {
  const asked = follow(wish('orders'), pageWith())
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
    const during = follow(wish('orders'), pageWith({ orders: goingRun({ id: '2' }) }))
    expect(progressOfSync(during, pageWith({ orders: runFacts({ id: '2' }) })).state).toBe('ended')
  })
})

it('of all resources ends with the last of those that a run reads', () => {
  const page = (newest: Parameters<typeof pageWith>[0]) => {
    const { resources } = pageWith(newest)
    return { resources: resources.map((each) => (each.resource === 'carts' ? { ...each, newestRun: null } : each)) }
  }
  const asked = follow(wish('all'), page({}))
  expect(asked.resources).toEqual(['products', 'customers', 'orders', 'checkouts'])
  const two = { products: runFacts({ id: '2' }), customers: runFacts({ id: '3' }) }
  expect(progressOfSync(asked, page(two)).state).toBe('going')
  const all = { ...two, orders: runFacts({ id: '4' }), checkouts: runFacts({ id: '5' }) }
  expect(progressOfSync(asked, page(all)).state).toBe('ended')
})

it('says nothing before anybody has asked', () => {
  expect(syncMessage(undefined, null)).toBeNull()
})

describe('a range of dates that somebody asked for', () => {
  /** In a shop whose zone is not known, so that days are those of UTC. */
  const created = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z') }
  const other = { from: new Date('2026-02-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z') }
  const pageAfter = (newestRange: RunFacts | null, newestRun = runFacts({ id: '1' })) =>
    describeHome(
      shop,
      homeFacts({
        resources: [resourceFacts({ resource: 'orders', newestRun, newestEndedRun: newestRun, newestRange })],
      }),
      { now: noon, locale: 'en', lateAfterMs: () => Infinity },
    )
  const asked = (before: RunFacts | null = null) => follow(wish('orders', 'created'), pageAfter(before))
  const states = (followed: ReturnType<typeof asked>, ...pages: ReturnType<typeof pageAfter>[]) =>
    pages.map((page) => progressOfSync(followed, page).state)

  it('is followed to the end of its own run, through interruptions, whatever other runs do', () => {
    const followed = asked()
    expect(
      states(
        followed,
        pageAfter(null, runFacts({ id: '2' })),
        pageAfter(rangeRun({ id: '3', created: other })),
        pageAfter(rangeRun({ id: '4', created, state: 'running' })),
        pageAfter(rangeRun({ id: '4', created, state: 'interrupted' })),
        pageAfter(rangeRun({ id: '5', created })),
      ),
    ).toEqual(['queued', 'queued', 'going', 'going', 'ended'])
    const { text } = syncMessage(
      { outcome: 'queued', jobs: 1 },
      progressOfSync(followed, pageAfter(rangeRun({ created, processed: 7, written: 2 }))),
    )!
    expect(text).toBe('Finished. Orders: 7 read, 2 written.')
  })

  it('that was read before waits for its new run, and one that goes on already is taken to its end', () => {
    const known = rangeRun({ id: '4', created })
    expect(states(asked(known), pageAfter(known), pageAfter(rangeRun({ id: '5', created })))).toEqual([
      'queued',
      'ended',
    ])
    expect(states(asked(rangeRun({ id: '4', created, state: 'running' })), pageAfter(known))).toEqual(['ended'])
  })

  it('is not taken for the changes that somebody asked for', () => {
    const followed = follow(wish('orders'), pageAfter(null))
    expect(states(followed, pageAfter(rangeRun({ id: '4', created, state: 'running' })))).toEqual(['queued'])
  })
})

describe('the form', () => {
  /** The 22nd in Berlin, and the 21st in London. */
  const now = new Date('2026-11-21T23:30:00Z')
  const read = (fields: unknown, timezone = 'Europe/Berlin') => readSyncRequest(fields, timezone, now)
  const days = (from?: string, to?: string) => read({ resource: 'orders', extent: 'created', from, to })

  it('is read as what it means', () => {
    expect(read({ resource: 'all', extent: 'everything' })).toEqual({
      ...{ outcome: 'read', resource: 'all', extent: 'everything' },
    })
  })

  it('means days of the shop, the last one included', () => {
    expect(days('2026-03-01', '2026-03-31')).toMatchObject({
      outcome: 'read',
      range: { from: '2026-02-28T23:00:00.000Z', to: '2026-03-31T22:00:00.000Z' },
    })
    expect(days('2026-11-22', '2026-11-22')).toMatchObject({ outcome: 'read' })
  })

  it.each([
    ['no day', undefined, undefined, { from: 'Choose a day.', to: 'Choose a day.' }],
    ['half a range', '2026-03-01', '', { to: 'Choose a day.' }],
    ['a day that there is not', '2026-02-30', '2026-03-01', { from: 'Choose a day.' }],
    ['days in the wrong order', '2026-03-02', '2026-03-01', { to: 'The last day cannot be before the first.' }],
    ['tomorrow', '2026-11-01', '2026-11-23', { to: 'Choose today or a day before it.' }],
    ['a slip of the pen', '0206-03-01', '2026-03-31', { from: 'Choose a day of this century.' }],
  ])('names the field in which there is %s', (_, from, to, errors) => {
    const answer = days(from, to)
    expect(answer).toEqual({ outcome: 'refused', errors })
    expect(syncMessage(answer as { outcome: 'refused'; errors: object }, null)).toMatchObject({ isFailure: true })
  })

  it.each([
    {},
    { resource: 'carts', extent: 'everything' },
    { resource: 'all', extent: 'some' },
    { resource: 'carts', extent: 'created', ...march },
  ])('%o is not understood', (fields) => {
    expect(read(fields)).toEqual({ outcome: 'unreadable' })
    expect(syncMessage({ outcome: 'unreadable' }, null)).toMatchObject({ isFailure: true })
  })
})
