/** What has to be done so that a shop has the subscriptions that it should have, and each once. Pure. */
import type { WantedSubscription } from './wanted'

/**
 * `register`: what should be, is. `update`: what is there comes to the app's present address, and what should not be goes;
 * nothing is added. `unregister`: everything of ours goes.
 */
export const SUBSCRIPTION_ACTIONS = ['register', 'unregister', 'update'] as const
export type SubscriptionAction = (typeof SUBSCRIPTION_ACTIONS)[number]

/** As Shopify lists it. */
export interface ExistingSubscription {
  id: string
  topic: string
  uri: string
}

export type Step =
  { step: 'create'; uri: string } | { step: 'update'; id: string; uri: string } | { step: 'delete'; id: string }

/** What a topic comes to when each of its steps succeeds. They are in the order in which nothing is missed meanwhile. */
export interface TopicPlan {
  topic: string
  outcome: 'created' | 'updated' | 'deleted' | 'unchanged'
  steps: Step[]
  /** Why, where the outcome does not say it. */
  reason: string | null
}

export interface Situation {
  wanted: readonly WantedSubscription[]
  /** All that Shopify lists, in the order in which they were made. */
  existing: readonly ExistingSubscription[]
  action: SubscriptionAction
  /** Topics that come by shopify.app.toml. */
  declared: readonly string[]
  /** Topics that were asked for by name: each gets an answer, and `unregister` keeps to them. */
  named?: readonly string[]
}

/** Where our routes are. What points elsewhere, such as to Pub/Sub or to another program, is not ours to touch. */
const OUR_PATHS = '/webhooks/'
const DECLARED = 'shopify.app.toml subscribes to it'

/** Whether the address is one that we made, whichever host the app had then. */
export function isOurs(uri: string): boolean {
  const url = URL.parse(uri)
  return url !== null && /^https?:$/.test(url.protocol) && url.pathname.startsWith(OUR_PATHS)
}

/** One plan per topic: of the topics that are wanted, then of others that have to go. */
export function plan({ wanted, existing, action, declared, named = [] }: Situation): TopicPlan[] {
  const ours = Map.groupBy(
    existing.filter(({ uri }) => isOurs(uri)),
    ({ topic }) => topic,
  )
  if (action === 'unregister') return unregister(ours, named)
  const kept = wanted.flatMap(({ topic, uri }) => {
    const found = ours.get(topic)
    if (found !== undefined) return [keepOne(topic, uri, found)]
    return action === 'register' ? [created(topic, uri)] : []
  })
  const wantedTopics = new Set(wanted.map(({ topic }) => topic))
  const others = [...ours].flatMap(([topic, found]) => {
    if (wantedTopics.has(topic)) return []
    if (declared.includes(topic)) return [removed(topic, found, DECLARED)]
    // What a call of its own registered may stay for as long as nobody asks for order.
    return action === 'update' ? [removed(topic, found, 'it is not among the topics that are wanted')] : []
  })
  const planned = new Set([...wantedTopics, ...others.map(({ topic }) => topic)])
  const answered = named.filter((topic) => declared.includes(topic) && !planned.has(topic))
  return [...kept, ...others, ...answered.map((topic) => unchanged(topic, DECLARED))]
}

function unregister(ours: ReadonlyMap<string, ExistingSubscription[]>, named: readonly string[]): TopicPlan[] {
  const topics = named.length === 0 ? [...ours.keys()] : named
  return topics.map((topic) => {
    const found = ours.get(topic)
    return found === undefined ? unchanged(topic, 'there is no subscription of this shop') : removed(topic, found, null)
  })
}

/** The one that has the right address stays, or else the oldest gets it: only then no address is taken twice meanwhile. */
function keepOne(topic: string, uri: string, found: readonly ExistingSubscription[]): TopicPlan {
  const keeper = found.find((one) => one.uri === uri) ?? found[0]!
  const doubles = found.filter((one) => one !== keeper)
  const steps: Step[] = keeper.uri === uri ? [] : [{ step: 'update', id: keeper.id, uri }]
  if (steps.length + doubles.length === 0) return unchanged(topic, null)
  const reason = doubles.length === 0 ? null : `${doubles.length} more of the same topic removed`
  return { topic, outcome: 'updated', steps: [...steps, ...doubles.map(deletion)], reason }
}

const created = (topic: string, uri: string): TopicPlan => ({
  ...{ topic, outcome: 'created', reason: null },
  steps: [{ step: 'create', uri }],
})

const removed = (topic: string, found: readonly ExistingSubscription[], reason: string | null): TopicPlan => ({
  ...{ topic, outcome: 'deleted', reason },
  steps: found.map(deletion),
})

const unchanged = (topic: string, reason: string | null): TopicPlan => ({
  ...{ topic, outcome: 'unchanged', reason },
  steps: [],
})

const deletion = ({ id }: ExistingSubscription): Step => ({ step: 'delete', id })
