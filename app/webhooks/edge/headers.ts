/** What the headers of a request say, before and after its signature was found right. */
import { isUtf8 } from 'node:buffer'
import type { Delivery } from '../delivery'
import { parseBody } from '../parse-body'
import { readTriggeredAt } from '../triggered-at'
import { type Refusal, REFUSALS } from './refusal'
import { canBeSignature } from './signature'

/** By lower-case names, as node:http has them: what was sent twice is joined with a comma. */
export type EdgeHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com$/
/** With a separator, as every topic has: `orders/create`, `customer.joined_segment`. */
const TOPIC = /^[a-z0-9_]{1,50}[/.][a-z0-9_/.]{1,50}$/
const WEBHOOK_ID = /^[\x21-\x7e]{1,200}$/
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

export function headerOf(headers: EdgeHeaders, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' ? value : null
}

export const signatureOf = (headers: EdgeHeaders) => headerOf(headers, 'x-shopify-hmac-sha256') ?? ''

/** In lower case; null where it is none. Only a claim as long as the signature has not been checked. */
export function shopOf(headers: EdgeHeaders): string | null {
  const domain = headerOf(headers, 'x-shopify-shop-domain')?.toLowerCase() ?? ''
  return SHOP_DOMAIN.test(domain) ? domain : null
}

/** What is wrong whatever the body is, so that none of it has to be read; else null. */
export function refusalByHead(method: string, headers: EdgeHeaders, mostBodyBytes: number): Refusal | null {
  if (method !== 'POST') return REFUSALS['not-post']
  const signature = signatureOf(headers)
  if (signature === '') return REFUSALS['signature-missing']
  if (!canBeSignature(signature)) return REFUSALS['signature-malformed']
  return refusalByContent(headers, mostBodyBytes)
}

/** What the head says of the body. */
export function refusalByContent(headers: EdgeHeaders, mostBodyBytes: number): Refusal | null {
  const contentType = headerOf(headers, 'content-type')
  if (contentType !== null && !JSON_TYPE.test(contentType)) return REFUSALS['not-json-type']
  return Number(headerOf(headers, 'content-length') ?? 0) > mostBodyBytes ? REFUSALS['too-large'] : null
}

/** `headers`: those that name the shop, where they are others than the request's. */
export type ReadDelivery =
  { outcome: 'read'; delivery: Delivery } | { outcome: 'refused'; refusal: Refusal; headers?: EdgeHeaders }

/** Of a request that has proved whose it is. `nowMs`: since 1970. */
export function readDelivery(headers: EdgeHeaders, bytes: Buffer, nowMs: number): ReadDelivery {
  const shopDomain = shopOf(headers)
  if (shopDomain === null) return refused(REFUSALS['shop-malformed'])
  const topic = headerOf(headers, 'x-shopify-topic')?.toLowerCase() ?? ''
  const webhookId = headerOf(headers, 'x-shopify-webhook-id') ?? ''
  const apiVersion = headerOf(headers, 'x-shopify-api-version')
  if (!TOPIC.test(topic) || !WEBHOOK_ID.test(webhookId) || apiVersion === null) {
    return refused(REFUSALS['header-malformed'])
  }
  // A decoder would put a replacement character for what is not UTF-8: then other bytes than the signed ones are stored.
  if (!isUtf8(bytes)) return refused(REFUSALS['not-utf8'])
  const parsed = parseBody(bytes.toString('utf8'))
  if (parsed.outcome === 'malformed') return refused(REFUSALS['not-json'])
  const delivery: Delivery = {
    shopDomain,
    topic,
    webhookId,
    eventId: headerOf(headers, 'x-shopify-event-id'),
    apiVersion,
    triggeredAt: readTriggeredAt(headerOf(headers, 'x-shopify-triggered-at')),
    receivedAt: new Date(nowMs).toISOString(),
    body: parsed.body,
    storable: parsed.storable,
  }
  return { outcome: 'read', delivery }
}

export const refused = (refusal: Refusal): ReadDelivery => ({ outcome: 'refused', refusal })
