import type { Client } from 'pg'
import type { Delivery } from '../../sandbox/contract.ts'
import { chance, int, type Random } from '../../sandbox/random.ts'
import { PlainFailure } from '../plain-failure.mjs'
import type { Stage } from './stage.ts'
import { waitUntil } from './wait-until.ts'

const changesAtOnce = 50
const sendersAtOnce = 8
const repeatedShare = 0.1
const belatedShare = 0.1
const applyTimeoutMs = 90_000

export interface Sent {
  deliveries: number
  repeated: number
  /** Sent after one that was announced later. */
  outOfOrder: number
}

/**
 * Makes changes in the shop and sends their webhooks badly: each handful shuffled, some only with the next handful, some
 * twice, eight at a time.
 *
 * @throws {PlainFailure} when the app does not answer each with 200
 */
export async function announcedChanges({ shop }: Stage, count: number, random: Random): Promise<Sent> {
  const { webhooks } = shop
  const sent: Sent = { deliveries: 0, repeated: 0, outOfOrder: 0 }
  webhooks.hold = true
  let belated: Delivery[] = []
  let latest = -1
  for (let made = 0, taken = 0; made < count;) {
    for (const end = Math.min(count, made + changesAtOnce); made < end; made++) shop.apply(shop.randomChange(random))
    const fresh = webhooks.held.slice(taken)
    taken = webhooks.held.length
    const isLast = made === count
    const onTime = fresh.filter(() => isLast || !chance(random, belatedShare))
    const repeated = onTime.filter(() => chance(random, repeatedShare))
    const batch = shuffled([...belated, ...onTime, ...repeated], random)
    belated = fresh.filter((delivery) => !onTime.includes(delivery))
    await sendAll(batch, (delivery) => webhooks.send(delivery))
    sent.deliveries += batch.length
    sent.repeated += repeated.length
    for (const delivery of batch) {
      const place = webhooks.held.indexOf(delivery)
      if (place < latest) sent.outOfOrder += 1
      latest = Math.max(latest, place)
    }
  }
  webhooks.hold = false
  return sent
}

async function sendAll(
  deliveries: readonly Delivery[],
  send: (delivery: Delivery) => Promise<{ status: number | null }>,
): Promise<void> {
  const queue = [...deliveries]
  async function sendNext(): Promise<void> {
    for (let delivery = queue.shift(); delivery; delivery = queue.shift()) {
      const { status } = await send(delivery)
      if (status !== 200)
        throw new PlainFailure(`The app answered ${status ?? 'nothing'} to a ${delivery.topic} webhook.`)
    }
  }
  await Promise.all(Array.from({ length: sendersAtOnce }, sendNext))
}

function shuffled<T>(list: T[], random: Random): T[] {
  const order = [...list]
  for (let last = order.length - 1; last > 0; last--) {
    const other = int(random, 0, last)
    ;[order[last], order[other]] = [order[other] as T, order[last] as T]
  }
  return order
}

/** Waits until no delivery that was accepted still waits to be applied. */
export async function deliveriesApplied(client: Client): Promise<void> {
  const states = async () => {
    const { rows } = await client.query<{ state: string; count: number }>(
      'select state, count(*)::int as count from webhook_deliveries group by state order by state',
    )
    return rows
  }
  await waitUntil({
    for: 'the webhooks to be applied',
    timeoutMs: applyTimeoutMs,
    check: async () => (await states()).every(({ state }) => state !== 'pending') || undefined,
    explain: async () => (await states()).map(({ state, count }) => `${count} ${state}`).join(', '),
  })
}
