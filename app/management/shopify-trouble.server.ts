import type { ManageOutcome } from '~/webhooks/subscriptions/manage.server'
import { refuse } from './answer.server'

/** The answer where the subscriptions of a shop could not be read, or not be changed now. */
export function shopifyTrouble(outcome: Exclude<ManageOutcome, { outcome: 'done' }>): Response {
  if (outcome.outcome === 'busy') {
    return refuse(
      'busy',
      'Subscriptions are being changed already, of this shop or of others. Asking again is safe: try again in a few seconds.',
    )
  }
  return refuse(outcome.retry ? 'shopify_unavailable' : 'shopify_refused', outcome.reason)
}
