import { explain } from '~/monitoring/doctor'
import type { ShopRow } from '~/db/shops.server'
import { dayOf } from '~/shop-day'
import { isPulledName, type ResourceName } from '~/resources/resource'
import { describeChange } from './describe-change'
import { describeResource } from './describe-resource'
import { describeRun } from './describe-run'
import type { HomeFacts } from './facts'
import { createFormat } from './format'
import type { HomePage } from './home-page'
import { describeOverall } from './overall'
import { resourceState } from './resource-state'

export interface Circumstances {
  now: Date
  locale: string
  /** How old a resource's copy can be while its schedule is kept. */
  lateAfterMs: (resource: ResourceName) => number
}

/** Turns facts into what the page says. Pure. */
export function describeHome(
  shop: Pick<ShopRow, 'timezone' | 'installedAt' | 'uninstalledAt' | 'pausedSince' | 'pauseReason'>,
  facts: HomeFacts,
  { now, locale, lateAfterMs }: Circumstances,
): HomePage {
  const format = createFormat(locale, shop.timezone, now)
  const late = facts.resources.map(({ resource }) => lateAfterMs(resource))
  // Of what no run reads, there is no run to wait for.
  const pulled = facts.resources.filter(({ resource }) => isPulledName(resource))
  const states = facts.resources.map((resource, index) => resourceState(resource, now, late[index] ?? Infinity))
  return {
    overall: describeOverall({ shop, facts: { ...facts, resources: pulled }, lateAfterMs, now, format }),
    resources: facts.resources.map((resource, index) => describeResource(resource, states[index] ?? 'waiting', format)),
    findings: facts.findings.map(({ code, detail, since }) => ({
      code,
      ...explain(code, detail.items),
      since: format.moment(since),
    })),
    runs: facts.runs.map((run) => describeRun(run, format)),
    changes: facts.changes.map((change) => describeChange(change, format)),
    timezone: format.timezone,
    today: dayOf(now, format.timezone),
  }
}
