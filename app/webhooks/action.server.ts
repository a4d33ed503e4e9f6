/**
 * The one action behind every webhook route. What is done with a delivery is decided by its topic, whichever route it
 * came to: the TOML, which says what goes where, may be edited without the code.
 */
import type { ActionFunctionArgs } from '@remix-run/node'
import { log } from '~/log.server'
import { shopifyApi } from '~/shopify.server'
import type { Outcome } from './delivery'
import { acceptDelivery } from './inbox.server'
import { type RefusalStatus, verify } from './verify.server'

/** 200 tells Shopify that the delivery is ours now; 503 that it has to come again. */
const STATUS: Readonly<Record<Outcome, 200 | 503>> = {
  applied: 200,
  duplicate: 200,
  pending: 200,
  ignored: 200,
  unavailable: 503,
}

export async function action({ request }: ActionFunctionArgs): Promise<Response> {
  const verified = await verify(request, { validate: shopifyApi.webhooks.validate, now: Date.now })
  if (verified.outcome === 'refused') {
    const { status, reason } = verified
    log.warn({ status, reason }, 'a request that is not a delivery of Shopify was refused')
    return refusal(status, reason)
  }
  return new Response(null, { status: STATUS[await acceptDelivery(verified.delivery)] })
}

export function loader(): Response {
  return refusal(405, 'Only POST')
}

function refusal(status: RefusalStatus, reason: string): Response {
  const headers = new Headers({ 'Content-Type': 'text/plain; charset=utf-8' })
  if (status === 405) headers.set('Allow', 'POST')
  // What is left of the body is not read, so the connection cannot carry another request.
  if (status === 413) headers.set('Connection', 'close')
  return new Response(`${reason}.\n`, { status, headers })
}
