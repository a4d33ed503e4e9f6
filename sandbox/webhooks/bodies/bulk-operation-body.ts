import type { BulkOperation } from '../../bulk/bulk-operation.ts'
import type { ShopStore } from '../../contract.ts'
import { gid } from './raw-id.ts'
import { shopTime, shopTimeOrNull } from './shop-time.ts'

/** bulk_operations/finish: its words are lower case, other than in the API. */
export function bulkFinishBody(
  { shop }: ShopStore,
  operation: Pick<BulkOperation, 'id' | 'completedAt' | 'createdAt' | 'errorCode' | 'status'>,
) {
  return {
    admin_graphql_api_id: gid('BulkOperation', operation.id),
    completed_at: shopTimeOrNull(shop, operation.completedAt),
    created_at: shopTime(shop, operation.createdAt),
    error_code: operation.errorCode?.toLowerCase() ?? null,
    status: operation.status.toLowerCase(),
    type: 'query',
  }
}
