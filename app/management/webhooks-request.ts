import { z } from 'zod'
import { isWebhookTopic } from '../shopify/webhook-topics'
import { SUBSCRIPTION_ACTIONS } from '../webhooks/subscriptions/plan'
import { tenantId } from './tenant'

const topic = z
  .string('is not a text')
  .refine(isWebhookTopic, 'is not a topic that can be subscribed to through the API, such as themes/update')

/** GET /api/webhooks?tenantId=… */
export const webhooksQuery = z.object({ tenantId })

/** PUT /api/webhooks/health. The shop is that of the credentials; to name it is a safeguard. */
export const healthRequest = z.object({ tenantId: tenantId.optional() }, 'The body is not a JSON object')

/** POST /api/webhooks. `topics`: beside those of the settings, for this call; for unregister, the only ones. */
export const webhooksRequest = z.object(
  {
    tenantId,
    action: z.enum(SUBSCRIPTION_ACTIONS, `is not one of ${SUBSCRIPTION_ACTIONS.join(', ')}`),
    topics: z.array(topic, 'is not a list of topics').max(250, 'has more topics than Shopify knows').optional(),
  },
  'The body is not a JSON object',
)
