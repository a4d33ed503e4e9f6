import type { MirroredResource } from '../resource'
import { cartFromWebhook } from './from-webhook'

/**
 * Carts of the online store: no other kind announces itself (documentation of carts/create). The Admin API has no query
 * for them and no topic tells of their end, so that the copy holds what was heard, and nothing can be held against it.
 */
export const carts: MirroredResource = {
  name: 'carts',
  table: { name: 'carts', idType: 'text', columns: { line_items: 'jsonb', created_at: 'timestamptz' } },
  children: [],
  completeness: 'C',
  window: null,
  topics: { 'carts/create': cartFromWebhook, 'carts/update': cartFromWebhook },
}
