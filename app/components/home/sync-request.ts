/** What a merchant asks for by Sync now, and how the page follows it to its end. */
import type { Days, HomePage, ResourceFigures } from '~/presenters/home/home-page'
import { isPulledName, type PulledName, type ResourceName } from '~/resources/resource'

export type SyncTarget = PulledName | 'all'

/** What to read of it: what changed, everything again, or what was created between two days. */
export type Extent = 'changes' | 'everything' | 'created'

/** The fields of the form. */
export interface SyncWish {
  resource: SyncTarget
  extent: Extent
  /** For `created` alone. */
  days: Days
}

/** By field, what is wrong with it. */
export type DayErrors = Partial<Record<keyof Days, string>>

export type SyncAnswer =
  | { outcome: 'queued'; jobs: number }
  | { outcome: 'refused'; errors: DayErrors }
  /** What was asked for cannot be read; no button of the page sends such a thing. */
  | { outcome: 'unreadable' }

/** A request and how its resources stood when it was made, so that its run can be told from the one before. */
export interface FollowedSync {
  /** Where dates were asked for, only a run of these counts. */
  created: Days | null
  resources: readonly ResourceName[]
  before: ReadonlyMap<ResourceName, ResourceFigures['newestRun']>
}

export function follow({ resource: target, extent, days }: SyncWish, page: Pick<HomePage, 'resources'>): FollowedSync {
  const created = extent === 'created' ? days : null
  const concerned = page.resources.filter(({ resource }) =>
    target === 'all' ? isPulledName(resource) : resource === target,
  )
  return {
    created,
    resources: concerned.map(({ resource }) => resource),
    before: new Map(concerned.map((figures) => [figures.resource, runsOf(figures, created).newest])),
  }
}

/** The resource's newest run of the kind that was asked for, and its newest that has ended. */
function runsOf({ newestRun, lastRun, newestRange: run }: ResourceFigures, created: Days | null) {
  if (created === null) return { newest: newestRun, last: lastRun }
  if (run?.created?.from !== created.from || run.created.to !== created.to) return { newest: null, last: null }
  // One that was interrupted goes on by itself.
  const isGoing = run.outcome === 'running' || run.outcome === 'interrupted'
  return { newest: { id: run.id, isGoing }, last: isGoing ? null : run }
}

export type SyncProgress =
  | { state: 'queued' }
  | { state: 'going' }
  | { state: 'ended'; results: { label: string; run: NonNullable<ResourceFigures['lastRun']> }[] }

/** A resource is done when the run that was going has ended, or another one has come and ended. */
export function progressOfSync(
  { resources, before, created }: FollowedSync,
  page: Pick<HomePage, 'resources'>,
): SyncProgress {
  const concerned = page.resources
    .filter(({ resource }) => resources.includes(resource))
    .map((figures) => ({ ...figures, ...runsOf(figures, created) }))
  if (concerned.some(({ newest }) => newest?.isGoing)) return { state: 'going' }
  const results = concerned.flatMap(({ resource, label, newest, last }) => {
    const known = before.get(resource)
    const isDone = newest !== null && (newest.id !== known?.id || known.isGoing)
    return isDone && last !== null ? [{ label, run: last }] : []
  })
  if (results.length === concerned.length) return { state: 'ended', results }
  return { state: results.length === 0 ? 'queued' : 'going' }
}
