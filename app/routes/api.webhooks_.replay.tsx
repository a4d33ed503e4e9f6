/** POST /api/webhooks/replay {tenantId, ids | filter}: has deliveries of the caller's shop applied once more. */
import { anotherTenant, answer } from '~/management/answer.server'
import { managementRoute } from '~/management/management-route.server'
import { readJson } from '~/management/read-json.server'
import { replayRequest } from '~/management/replay-request'
import { isOwnTenant } from '~/management/tenant'
import { replay, replayByIds } from '~/webhooks/replay.server'

const route = managementRoute({
  POST: async ({ request, shop }) => {
    const body = await readJson(request, replayRequest)
    if (body.outcome === 'refused') return body.response
    const wish = body.value
    if (!isOwnTenant(shop, wish.tenantId)) return anotherTenant()
    const replayed = 'ids' in wish ? await replayByIds(shop.id, wish.ids) : await replay(shop.id, wish.filter)
    return answer({ tenantId: shop.domain, ...replayed })
  },
})

export const loader = route
export const action = route
