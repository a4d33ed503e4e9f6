/** Facts of a home page for tests, valid by default: a shop whose copy is complete and fresh. */
import type { HomeFacts, ResourceFacts, RunFacts } from './facts'

/** 12:00 in Berlin, on a day without a change of clocks. */
export const noon = new Date('2026-11-22T11:00:00Z')

export const minutesBefore = (minutes: number, now = noon) => new Date(now.getTime() - minutes * 60_000)

let runs = 0

export function runFacts(given: Partial<RunFacts> = {}): RunFacts {
  runs += 1
  return {
    id: String(runs),
    resource: 'products',
    mode: 'incremental',
    trigger: 'schedule',
    state: 'succeeded',
    expected: 5,
    processed: 5,
    written: 2,
    skipped: 0,
    durationMs: 1_200,
    error: null,
    startedAt: minutesBefore(10),
    created: null,
    ...given,
  }
}

export const goingRun = (given: Partial<RunFacts> = {}) =>
  runFacts({
    state: 'running',
    mode: 'backfill',
    trigger: 'install',
    expected: 200,
    processed: 86,
    durationMs: null,
    ...given,
  })

/** Of what was created in March, in Berlin. */
export const rangeRun = (given: Partial<RunFacts> = {}) =>
  runFacts({
    mode: 'backfill',
    trigger: 'manual',
    created: { from: new Date('2026-02-28T23:00:00Z'), to: new Date('2026-03-31T22:00:00Z') },
    ...given,
  })

export const failedRun = (given: Partial<RunFacts> = {}) =>
  runFacts({ state: 'failed', error: 'Shopify did not answer', ...given })

export function resourceFacts(given: Partial<ResourceFacts> = {}): ResourceFacts {
  const run = runFacts({ resource: given.resource ?? 'products' })
  return {
    resource: 'products',
    completeness: 'A',
    records: 1_234,
    children: null,
    watermark: minutesBefore(10),
    backfilledAt: minutesBefore(600),
    consecutiveFailures: 0,
    newestRun: given.newestEndedRun ?? run,
    newestEndedRun: run,
    newestRange: null,
    setAside: null,
    proof: null,
    ...given,
  }
}

/** A resource that nothing has been read of. */
export const unreadFacts = (given: Partial<ResourceFacts> = {}) =>
  resourceFacts({ records: 0, watermark: null, backfilledAt: null, newestRun: null, newestEndedRun: null, ...given })

/** Carts, which no run reads. */
export const cartFacts = (given: Partial<ResourceFacts> = {}) =>
  unreadFacts({ resource: 'carts', completeness: 'C', records: 56, ...given })

export function homeFacts(given: Partial<HomeFacts> = {}): HomeFacts {
  return {
    resources: [
      resourceFacts({ resource: 'products', children: 2_001 }),
      resourceFacts({ resource: 'customers' }),
      resourceFacts({ resource: 'orders', children: 1 }),
      resourceFacts({ resource: 'checkouts', completeness: 'B' }),
      cartFacts(),
    ],
    runs: [],
    changes: [],
    deliveries: { newestApplied: null, unapplied: [] },
    findings: [],
    ...given,
  }
}
