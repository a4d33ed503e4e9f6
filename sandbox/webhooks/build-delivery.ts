import { createHmac, randomUUID } from 'node:crypto'
import type { Delivery } from '../contract.ts'

export interface DeliveryOptions {
  /** The shop's `*.myshopify.com` domain. */
  domain: string
  /** The app's client secret: bodies are signed with it. */
  apiSecret: string
  apiVersion: string
  /** The sandbox's clock, milliseconds since 1970. */
  now: () => number
}

/** Base64 of the HMAC-SHA256 of the body's bytes, as in `X-Shopify-Hmac-Sha256`. */
export function signature(apiSecret: string, body: string): string {
  return createHmac('sha256', apiSecret).update(body, 'utf8').digest('base64')
}

/**
 * Builds deliveries with a webhook id of their own. Each is triggered at least a microsecond later than the one before,
 * so that they can be told apart and ordered by programs that keep times to the microsecond.
 */
export function createDeliveryBuilder({ domain, apiSecret, apiVersion, now }: DeliveryOptions) {
  let lastMicros = 0n
  let sequence = 0

  function triggeredAt(): string {
    const nowMicros = BigInt(Math.floor(now() * 1000))
    lastMicros = nowMicros > lastMicros ? nowMicros : lastMicros + 1n
    const second = new Date(Number(lastMicros / 1000n)).toISOString().slice(0, 19)
    const micros = String(lastMicros % 1_000_000n).padStart(6, '0')
    const nanos = String(sequence++ % 1000).padStart(3, '0')
    return `${second}.${micros}${nanos}Z`
  }

  return (topic: string, path: string, body: unknown, eventId: string): Delivery => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const headers = {
      'Content-Type': 'application/json',
      'User-Agent': 'Shopify-Captain-Hook',
      'X-Shopify-API-Version': apiVersion,
      'X-Shopify-Event-Id': eventId,
      'X-Shopify-Hmac-Sha256': signature(apiSecret, text),
      'X-Shopify-Shop-Domain': domain,
      'X-Shopify-Topic': topic,
      'X-Shopify-Triggered-At': triggeredAt(),
      'X-Shopify-Webhook-Id': randomUUID(),
    }
    return { topic, path, body: text, headers }
  }
}

/** The same delivery, signed anew, of another body. */
export function withBody(apiSecret: string, delivery: Delivery, body: string): Delivery {
  return { ...delivery, body, headers: { ...delivery.headers, 'X-Shopify-Hmac-Sha256': signature(apiSecret, body) } }
}
