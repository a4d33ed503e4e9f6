/** The one sentence at the top of the home page, with its reasons. Pure: what is known goes in, words come out. */
import type { ShopRow } from '~/db/shops.server'
import type { ResourceName } from '~/resources/resource'
import type { HomeFacts, ResourceFacts, UnappliedDeliveries } from './facts'
import type { Format } from './format'
import type { Overall } from './home-page'
import { hasFailed, isLate, progressOf } from './resource-state'
import { labelOf, listed, sentence, words } from './wording'

/** An installed shop's first run begins within seconds; after this long something is wrong. */
const BEGIN_WITHIN_MS = 2 * 60_000

export interface Situation {
  shop: Pick<ShopRow, 'installedAt' | 'uninstalledAt' | 'pausedSince' | 'pauseReason'>
  /** Its resources are those that runs read. */
  facts: HomeFacts
  lateAfterMs: (resource: ResourceName) => number
  now: Date
  format: Format
}

export function describeOverall(situation: Situation): Overall {
  return (
    paused(situation) ??
    notBegun(situation) ??
    behind(situation) ??
    copying(situation) ??
    unapplied(situation) ??
    incomplete(situation) ??
    current(situation)
  )
}

/** What Shopify does not allow, and what the merchant can do about it. */
const pauses = {
  'needs-reauthorisation': {
    title: 'Paused: Shopify no longer accepts the access that Lockstep was given',
    toDo: 'Open Lockstep anew from the Shopify admin. What was missed meanwhile is read then.',
  },
  frozen: {
    title: 'Paused: Shopify has frozen this shop',
    toDo: "Settle the shop's plan with Shopify. Lockstep asks once a day, and reads then what it missed; to try at once, use Sync now.",
  },
  locked: {
    title: 'Paused: Shopify has locked this shop',
    toDo: 'Ask Shopify why. Lockstep asks once a day, and reads then what it missed; to try at once, use Sync now.',
  },
} as const

function paused({ shop, format }: Situation): Overall | null {
  if (shop.uninstalledAt === null && shop.pausedSince !== null) {
    const { title, toDo } = pauses[shop.pauseReason ?? 'needs-reauthorisation']
    const since = format.moment(shop.pausedSince).text
    const reasons = [`Since ${since} nothing is read from Shopify. Changes that it announces are added all the same.`]
    return overall('paused', title, { reasons, toDo })
  }
  if (shop.uninstalledAt === null) return null
  return overall('paused', 'Paused: Lockstep was uninstalled from this shop', {
    reasons: [`Since ${format.moment(shop.uninstalledAt).text} nothing is read from Shopify.`],
    toDo: 'Install Lockstep again to go on from where it stopped.',
  })
}

function notBegun({ shop, facts, now, format }: Situation): Overall | null {
  if (facts.resources.some(({ newestRun, watermark }) => newestRun !== null || watermark !== null)) return null
  const names = listed(facts.resources.map(nameOf))
  const waitedMs = shop.installedAt === null ? 0 : now.getTime() - shop.installedAt.getTime()
  if (shop.installedAt === null || waitedMs < BEGIN_WITHIN_MS) {
    return overall('starting', 'The first copy is about to begin', {
      reasons: [`Lockstep reads ${names} from Shopify. You can close this page; the work goes on.`],
    })
  }
  return overall('behind', 'The first copy has not begun', {
    reasons: [`Lockstep was installed at ${format.moment(shop.installedAt).text} and nothing has been read since.`],
    toDo: 'Use Sync now. If nothing happens within a minute, Lockstep is not working as it should: contact support.',
  })
}

function behind({ facts, now, lateAfterMs, format }: Situation): Overall | null {
  const reasons = facts.resources.flatMap((resource) => {
    const reason = whyBehind(resource, now, lateAfterMs(resource.resource), format)
    return reason === null ? [] : [{ resource, reason }]
  })
  if (reasons.length === 0) return null
  const names = reasons.map(({ resource }) => nameOf(resource)).join(', ')
  const verb = reasons.length === 1 ? 'is' : 'are'
  return overall('behind', `${reasons.length} of ${facts.resources.length} resources ${verb} behind: ${names}`, {
    reasons: reasons.map(({ reason }) => reason),
    toDo: 'What was copied before is kept. Lockstep tries again by itself; to try at once, use Sync now.',
  })
}

function whyBehind(resource: ResourceFacts, now: Date, lateAfterMs: number, format: Format): string | null {
  const { newestEndedRun: run, watermark } = resource
  const label = words[resource.resource].plural
  if (hasFailed(resource)) {
    const what = run === null ? 'the last run failed' : `run ${run.id} at ${format.moment(run.startedAt).text} failed`
    return `${label}: ${what}. ${sentence(run?.error ?? 'The reason was not recorded')}`
  }
  if (watermark === null || !isLate(resource, now, lateAfterMs)) return null
  const since = format.moment(watermark).text
  return `${label}: no run has been completed for longer than usual. Changes since ${since} may be missing.`
}

function copying({ facts, format }: Situation): Overall | null {
  const missing = facts.resources.filter(({ backfilledAt }) => backfilledAt === null)
  if (missing.length === 0) return null
  const fraction = firstCopyProgress(facts.resources)
  const complete = facts.resources.filter(({ backfilledAt }) => backfilledAt !== null)
  const done = complete.length === 0 ? [] : [`${capitalized(listed(complete.map(nameOf)))}: complete.`]
  const rest = `${capitalized(listed(missing.map(nameOf)))}: still being copied.`
  const suffix = fraction === null ? '' : `: ${format.percent(fraction)}`
  return overall('copying', `First copy under way${suffix}`, {
    // One line, so that nothing moves when a resource is complete.
    reasons: [[...done, rest, 'You can close this page; the work goes on.'].join(' ')],
    percent: fraction === null ? null : Math.floor(fraction * 100),
  })
}

/** Over all records of all resources; null while Shopify has not said how many one of them has. */
function firstCopyProgress(resources: readonly ResourceFacts[]): number | null {
  let [expected, processed] = [0, 0]
  for (const { backfilledAt, records, newestRun } of resources) {
    if (backfilledAt === null && newestRun?.expected == null) return null
    const whole = backfilledAt === null ? (newestRun?.expected ?? 0) : records
    expected += whole
    processed += backfilledAt === null ? Math.min(newestRun?.processed ?? 0, whole) : whole
  }
  return progressOf({ expected, processed })
}

function unapplied({ facts, format }: Situation): Overall | null {
  const { unapplied: all } = facts.deliveries
  if (all.length === 0) return null
  const count = all.reduce((sum, delivery) => sum + delivery.count, 0)
  const changes = count === 1 ? '1 change' : `${format.number(count)} changes`
  const isWaiting = all.every(({ state }) => state === 'pending')
  const what = isWaiting ? `${count === 1 ? 'waits' : 'wait'} to be applied` : 'could not be applied'
  return overall('waiting', `${changes} from Shopify ${what}`, {
    reasons: all.map((delivery) => whyUnapplied(delivery, format)),
    toDo: isWaiting ? 'Lockstep tries again by itself.' : null,
  })
}

function whyUnapplied({ topic, count, newestReceivedAt, error }: UnappliedDeliveries, format: Format): string {
  const what = `${format.number(count)} × ${topic}, the newest received at ${format.exactMoment(newestReceivedAt).text}`
  return error === null ? `${what}.` : `${what}: ${sentence(error)}`
}

function incomplete({ facts, format }: Situation): Overall | null {
  const count = facts.resources.reduce((sum, { setAside }) => sum + (setAside?.count ?? 0), 0)
  if (count === 0) return null
  const concerned = facts.resources.filter(({ setAside }) => setAside !== null).map(nameOf)
  const records = count === 1 ? '1 record' : `${format.number(count)} records`
  return overall('incomplete', `Up to date, except for ${records}`, {
    reasons: [`Some ${listed(concerned)} could not be stored; the reason is shown below. Each run tries again.`],
  })
}

function current({ facts, format }: Situation): Overall {
  const oldest = Math.min(...facts.resources.map(({ watermark }) => watermark?.getTime() ?? Infinity))
  const applied = facts.deliveries.newestApplied
  const live =
    applied === null
      ? 'Changes that Shopify announces are added at once.'
      : `Newest change from Shopify: ${applied.topic}, in the copy since ${format.exactMoment(applied.appliedAt).text}.`
  const asOf = Number.isFinite(oldest)
    ? [`Everything that Shopify lists and that changed before ${format.moment(new Date(oldest)).text} is in the copy.`]
    : []
  return overall('current', 'Up to date', { reasons: [...asOf, live] })
}

function overall(state: Overall['state'], title: string, rest: Partial<Overall>): Overall {
  return { state, title, reasons: [], toDo: null, percent: null, ...rest }
}

const nameOf = ({ resource }: ResourceFacts) => labelOf(resource).toLowerCase()
const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
