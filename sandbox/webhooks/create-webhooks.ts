import { randomUUID } from 'node:crypto'
import type { Delivery, DeliveryResult, Webhooks } from '../contract.ts'
import { createDeliveryBuilder, withBody } from './build-delivery.ts'
import type { DeliveryOptions } from './build-delivery.ts'
import { createDeliveryQueue } from './delivery-queue.ts'
import { EarlierBodies } from './earlier-bodies.ts'
import { createSender } from './post-delivery.ts'
import type { Subscription } from './subscriptions.ts'

/** Shopify tries again 8 times in 4 hours, at growing intervals; here it is about a minute. */
export const defaultRetryDelaysMs = [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000]

const maxResults = 10_000

export interface WebhooksOptions extends DeliveryOptions {
  appUrl: string
  /** Those that the app declares, for every shop. */
  subscriptions: readonly Subscription[]
  /** Those that the app made in this shop, of a topic. Default none. */
  shopSubscriptions?: (topic: string) => readonly Subscription[]
  /** How long to wait before each further attempt; their number is the number of further attempts. */
  retryDelaysMs?: readonly number[]
  /** Deliveries of this shop under way at once. Default 8. */
  concurrency?: number
  /** For one whole request; Shopify's is 5 seconds. */
  timeoutMs?: number
}

export interface ShopWebhooks extends Webhooks {
  /**
   * Tells the app's subscriptions of this topic, if there are any: queues one delivery for each and goes on trying.
   * What one change causes shares an event id. A body that is a string is taken as it is, others become JSON.
   */
  announce(topic: string, body: unknown, eventId?: string): void
  /** Cancels what is queued, under way or waiting to be tried again. */
  close(): void
}

/** The webhooks of one shop to one app. */
export function createWebhooks(options: WebhooksOptions): ShopWebhooks {
  const { appUrl, subscriptions, retryDelaysMs = defaultRetryDelaysMs, concurrency = 8, timeoutMs = 5_000 } = options
  const { shopSubscriptions = () => [] } = options
  const buildFor = createDeliveryBuilder(options)
  const sender = createSender(appUrl, timeoutMs)
  const held: Delivery[] = []
  const results: DeliveryResult[] = []
  const earlierBodies = new EarlierBodies()

  async function attempt(delivery: Delivery): Promise<DeliveryResult> {
    const result = { ...delivery, status: await sender.post(delivery) }
    if (results.push(result) > maxResults) results.shift()
    return result
  }

  const queue = createDeliveryQueue({ attempt, retryDelaysMs, concurrency })

  /** Sends the delivery on its way, whatever the test has in mind for it. */
  function dispatch(delivery: Delivery): void {
    const earlierBody = webhooks.mischief ? earlierBodies.note(delivery) : null
    const mischief = webhooks.mischief?.(delivery) ?? 'deliver'
    if (typeof mischief === 'object') return queue.addLater(delivery, mischief.delayMs)
    switch (mischief) {
      case 'drop':
        return
      case 'hold':
        return void held.push(delivery)
      case 'stale':
        return queue.add(earlierBody === null ? delivery : withBody(options.apiSecret, delivery, earlierBody))
      case 'repeat':
        queue.add(delivery)
    }
    queue.add(delivery)
  }

  const webhooks: ShopWebhooks = {
    enabled: true,
    hold: false,
    held,
    mischief: null,
    results,
    send: (delivery) => queue.alongside(attempt(delivery)),
    build: (topic, body) => buildFor(topic, likelyPath(subscriptions, topic), body, randomUUID()),
    idle: () => queue.idle(),
    announce(topic, body, eventId = randomUUID()) {
      if (!webhooks.enabled) return
      const declared = subscriptions.filter((subscription) => subscription.topic === topic)
      for (const { path } of [...declared, ...shopSubscriptions(topic)]) {
        const delivery = buildFor(topic, path, body, eventId)
        if (webhooks.hold) held.push(delivery)
        else dispatch(delivery)
      }
    },
    release(deliveries = [...held]) {
      for (const delivery of deliveries) {
        const index = held.indexOf(delivery)
        if (index >= 0) held.splice(index, 1)
        queue.add(delivery)
      }
    },
    close() {
      queue.close()
      sender.close()
    },
  }
  return webhooks
}

/** The topic's own path, or for a topic that the app does not know, that of a neighbour, such as another of orders. */
function likelyPath(subscriptions: readonly Subscription[], topic: string): string {
  const resource = topic.split('/')[0]
  const found =
    subscriptions.find((subscription) => subscription.topic === topic) ??
    subscriptions.find((subscription) => subscription.topic.split('/')[0] === resource) ??
    subscriptions[0]
  return found?.path ?? '/webhooks'
}
