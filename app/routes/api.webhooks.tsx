/**
 * GET /api/webhooks?tenantId=…: how the caller's shop gets its webhooks, and whether they arrive.
 * POST /api/webhooks {tenantId, action, topics?}: registers, moves or removes the subscriptions of this shop.
 */
import { anotherTenant, answer } from '~/management/answer.server'
import { type ManagementHandler, managementRoute } from '~/management/management-route.server'
import { PATIENCE_MS } from '~/management/patience'
import { invalidRequest, readJson } from '~/management/read-json.server'
import { shopifyTrouble } from '~/management/shopify-trouble.server'
import { isOwnTenant } from '~/management/tenant'
import { webhooksQuery, webhooksRequest } from '~/management/webhooks-request'
import { webhookStatus } from '~/presenters/webhook-status.server'
import { manageSubscriptions } from '~/webhooks/subscriptions/manage.server'

const show: ManagementHandler = async ({ request, shop }) => {
  const query = webhooksQuery.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  if (!query.success) return invalidRequest(query.error)
  if (!isOwnTenant(shop, query.data.tenantId)) return anotherTenant()
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE_MS)])
  const read = await webhookStatus(shop, new Date(), signal)
  return read.outcome === 'read' ? answer(read.status) : shopifyTrouble(read)
}

const change: ManagementHandler = async ({ request, shop }) => {
  const body = await readJson(request, webhooksRequest)
  if (body.outcome === 'refused') return body.response
  const { tenantId, action, topics } = body.value
  if (!isOwnTenant(shop, tenantId)) return anotherTenant()
  // Not ended with the request: what was begun is better finished than left half done.
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const managed = await manageSubscriptions(shop, { action, topics }, { signal, isInteractive: true })
  if (managed.outcome !== 'done') return shopifyTrouble(managed)
  return answer({ tenantId: shop.domain, action, results: managed.results })
}

const route = managementRoute({ GET: show, POST: change })

export const loader = route
export const action = route
