import { canCancel, canFulfill, canPay, canRefund } from '../../changes/order-steps.ts'
import type { ShopStore } from '../../contract.ts'
import type { OrderRecord } from '../../model.ts'
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { cancelReasons } from './changes-from-forms.ts'
import { customerName } from './customers.ts'
import { badge, moment, money, words } from './formats.ts'
import { entered, form, selectField } from './forms.ts'
import type { FormContext } from './forms.ts'
import { listPage } from './record-list.ts'
import { table } from './table.ts'
import type { TabPages } from './tab.ts'
import { viewAddress } from './view.ts'

export const orderPages: TabPages = {
  title: 'Orders',
  list({ domain, store }, view) {
    const { rows, ...found } = listPage(store.orders.values(), view, (order) => [
      order.name,
      buyer(store, order),
      order.email,
      order.note,
      order.financialStatus,
      order.fulfillmentStatus,
      ...order.tags,
    ])
    return { ...found, table: orderTable(domain, store, rows) }
  },
  add: (context) => form(context, 'order.create', html`<button type="submit">Add an order</button>`, 'inline'),
  record({ store }, id, context) {
    const order = store.orders.get(id)
    return order ? { title: `Order ${order.name}`, body: orderEditor(store, order, context) } : null
  },
}

function buyer(store: ShopStore, order: OrderRecord): string {
  const customer = order.customerId ? store.customers.get(order.customerId) : undefined
  return customer ? customerName(customer) : (order.email ?? 'No customer')
}

function orderTable(domain: string, store: ShopStore, rows: OrderRecord[]): Html {
  return table(
    ['Order', 'Customer', 'Total', 'Payment', 'Fulfilment', 'Updated (UTC)'],
    rows.map((order) => [
      html`<span>
        <a href="${viewAddress(domain, { tab: 'orders', id: order.id })}">${order.name}</a>
        ${order.cancelledAt && badge('CANCELLED')}
      </span>`,
      html`<span class="loose">${buyer(store, order)}</span>`,
      money(order.currentTotalPrice, order.currency),
      badge(order.financialStatus),
      badge(order.fulfillmentStatus),
      moment(order.updatedAt),
    ]),
  )
}

function orderEditor(store: ShopStore, order: OrderRecord, context: FormContext): Html {
  const note = entered(context, 'order.note', 'note', order.note ?? '')
  const reasons = cancelReasons.map((reason): [string, string] => [reason, words(reason)])
  const reason = selectField('reason', 'Reason', entered(context, 'order.cancel', 'reason', 'CUSTOMER'), reasons)
  return html`<p class="facts">
      ${badge(order.financialStatus)} ${badge(order.fulfillmentStatus)} ${order.cancelledAt && badge('CANCELLED')}
      ${buyer(store, order)}
    </p>
    ${table(
      ['Item', 'SKU', 'Unit price', 'Ordered', 'Left'],
      order.lineItems.map((line) => [
        [line.title, line.variantTitle].filter(Boolean).join(' · '),
        line.sku ?? '–',
        money(line.price, order.currency),
        line.quantity,
        line.currentQuantity,
      ]),
    )}
    <p class="facts">
      Total ${money(order.totalPrice, order.currency)}, refunded ${money(order.totalRefunded, order.currency)}, now
      ${money(order.currentTotalPrice, order.currency)}
    </p>
    <div class="steps">
      ${step(context, 'order.pay', 'Mark as paid', canPay(order))}
      ${step(context, 'order.fulfill', 'Fulfil', canFulfill(order))}
      ${step(context, 'order.refund', 'Refund one unit', canRefund(order))}
    </div>
    ${form(
      context,
      'order.note',
      html`<label class="field"><span>Note</span><textarea name="note" rows="3">${note}</textarea></label>
        <button type="submit" class="primary">Save note</button>`,
    )}
    ${
      canCancel(order) &&
      form(
        context,
        'order.cancel',
        html`${reason}<button type="submit" class="critical">Cancel order</button>`,
        'inline',
      )
    }
    ${form(context, 'order.delete', html`<button type="submit" class="critical">Delete order</button>`, 'footing')}`
}

function step(context: FormContext, action: string, label: string, possible: boolean): Html {
  return form(context, action, html`<button type="submit" ${!possible && html`disabled`}>${label}</button>`)
}
