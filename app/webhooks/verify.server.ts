/**
 * Is this request Shopify's? The signature is checked over the very bytes, with the library's `webhooks.validate`: it
 * needs neither session nor network, where `authenticate.webhook` refreshes tokens inside the request and answers 500
 * when that fails, so that an uninstall or a redaction would never be heard.
 */
import type { Shopify } from '@shopify/shopify-api'
import type { Delivery } from './delivery'
import { parseBody } from './parse-body'
import { readBody } from './read-body'
import { readTriggeredAt } from './triggered-at'

export interface VerifyDeps {
  validate: Shopify['webhooks']['validate']
  /** Milliseconds since 1970. */
  now: () => number
  /** Default: 5 MB, several times the largest body that Shopify's staff speak of. */
  mostBodyBytes?: number
}

export type RefusalStatus = 400 | 401 | 405 | 413

export type Verified =
  | { outcome: 'verified'; delivery: Delivery }
  /** `reason` is a short sentence without anything of the request in it. */
  | { outcome: 'refused'; status: RefusalStatus; reason: string }

const MOST_BODY_BYTES = 5_000_000

const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com$/
/** With a separator, as every topic has: `orders/create`, `customer.joined_segment`. */
const TOPIC = /^[a-z0-9_]{1,50}[/.][a-z0-9_/.]{1,50}$/
const WEBHOOK_ID = /^[\x21-\x7e]{1,200}$/

/** Nothing of the request is believed, nor parsed, before its signature is found right. */
export async function verify(request: Request, deps: VerifyDeps): Promise<Verified> {
  if (request.method !== 'POST') return refused(405, 'Only POST')
  const read = await readBody(request, deps.mostBodyBytes ?? MOST_BODY_BYTES)
  if (read.outcome === 'too-large') return refused(413, 'The body is too large')
  if (read.outcome === 'broken-off') return refused(400, 'The body broke off')
  const rawBody = exactText(read.bytes)
  if (rawBody === null) return refused(400, 'The body is not UTF-8')
  const signed = await checkSignature(request, rawBody, deps.validate)
  if (signed !== 'valid') return signed
  return readDelivery(request.headers, rawBody, deps.now())
}

/**
 * The library hashes the UTF-8 bytes of the text it is given. A decoder that replaced what is not UTF-8, or dropped a
 * byte order mark, would have it hash other bytes than those that came.
 */
function exactText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

async function checkSignature(
  rawRequest: Request,
  rawBody: string,
  validate: VerifyDeps['validate'],
): Promise<'valid' | Verified> {
  const result = await validate({ rawBody, rawRequest })
  if (!result.valid) {
    return result.reason === 'invalid_hmac'
      ? refused(401, 'The signature is wrong')
      : refused(400, 'A header or the body is missing')
  }
  // Shopify's Events are signed alike and have other headers; this app subscribes to none.
  return result.webhookType === 'webhooks' ? 'valid' : refused(400, 'This is not a webhook')
}

/** From the request's own headers: the library hands out topics as `ORDERS_CREATE`, which cannot be told back. */
function readDelivery(headers: Headers, text: string, nowMs: number): Verified {
  const shopDomain = headers.get('x-shopify-shop-domain')?.toLowerCase() ?? ''
  const topic = headers.get('x-shopify-topic')?.toLowerCase() ?? ''
  const webhookId = headers.get('x-shopify-webhook-id') ?? ''
  if (!SHOP_DOMAIN.test(shopDomain)) return refused(400, 'The shop is not a myshopify.com domain')
  if (!TOPIC.test(topic) || !WEBHOOK_ID.test(webhookId)) return refused(400, 'A header is malformed')
  const parsed = parseBody(text)
  if (parsed.outcome === 'malformed') return refused(400, 'The body is not a JSON object')
  const delivery: Delivery = {
    shopDomain,
    topic,
    webhookId,
    eventId: headers.get('x-shopify-event-id'),
    apiVersion: headers.get('x-shopify-api-version'),
    triggeredAt: readTriggeredAt(headers.get('x-shopify-triggered-at')),
    receivedAt: new Date(nowMs).toISOString(),
    body: parsed.body,
    storable: parsed.storable,
  }
  return { outcome: 'verified', delivery }
}

const refused = (status: RefusalStatus, reason: string): Verified => ({ outcome: 'refused', status, reason })
