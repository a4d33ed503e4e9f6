/**
 * For what Google Cloud Pub/Sub pushes: a token of Google says that it comes from our subscription, and to its topic only Shopify
 * may publish. Shopify does not ask for more on this road (https://shopify.dev/docs/apps/build/webhooks/verify-deliveries), but its
 * messages have been seen with the attribute `X-Shopify-Hmac-SHA256` over their data: where there is one, it has to be right.
 *
 * One account of Shopify publishes for all apps, so that the developer of another app can have its webhooks published to our topic.
 * What they say of a shop is true of the shop, but not what they say of the app: that has to be signed for ours.
 */
import type { BodyReader, Gate } from '../edge/gate'
import {
  type EdgeHeaders,
  headerOf,
  type ReadDelivery,
  readDelivery,
  refusalByContent,
  signatureOf,
} from '../edge/headers'
import { type Refusal, REFUSALS } from '../edge/refusal'
import { canBeSignature, SignatureCheck, type SigningKeys } from '../edge/signature'
import { COMPLIANCE_TOPICS } from '../declared-topics'
import { readMessage, wrappedBytes } from './read-message'
import type { TokenVerdict, VerifyToken } from './verify-token'

export interface PushGateOptions {
  verifyToken: VerifyToken
  /** Of the app's client secrets. */
  keys: SigningKeys
  /** Of a delivery itself, without what it is wrapped in. */
  mostBodyBytes: number
}

/** What Google's tokens look like; longer ones than this it does not write. */
const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i
const MOST_AUTHORIZATION_CHARACTERS = 8_000

const REFUSAL_BY_VERDICT: Readonly<Record<TokenVerdict, Refusal | null>> = {
  right: null,
  wrong: REFUSALS['token-wrong'],
  // Pub/Sub comes again, when they may be there: nobody knows whether the token is wrong.
  unknown: REFUSALS['keys-unavailable'],
}

export function createPushGate({ verifyToken, keys, mostBodyBytes }: PushGateOptions): Gate {
  const mostWrappedBytes = wrappedBytes(mostBodyBytes)
  return {
    mostBodyBytes: mostWrappedBytes,
    refusalByHead(method, headers) {
      if (method !== 'POST') return REFUSALS['not-post']
      if (headerOf(headers, 'authorization') === null) return REFUSALS['token-missing']
      if (tokenOf(headers) === null) return REFUSALS['token-wrong']
      return refusalByContent(headers, mostWrappedBytes)
    },
    admit: async (headers) => REFUSAL_BY_VERDICT[await verifyToken(tokenOf(headers) ?? '')],
    begin: () => new PushedBody(keys, mostBodyBytes),
  }
}

function tokenOf(headers: EdgeHeaders): string | null {
  const authorization = headerOf(headers, 'authorization') ?? ''
  if (authorization.length > MOST_AUTHORIZATION_CHARACTERS) return null
  return BEARER.exec(authorization)?.[1] ?? null
}

/** That it was uninstalled or got other scopes, or that it has to erase. */
function isAboutTheApp(attributes: EdgeHeaders): boolean {
  const topic = headerOf(attributes, 'x-shopify-topic')?.toLowerCase() ?? ''
  return topic.startsWith('app/') || COMPLIANCE_TOPICS.includes(topic)
}

class PushedBody implements BodyReader {
  readonly #keys: SigningKeys
  readonly #mostBodyBytes: number

  constructor(keys: SigningKeys, mostBodyBytes: number) {
    this.#keys = keys
    this.#mostBodyBytes = mostBodyBytes
  }

  /** What is signed is inside, and known only at the end. */
  update(): void {}

  read(join: () => Buffer, nowMs: number): ReadDelivery {
    const message = readMessage(join())
    if (message === null) return { outcome: 'refused', refusal: REFUSALS['message-malformed'] }
    const { attributes, data } = message
    const refusal =
      data.length > this.#mostBodyBytes ? REFUSALS['too-large'] : this.#refusalBySignature(attributes, data)
    const read: ReadDelivery =
      refusal === null ? readDelivery(attributes, data, nowMs) : { outcome: 'refused', refusal }
    return read.outcome === 'refused' ? { ...read, headers: attributes } : read
  }

  #refusalBySignature(attributes: EdgeHeaders, data: Buffer): Refusal | null {
    const signature = signatureOf(attributes)
    if (signature === '') return isAboutTheApp(attributes) ? REFUSALS['signature-missing'] : null
    if (!canBeSignature(signature)) return REFUSALS['signature-malformed']
    const check = new SignatureCheck(this.#keys)
    check.update(data)
    return check.isOf(signature) ? null : REFUSALS['signature-wrong']
  }
}
