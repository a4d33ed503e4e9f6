import { isUnreachable, sayWhy } from '../../shopify/say-why'
import type { SubscriptionChange, SubscriptionsPort } from '../../shopify/webhook-subscriptions.server'
import type { Step, TopicPlan } from './plan'

/** What became of one topic. `reason`: why it failed, or what the outcome does not say. */
export interface TopicResult {
  topic: string
  outcome: TopicPlan['outcome'] | 'failed'
  reason: string | null
}

/**
 * Takes the steps of each topic. A topic that fails does not stop the others, unless Shopify does not let us in at all:
 * then they fail without being asked for. Throws what is not Shopify's doing.
 */
export async function carryOut(
  plans: readonly TopicPlan[],
  port: SubscriptionsPort,
  signal: AbortSignal,
): Promise<TopicResult[]> {
  const results: TopicResult[] = []
  let shutOut: string | null = null
  for (const { topic, outcome, steps, reason } of plans) {
    if (steps.length > 0 && shutOut !== null) {
      results.push({ topic, outcome: 'failed', reason: shutOut })
      continue
    }
    try {
      const objection = await takeSteps(topic, steps, port)
      results.push(objection === null ? { topic, outcome, reason } : { topic, outcome: 'failed', reason: objection })
    } catch (error) {
      const why = sayWhy(error)
      if (isUnreachable(error) || signal.aborted) shutOut = why
      results.push({ topic, outcome: 'failed', reason: why })
    }
  }
  return results
}

/** After which a step's end is reached. Somebody else may have been faster: what is gone, or has its address, is as it should be. */
const REACHED: Readonly<Record<Step['step'], readonly SubscriptionChange['outcome'][]>> = {
  create: ['done', 'taken'],
  update: ['done'],
  delete: ['done', 'unknown'],
}

/** Null when all is as it should be, or what Shopify objects to. */
async function takeSteps(topic: string, steps: readonly Step[], port: SubscriptionsPort): Promise<string | null> {
  for (const step of steps) {
    const change = await take(topic, step, port)
    if (change.outcome === 'done' || REACHED[step.step].includes(change.outcome)) continue
    if (step.step === 'update' && change.outcome !== 'refused')
      return 'It was changed by somebody else meanwhile. Try again.'
    return `Shopify refuses it: ${change.reason}.`
  }
  return null
}

function take(topic: string, step: Step, port: SubscriptionsPort): Promise<SubscriptionChange> {
  switch (step.step) {
    case 'create':
      return port.create(topic, step.uri)
    case 'update':
      return port.update(step.id, step.uri)
    case 'delete':
      return port.delete(step.id)
  }
}
