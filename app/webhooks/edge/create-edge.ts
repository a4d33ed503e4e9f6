import { createPushGate } from '../pubsub/push-gate'
import type { VerifyToken } from '../pubsub/verify-token'
import { BadSenders } from './bad-senders'
import type { Edge } from './reception'
import { type Refusal, LIMITED } from './refusal'
import type { RefusalCount } from './refusal-counts'
import { type EdgeHeaders, shopOf } from './headers'
import { signingKeys } from './signature'
import { createSignedGate } from './signed-gate'
import { UnverifiedBodies } from './unverified-bodies'

export interface EdgeOptions extends Pick<Edge, 'accept' | 'failed'> {
  /** The app's client secrets: the present one, and during a rotation the previous one. */
  secrets: readonly string[]
  /** Checks the tokens of what Pub/Sub pushes. Null, or absent: none of it is taken. */
  verifyToken?: VerifyToken | null
  /** Hears of every refusal. */
  count: (refused: Pick<RefusalCount, 'shopDomain' | 'status' | 'reason'>, nowMs: number) => void
  now?: () => number
  /** Default: 5 MB, several times the largest body that Shopify's staff speak of. */
  mostBodyBytes?: number
  /** Of bodies whose signature is not known yet, over all connections. Default: 64 MB. */
  mostUnverifiedBytes?: number
  /** Shopify itself waits five seconds for the answer. Default: 10 s. */
  mostBodyMs?: number
  /** Refused requests in a minute, after which bad ones get 429. Default: 1,000. */
  mostRefusedByAddress?: number
  /** Default: 1,000. */
  mostRefusedByShop?: number
}

const WINDOW_MS = 60_000
const MOST_SENDERS = 10_000

export function createEdge(options: EdgeOptions): Edge {
  const { secrets, accept, failed, count, verifyToken = null, now = Date.now, mostBodyBytes = 5_000_000 } = options
  const limits = { mostBytes: options.mostUnverifiedBytes ?? 64_000_000, mostMs: options.mostBodyMs ?? 10_000 }
  const sendersOf = (mostInWindow: number) =>
    new BadSenders({ mostInWindow, windowMs: WINDOW_MS, mostSenders: MOST_SENDERS })
  const addresses = sendersOf(options.mostRefusedByAddress ?? 1_000)
  const shops = sendersOf(options.mostRefusedByShop ?? 1_000)

  /**
   * The limit changes the answer to what is refused anyway, and nothing else: Shopify's own requests may come from the
   * same address as bad ones (a proxy's), and bad ones may claim to be from any shop.
   */
  function refuse(refusal: Refusal, headers: EdgeHeaders, address: string | null): Refusal {
    const nowMs = now()
    const shopDomain = shopOf(headers)
    const isLimited =
      (address !== null && addresses.isLimited(address, nowMs)) ||
      (shopDomain !== null && shops.isLimited(shopDomain, nowMs))
    const final = (isLimited ? LIMITED[refusal.reason] : undefined) ?? refusal
    if (address !== null) addresses.note(address, nowMs)
    if (shopDomain !== null) shops.note(shopDomain, nowMs)
    count({ shopDomain, status: final.status, reason: final.reason }, nowMs)
    return final
  }

  const bodies = new UnverifiedBodies(limits, () => performance.now())
  const keys = signingKeys(secrets)
  const signed = createSignedGate(keys, mostBodyBytes)
  const pubsub = verifyToken === null ? null : createPushGate({ verifyToken, keys, mostBodyBytes })
  return { signed, pubsub, bodies, now, accept, failed, refuse }
}
