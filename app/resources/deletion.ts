import { idOf } from './read-values'
import type { WebhookBody, WebhookMeaning } from './resource'

/** The body of a delete topic has the id and little else; customers/delete has the gid too. */
export function deletionOf(body: WebhookBody): WebhookMeaning {
  return { meaning: 'delete', id: idOf(body.admin_graphql_api_id ?? body.id, 'id') }
}
