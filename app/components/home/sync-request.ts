/** What a merchant asks for by Sync now, and how the page follows it to its end. */
import type { HomePage, ResourceFigures } from '~/presenters/home/home-page'
import { isPulledName, type PulledName, type ResourceName } from '~/resources/resource'

export type SyncTarget = PulledName | 'all'

export type SyncAnswer =
  | { outcome: 'queued'; jobs: number }
  /** What was asked for cannot be read; no button of the page sends such a thing. */
  | { outcome: 'unreadable' }

/** A request and how its resources stood when it was made, so that its run can be told from the one before. */
export interface FollowedSync {
  resources: readonly ResourceName[]
  before: ReadonlyMap<ResourceName, ResourceFigures['newestRun']>
}

export function follow(target: SyncTarget, page: Pick<HomePage, 'resources'>): FollowedSync {
  const concerned = page.resources.filter(({ resource }) =>
    target === 'all' ? isPulledName(resource) : resource === target,
  )
  return {
    resources: concerned.map(({ resource }) => resource),
    before: new Map(concerned.map(({ resource, newestRun }) => [resource, newestRun])),
  }
}

export type SyncProgress =
  | { state: 'queued' }
  | { state: 'going' }
  | { state: 'ended'; results: { label: string; run: NonNullable<ResourceFigures['lastRun']> }[] }

/** A resource is done when the run that was going has ended, or another one has come and ended. */
export function progressOfSync({ resources, before }: FollowedSync, page: Pick<HomePage, 'resources'>): SyncProgress {
  const concerned = page.resources.filter(({ resource }) => resources.includes(resource))
  if (concerned.some(({ newestRun }) => newestRun?.isGoing)) return { state: 'going' }
  const results = concerned.flatMap(({ resource, label, newestRun, lastRun }) => {
    const known = before.get(resource)
    const isDone = newestRun !== null && (newestRun.id !== known?.id || known.isGoing)
    return isDone && lastRun !== null ? [{ label, run: lastRun }] : []
  })
  if (results.length === concerned.length) return { state: 'ended', results }
  return { state: results.length === 0 ? 'queued' : 'going' }
}
