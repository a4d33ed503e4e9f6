/** Requests to the edge of webhooks, without a server: chunks in, an answer out. */
import { createHmac, randomUUID } from 'node:crypto'
import type { EdgeHeaders } from '~/webhooks/edge/headers'
import { type Edge, Reception } from '~/webhooks/edge/reception'
import type { Refusal } from '~/webhooks/edge/refusal'

export interface Answer {
  status: number
  refusal: Refusal | null
}

export interface Sent {
  method?: string
  headers: Record<string, string | undefined>
  address?: string | null
}

export class TestReception extends Reception {
  readonly answers: Answer[] = []
  readonly answered: Promise<Answer>
  #settle!: (answer: Answer) => void

  constructor(edge: Edge, { method = 'POST', headers, address = null }: Sent) {
    super(edge, lowerCase(headers), address)
    this.answered = new Promise((resolve) => (this.#settle = resolve))
    void this.open(method)
  }

  protected answer(status: number, refusal: Refusal | null): void {
    this.answers.push({ status, refusal })
    this.#settle({ status, refusal })
  }
}

const lowerCase = (headers: Sent['headers']): EdgeHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** The whole request at once. What is accepted has reached the inbox before this returns. */
export function receiveBytes(edge: Edge, sent: Sent, body: string | Uint8Array): Promise<Answer> {
  const reception = new TestReception(edge, sent)
  reception.push(Buffer.from(body))
  reception.end()
  return reception.answered
}

export const sign = (body: string | Uint8Array, secret: string) =>
  createHmac('sha256', secret).update(body).digest('base64')

/** Shopify's headers of a delivery; `undefined` leaves one out. */
export function signedHeaders(
  body: string | Uint8Array,
  secret: string,
  changes: Record<string, string | undefined> = {},
): Record<string, string> {
  const all: Record<string, string | undefined> = {
    'Content-Type': 'application/json',
    'X-Shopify-Topic': 'orders/create',
    'X-Shopify-Hmac-Sha256': sign(body, secret),
    'X-Shopify-Shop-Domain': 'green-tea.myshopify.com',
    'X-Shopify-API-Version': '2026-10',
    'X-Shopify-Webhook-Id': randomUUID(),
    'X-Shopify-Event-Id': randomUUID(),
    'X-Shopify-Triggered-At': new Date().toISOString(),
    ...changes,
  }
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
