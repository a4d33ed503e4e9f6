import { html } from '../html.ts'
import type { Html } from '../html.ts'

/** A moment with its seconds, in UTC: people compare it with what a copy shows. */
export function moment(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`
}

export function money(amount: string, currency: string): string {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(Number(amount))
}

/** `PARTIALLY_REFUNDED` as "Partially refunded", in the colour of its meaning. */
export function badge(status: string): Html {
  const good = ['ACTIVE', 'PAID', 'FULFILLED', 'ENABLED'].includes(status)
  const open = ['PENDING', 'AUTHORIZED', 'UNFULFILLED', 'DRAFT', 'ON_HOLD', 'SCHEDULED'].includes(status)
  return html`<span class="badge ${good ? 'good' : open ? 'open' : ''}">${words(status)}</span>`
}

export function words(status: string): string {
  return status.charAt(0) + status.slice(1).toLowerCase().replaceAll('_', ' ')
}
