/** PUT /api/webhooks/health {tenantId?}: counts the webhooks of the caller's shop anew, and tells how well they arrive. */
import { anotherTenant, answer } from '~/management/answer.server'
import { managementRoute } from '~/management/management-route.server'
import { readJson } from '~/management/read-json.server'
import { isOwnTenant } from '~/management/tenant'
import { healthRequest } from '~/management/webhooks-request'
import { refreshedHealth } from '~/presenters/webhooks.server'

const route = managementRoute({
  PUT: async ({ request, shop }) => {
    const body = await readJson(request, healthRequest, { isOptional: true })
    if (body.outcome === 'refused') return body.response
    const { tenantId = shop.domain } = body.value
    if (!isOwnTenant(shop, tenantId)) return anotherTenant()
    return answer({ tenantId: shop.domain, ...(await refreshedHealth(shop, new Date())) })
  },
})

export const loader = route
export const action = route
