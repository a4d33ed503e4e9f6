import type { ShopStore } from '../../contract.ts'
import type { Id, LineItemRecord, OrderRecord } from '../../model.ts'
import { rawId } from './raw-id.ts'
import { shopTime } from './shop-time.ts'

/** orders/edited: what was added, by number. The order itself is named and not told. */
export function orderEditBody({ shop }: ShopStore, order: OrderRecord, editId: Id, added: readonly LineItemRecord[]) {
  const time = shopTime(shop, order.updatedAt)
  return {
    order_edit: {
      id: rawId(editId),
      app_id: null,
      created_at: time,
      committed_at: time,
      notify_customer: false,
      order_id: rawId(order.id),
      staff_note: '',
      user_id: null,
      line_items: { additions: added.map(({ id, quantity }) => ({ id: rawId(id), delta: quantity })), removals: [] },
      discounts: { line_item: { additions: [], removals: [] } },
      shipping_lines: { additions: [], removals: [] },
    },
  }
}
